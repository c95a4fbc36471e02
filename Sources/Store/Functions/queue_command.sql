-- Commands are queued: the daemon carries them out in turns by project, of each in the order of their numbers, and
-- confirmd.operator_command shows what became of each. One of a kind waits for each invoice and network: more would only hold up
-- other people's.
CREATE OR REPLACE FUNCTION confirmd_data.queue_command(kind text, invoice_id uuid, network text, reason text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    number bigint;
BEGIN
    PERFORM confirmd_data.need_name('a reason', reason, 500);
    PERFORM confirmd_data.commit_durably();
    INSERT INTO confirmd_data.operator_command AS c (kind, invoice_id, network, reason)
    VALUES (kind, invoice_id, network, reason) ON CONFLICT DO NOTHING RETURNING c.number INTO number;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the same was asked for before and waits to be carried out' USING ERRCODE = 'CF024',
            HINT = 'A daemon does that (confirmd run); SELECT * FROM confirmd.operator_command WHERE outcome IS NULL shows what waits.';
    END IF;
    RETURN number;
END $$;
GRANT EXECUTE ON FUNCTION confirmd_data.queue_command TO confirmd_daemon;
