CREATE OR REPLACE FUNCTION confirmd.resume_network(network text, reason text, resync boolean DEFAULT false) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on SET timezone = 'UTC'
SET datestyle = 'ISO, MDY' SET intervalstyle = 'postgres' AS $$
#variable_conflict use_variable
DECLARE
    state text;
BEGIN
    SELECT n.state INTO state FROM confirmd_data.network n WHERE n.network = network;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no network "%"', confirmd_data.shown(network) USING ERRCODE = 'CF023',
            HINT = 'SELECT network FROM confirmd.network shows those there are.';
    END IF;
    IF state = 'retired' THEN
        RAISE EXCEPTION 'network "%" is retired', network USING ERRCODE = 'CF022';
    END IF;
    RETURN confirmd_data.queue_command(
        CASE WHEN resync THEN 'resync_network' ELSE 'resume_network' END, NULL, network, reason);
END $$;
GRANT EXECUTE ON FUNCTION confirmd.resume_network TO confirmd_operator;
COMMENT ON FUNCTION confirmd.resume_network IS 'Has the daemon take up a halted network again. resync: first back to the highest stored block that the node has, failing that to below the lowest; every block from there is read again. Returns the number of the command in confirmd.operator_command, which shows the outcome.';
