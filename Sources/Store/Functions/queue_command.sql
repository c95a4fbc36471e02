-- Commands are queued: the daemon carries them out in turns by project, of each in the order of their numbers, and confirmd.operator_command shows
-- what became of each.
CREATE OR REPLACE FUNCTION confirmd_data.queue_command(kind text, invoice_id uuid, network text, reason text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    number bigint;
BEGIN
    IF reason IS NULL OR NOT confirmd_data.is_name(reason, 500) THEN
        RAISE EXCEPTION 'a reason of 1 to 500 characters is needed' USING ERRCODE = 'CF005';
    END IF;
    PERFORM confirmd_data.commit_durably();
    INSERT INTO confirmd_data.operator_command AS c (kind, invoice_id, network, reason)
    VALUES (kind, invoice_id, network, reason) RETURNING c.number INTO number;
    RETURN number;
END $$;
GRANT EXECUTE ON FUNCTION confirmd_data.queue_command TO confirmd_daemon;
