CREATE OR REPLACE FUNCTION confirmd.create_static_wallet(project text, customer_id text, asset text, address text) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on SET timezone = 'UTC'
SET datestyle = 'ISO, MDY' SET intervalstyle = 'postgres' AS $$
#variable_conflict use_variable
DECLARE
    p confirmd_data.project := confirmd_data.find_project(project);
    a confirmd_data.asset := confirmd_data.find_asset(asset, address);
    id uuid := gen_random_uuid();
    created timestamptz := clock_timestamp();
    known record;
BEGIN
    PERFORM confirmd_data.commit_durably();
    PERFORM confirmd_data.need_name('customer_id', customer_id, 200);
    INSERT INTO confirmd_data.owner (owner_id, kind, project, created_at) VALUES (id, 'wallet', p.project, created);
    INSERT INTO confirmd_data.static_wallet (wallet_id, project, customer_id, asset, created_at)
    VALUES (id, p.project, customer_id, a.asset, created) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        DELETE FROM confirmd_data.owner WHERE owner_id = id;
        SELECT w.wallet_id, o.address INTO known
            FROM confirmd_data.static_wallet w JOIN confirmd_data.option o ON o.owner_id = w.wallet_id
            WHERE w.project = p.project AND w.customer_id = customer_id AND w.asset = a.asset AND NOT w.refused;
        IF known.address IS DISTINCT FROM address THEN
            RAISE EXCEPTION 'customer "%" of project "%" has a wallet for % already, with another address',
                customer_id, p.project, a.asset USING ERRCODE = 'CF006';
        END IF;
        RETURN known.wallet_id;
    END IF;
    INSERT INTO confirmd_data.option (owner_id, ordinal, network, asset, address, created_at)
    VALUES (id, 0, a.network, a.asset, address, created);
    RETURN id;
END $$;
GRANT EXECUTE ON FUNCTION confirmd.create_static_wallet TO confirmd_creator;
COMMENT ON FUNCTION confirmd.create_static_wallet IS 'Watches an address of a customer for one asset: any amount, no deadline. Returns the wallet''s id; the same again returns the same id (idempotent on project, customer and asset).';
