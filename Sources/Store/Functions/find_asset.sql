CREATE OR REPLACE FUNCTION confirmd_data.find_asset(code text, on_address text) RETURNS confirmd_data.asset
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    a confirmd_data.asset;
BEGIN
    SELECT * INTO a FROM confirmd_data.asset WHERE asset = code;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'asset "%" is not listed', confirmd_data.shown(code) USING ERRCODE = 'CF002',
            HINT = 'Assets are listed in networks.d/*.yaml; SELECT asset FROM confirmd.asset shows those in force.';
    END IF;
    IF EXISTS (SELECT FROM confirmd_data.network n WHERE n.network = a.network AND n.state = 'retired') THEN
        RAISE EXCEPTION 'network "%" of asset % is retired', a.network, code USING ERRCODE = 'CF022',
            HINT = 'Use an asset of another network.';
    END IF;
    IF on_address IS NULL OR NOT confirmd_data.is_name(on_address, 200) OR on_address ~ '[[:space:]]'
        OR on_address ~ confirmd_data.invisible() THEN
        RAISE EXCEPTION 'the address for % must be 1 to 200 characters without blanks or invisible ones', code USING ERRCODE = 'CF005';
    END IF;
    RETURN a;
END $$;
GRANT EXECUTE ON FUNCTION confirmd_data.find_asset TO confirmd_daemon;
