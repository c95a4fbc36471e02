-- Has two partitions ready beyond the one being written, and returns those it made. Attaching, unlike CREATE TABLE …
-- PARTITION OF, leaves readers and writers alone.
CREATE OR REPLACE FUNCTION confirmd_data.extend_outbox() RETURNS text[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    size CONSTANT bigint := 1000000;
    being_written bigint;
    partition text;
    made text[] := '{}';
BEGIN
    LOCK TABLE ONLY confirmd.outbox IN SHARE UPDATE EXCLUSIVE MODE NOWAIT;
    SELECT position / size INTO STRICT being_written FROM confirmd_data.outbox_counter;
    FOR number IN being_written .. being_written + 2 LOOP
        partition := 'outbox_' || number;
        CONTINUE WHEN to_regclass('confirmd_data.' || partition) IS NOT NULL;
        EXECUTE format('CREATE TABLE confirmd_data.%I (LIKE confirmd.outbox INCLUDING ALL EXCLUDING COMMENTS)', partition);
        EXECUTE format('CREATE TRIGGER outbox_is_never_emptied BEFORE TRUNCATE ON confirmd_data.%I
            FOR EACH STATEMENT EXECUTE FUNCTION confirmd_data.refuse_change()', partition);
        EXECUTE format('ALTER TABLE confirmd.outbox ATTACH PARTITION confirmd_data.%I FOR VALUES FROM (%s) TO (%s)',
            partition, number * size, (number + 1) * size);
        made := made || partition;
    END LOOP;
    RETURN made;
EXCEPTION WHEN lock_not_available THEN
    RETURN '{}';
END $$;
GRANT EXECUTE ON FUNCTION confirmd_data.extend_outbox TO confirmd_daemon;
