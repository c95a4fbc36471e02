-- The counter is locked until the caller's transaction ends: events wait for it. Nothing that a step holds is wanted after it.
CREATE OR REPLACE FUNCTION confirmd.new_outbox_incarnation(reason text, above int DEFAULT NULL) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on SET timezone = 'UTC'
SET datestyle = 'ISO, MDY' SET intervalstyle = 'postgres' AS $$
#variable_conflict use_variable
DECLARE
    number bigint;
BEGIN
    IF above NOT BETWEEN 0 AND 1000000000 THEN
        RAISE EXCEPTION 'an incarnation is a number from 1 to 1000000000' USING ERRCODE = 'CF005';
    END IF;
    number := confirmd_data.queue_command('new_incarnation', NULL, NULL, reason);
    PERFORM confirmd_data.begin_incarnation(reason, above);
    UPDATE confirmd_data.operator_command c SET outcome = 'applied', decided_at = clock_timestamp()
    WHERE c.number = number;
    RETURN number;
END $$;
GRANT EXECUTE ON FUNCTION confirmd.new_outbox_incarnation TO confirmd_operator;
COMMENT ON FUNCTION confirmd.new_outbox_incarnation IS 'Begins a new incarnation of the outbox in the caller''s own transaction, before any further event; to be called after a restore that lost commits. above: the highest incarnation that a consumer has seen, where that is above the newest one here; everything that is kept is then to be read again. Returns the number of its row in confirmd.operator_command.';
