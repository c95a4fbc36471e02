-- The incarnation of the events that the caller is about to write; it holds the counter from here on. A new one begins where
-- commits may be gone: on another server or timeline, or behind the position that the caller has seen in this incarnation
-- (p_seen, as confirmd_data.lineage has it).
CREATE OR REPLACE FUNCTION confirmd_data.incarnation(p_seen jsonb DEFAULT NULL) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    counter confirmd_data.outbox_counter;
    here record;
    reasons text;
BEGIN
    SELECT * INTO STRICT counter FROM confirmd_data.outbox_counter FOR NO KEY UPDATE;
    SELECT * INTO STRICT here FROM confirmd_data.server_identity();
    reasons := concat_ws(', ',
        CASE WHEN counter.system_identifier <> here.system_identifier
            THEN format('system identifier %s became %s', counter.system_identifier, here.system_identifier) END,
        CASE WHEN counter.timeline <> here.timeline
            THEN format('timeline %s became %s', counter.timeline, here.timeline) END,
        CASE WHEN counter.incarnation = (p_seen ->> 'incarnation')::int
                  AND counter.position < (p_seen ->> 'position')::bigint
            THEN format('position %s became %s', p_seen ->> 'position', counter.position) END);
    IF reasons = '' THEN RETURN counter.incarnation; END IF;
    RETURN confirmd_data.begin_incarnation(reasons);
END $$;
GRANT EXECUTE ON FUNCTION confirmd_data.incarnation TO confirmd_daemon;
