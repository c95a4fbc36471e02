CREATE OR REPLACE FUNCTION confirmd.retire_network(network text, reason text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on SET timezone = 'UTC'
SET datestyle = 'ISO, MDY' SET intervalstyle = 'postgres' AS $$
#variable_conflict use_variable
BEGIN
    IF NOT EXISTS (SELECT FROM confirmd_data.network n WHERE n.network = network) THEN
        RAISE EXCEPTION 'there is no network "%"', confirmd_data.shown(network) USING ERRCODE = 'CF023',
            HINT = 'SELECT network FROM confirmd.network shows those there are.';
    END IF;
    RETURN confirmd_data.queue_command('retire_network', NULL, network, reason);
END $$;
GRANT EXECUTE ON FUNCTION confirmd.retire_network TO confirmd_operator;
COMMENT ON FUNCTION confirmd.retire_network IS 'Has the daemon give up a network for good: it holds no invoice back any more, and nothing can be created on it. Returns the number of the command in confirmd.operator_command.';
