CREATE OR REPLACE FUNCTION confirmd_data.begin_incarnation(reason text) RETURNS int
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH counter AS (
        UPDATE confirmd_data.outbox_counter o SET incarnation = o.incarnation + 1,
            system_identifier = here.system_identifier, timeline = here.timeline
        FROM confirmd_data.server_identity() here RETURNING o.incarnation, o.position)
    INSERT INTO confirmd.outbox_incarnation (incarnation, first_position, reason)
    SELECT incarnation, position + 1, reason FROM counter RETURNING incarnation
$$;
GRANT EXECUTE ON FUNCTION confirmd_data.begin_incarnation TO confirmd_daemon;
