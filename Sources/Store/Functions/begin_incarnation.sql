-- Begins an incarnation with the next position. Its number is above every one here, and above `above`. Whoever writes events
-- has the counter's row locked, so that each step is in the old one or in the new one as a whole.
CREATE OR REPLACE FUNCTION confirmd_data.begin_incarnation(reason text, above int DEFAULT NULL) RETURNS int
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH counter AS (
        UPDATE confirmd_data.outbox_counter o SET incarnation = greatest(o.incarnation, above) + 1,
            system_identifier = here.system_identifier, timeline = here.timeline
        FROM confirmd_data.server_identity() here RETURNING o.incarnation, o.position)
    INSERT INTO confirmd.outbox_incarnation (incarnation, first_position, reason)
    SELECT incarnation, position + 1, reason FROM counter RETURNING incarnation
$$;
GRANT EXECUTE ON FUNCTION confirmd_data.begin_incarnation TO confirmd_daemon;
