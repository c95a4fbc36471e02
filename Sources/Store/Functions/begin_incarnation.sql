-- Begins an incarnation with the next position. Where its number leaves out any, nobody knows where their events and those here
-- part: then everything that is kept is to be read again.
-- Whoever writes events has the counter's row locked, so that each step is in the old one or in the new one as a whole.
CREATE OR REPLACE FUNCTION confirmd_data.begin_incarnation(reason text, above int DEFAULT NULL) RETURNS int
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH former AS (SELECT c AS counter FROM confirmd_data.outbox_counter c FOR NO KEY UPDATE),
    counter AS (
        UPDATE confirmd_data.outbox_counter o
        SET incarnation = greatest(above + 1, confirmd_data.next_incarnation(former.counter)),
            system_identifier = here.system_identifier, timeline = here.timeline
        FROM former, confirmd_data.server_identity() here
        RETURNING o.incarnation, o.position, o.incarnation > (former.counter).incarnation + 1 AS is_unknown)
    INSERT INTO confirmd.outbox_incarnation (incarnation, first_position, reason)
    SELECT incarnation,
        CASE WHEN is_unknown THEN coalesce((SELECT min(position) FROM confirmd.outbox), position + 1)
            ELSE position + 1 END, reason
    FROM counter RETURNING incarnation
$$;
GRANT EXECUTE ON FUNCTION confirmd_data.begin_incarnation TO confirmd_daemon;
