-- For one that is gone for good, or has a name that is another's: nothing waits for it any more.
CREATE OR REPLACE FUNCTION confirmd.remove_consumer(consumer text, reason text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on SET timezone = 'UTC'
SET datestyle = 'ISO, MDY' SET intervalstyle = 'postgres' AS $$
#variable_conflict use_variable
DECLARE
    known confirmd_data.outbox_consumer;
    number bigint;
BEGIN
    number := confirmd_data.queue_command('remove_consumer', NULL, NULL, reason);
    DELETE FROM confirmd_data.outbox_consumer c WHERE c.consumer = consumer RETURNING * INTO known;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no consumer "%"', confirmd_data.shown(consumer) USING ERRCODE = 'CF025',
            HINT = 'SELECT consumer, role FROM confirmd.outbox_consumer shows those there are.';
    END IF;
    UPDATE confirmd_data.operator_command c SET outcome = 'applied', decided_at = clock_timestamp(),
        detail = format('consumer "%s" of role %s at position %s of incarnation %s', confirmd_data.shown(known.consumer),
            known.role, known.position, known.incarnation)
    WHERE c.number = number;
    RETURN number;
END $$;
GRANT EXECUTE ON FUNCTION confirmd.remove_consumer TO confirmd_operator;
COMMENT ON FUNCTION confirmd.remove_consumer IS 'Removes a consumer of the outbox in the caller''s own transaction, whosever it is: its name is free, and retention no longer waits for it. One that still runs is there again with its next acknowledgment. Returns the number of its row in confirmd.operator_command.';
