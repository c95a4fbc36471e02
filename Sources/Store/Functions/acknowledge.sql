-- Takes no lock that a worker waits for: it reads the counter as it was committed, and its own row is nobody else's.
CREATE OR REPLACE FUNCTION confirmd.acknowledge(consumer text, incarnation int, last_position bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on SET timezone = 'UTC'
SET datestyle = 'ISO, MDY' SET intervalstyle = 'postgres' AS $$
#variable_conflict use_variable
DECLARE
    known confirmd_data.outbox_consumer;
    counter confirmd_data.outbox_counter;
    slot int;
BEGIN
    PERFORM confirmd_data.need_name('a consumer''s name', consumer, 64);
    IF incarnation IS NULL OR last_position IS NULL OR last_position < 0 THEN
        RAISE EXCEPTION 'an incarnation and a position of at least 0 are needed' USING ERRCODE = 'CF005';
    END IF;
    SELECT * INTO known FROM confirmd_data.outbox_consumer c WHERE c.consumer = consumer FOR UPDATE;
    -- The name, or the slot by another session of the same role, may be taken meanwhile.
    WHILE known IS NULL LOOP
        SELECT min(s) INTO slot FROM generate_series(1, 100) s WHERE NOT EXISTS (
            SELECT FROM confirmd_data.outbox_consumer c WHERE c.role = session_user AND c.slot = s);
        IF slot IS NULL THEN
            RAISE EXCEPTION 'role % has 100 consumers already', session_user USING ERRCODE = 'CF015',
                HINT = 'A consumer is one reader that goes on for ever; give it the same name after every restart. Operators remove those that are gone: confirmd outbox remove-consumer.';
        END IF;
        INSERT INTO confirmd_data.outbox_consumer (consumer, role, slot, incarnation, position)
        VALUES (consumer, session_user, slot, incarnation, 0) ON CONFLICT DO NOTHING;
        SELECT * INTO known FROM confirmd_data.outbox_consumer c WHERE c.consumer = consumer FOR UPDATE;
    END LOOP;
    IF known.role <> session_user THEN
        RAISE EXCEPTION 'consumer "%" belongs to another role', consumer USING ERRCODE = 'CF010',
            HINT = 'A name belongs to the role that used it first; SELECT consumer, role FROM confirmd.outbox_consumer shows them. An operator frees one: confirmd outbox remove-consumer.';
    END IF;
    SELECT * INTO STRICT counter FROM confirmd_data.outbox_counter;
    IF incarnation < counter.incarnation THEN
        RAISE EXCEPTION 'incarnation % of the outbox is over, now is %', incarnation, counter.incarnation
            USING ERRCODE = 'CF013',
            HINT = 'Go back to before the first_position of the newer ones in confirmd.outbox_incarnation, and replace state from there.';
    END IF;
    IF incarnation > counter.incarnation THEN
        RAISE EXCEPTION 'incarnation % of the outbox has not begun, now is %', incarnation, counter.incarnation
            USING ERRCODE = 'CF014', HINT = 'The database may be older than what was read: an operator has to look at it.';
    END IF;
    IF last_position > counter.position THEN
        RAISE EXCEPTION 'position % is ahead of the outbox, which ends at %', last_position, counter.position
            USING ERRCODE = 'CF012', HINT = 'The database may have lost what was read: an operator has to look at it.';
    END IF;
    IF last_position < known.position THEN
        RAISE EXCEPTION 'consumer "%" is at position % already, before is %', consumer, known.position, last_position
            USING ERRCODE = 'CF011', HINT = 'Read again from where you like; the checkpoint only moves forward.';
    END IF;
    UPDATE confirmd_data.outbox_consumer c
    SET incarnation = counter.incarnation, position = last_position, acknowledged_at = clock_timestamp()
    WHERE c.consumer = consumer;
END $$;
GRANT EXECUTE ON FUNCTION confirmd.acknowledge TO confirmd_reader;
COMMENT ON FUNCTION confirmd.acknowledge IS 'Stores how far a consumer has read: every position up to and with this one. The name (1 to 64 characters) belongs to the session''s role from its first use on. The place never goes back, never ahead of the outbox, and is of the newest incarnation. Partitions of the outbox are dropped behind every consumer, and only there.';
