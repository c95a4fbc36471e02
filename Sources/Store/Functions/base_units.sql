-- A decimal number of whole coins as base units of the asset.
CREATE OR REPLACE FUNCTION confirmd_data.base_units(value text, a confirmd_data.asset) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    base numeric;
BEGIN
    IF value IS NULL OR char_length(value) > 80 OR value !~ '^[0-9]+([.][0-9]+)?$' THEN
        RAISE EXCEPTION 'an amount must be a decimal number such as "1.25", without sign, exponent or blanks'
            USING ERRCODE = 'CF003';
    END IF;
    base := trim_scale((value || 'e' || a.decimals)::numeric);
    IF scale(base) > 0 THEN
        RAISE EXCEPTION 'amount % has more digits than % has (%)', value, a.asset, a.decimals
            USING ERRCODE = 'CF003', HINT = format('Give at most %s digits after the point.', a.decimals);
    END IF;
    IF base >= 10::numeric ^ 60 THEN
        RAISE EXCEPTION 'amount % is impossibly large', value USING ERRCODE = 'CF003';
    END IF;
    RETURN base;
END $$;
GRANT EXECUTE ON FUNCTION confirmd_data.base_units TO confirmd_daemon;
