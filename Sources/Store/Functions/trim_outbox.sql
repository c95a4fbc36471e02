-- Drops partitions that every consumer has read to their end and whose last event is older than that; returns those it
-- dropped. Without any consumer nobody knows who still wants to read, so all stay; so does the one with the last event. An
-- event that was dated ahead, by a clock that was put back since, is at least as old as what was written after it.
CREATE OR REPLACE FUNCTION confirmd_data.trim_outbox(older_than interval) RETURNS text[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    size CONSTANT bigint := 1000000;
    read_through bigint;
    head bigint;
    number bigint;
    partition text;
    is_old boolean;
    dropped text[] := '{}';
BEGIN
    SELECT least(min(c.position), o.position - 1), o.position INTO read_through, head
    FROM confirmd_data.outbox_consumer c CROSS JOIN confirmd_data.outbox_counter o GROUP BY o.position;
    FOR number, partition IN
        SELECT substring(c.relname FROM '[0-9]+$')::bigint AS number, c.relname
        FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'confirmd.outbox'::regclass ORDER BY number
    LOOP
        EXIT WHEN (number + 1) * size - 1 <= read_through IS NOT TRUE;
        -- The last events of this partition and of those after it.
        SELECT min(e.occurred_at) < clock_timestamp() - older_than INTO is_old FROM confirmd.outbox e
        WHERE e.position = ANY (ARRAY(SELECT generate_series((number + 1) * size - 1, head, size)) || head);
        EXIT WHEN NOT is_old;
        BEGIN
            LOCK TABLE ONLY confirmd.outbox IN ACCESS EXCLUSIVE MODE NOWAIT;
            EXECUTE format('LOCK TABLE confirmd_data.%I IN ACCESS EXCLUSIVE MODE NOWAIT', partition);
            EXECUTE format('DROP TABLE confirmd_data.%I', partition);
        EXCEPTION WHEN lock_not_available THEN
            EXIT;
        END;
        dropped := dropped || partition;
    END LOOP;
    RETURN dropped;
END $$;
GRANT EXECUTE ON FUNCTION confirmd_data.trim_outbox TO confirmd_daemon;
