-- The incarnation of the events that the caller is about to write; it holds the counter from here on.
CREATE OR REPLACE FUNCTION confirmd_data.incarnation() RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    counter confirmd_data.outbox_counter;
    here record;
BEGIN
    SELECT * INTO STRICT counter FROM confirmd_data.outbox_counter FOR NO KEY UPDATE;
    SELECT * INTO STRICT here FROM confirmd_data.server_identity();
    IF (counter.system_identifier, counter.timeline) = (here.system_identifier, here.timeline) THEN
        RETURN counter.incarnation;
    END IF;
    RETURN confirmd_data.begin_incarnation(concat_ws(', ',
        CASE WHEN counter.system_identifier <> here.system_identifier
            THEN format('system identifier %s became %s', counter.system_identifier, here.system_identifier) END,
        CASE WHEN counter.timeline <> here.timeline
            THEN format('timeline %s became %s', counter.timeline, here.timeline) END));
END $$;
GRANT EXECUTE ON FUNCTION confirmd_data.incarnation TO confirmd_daemon;
