-- What is written once: ledger and outbox rows.
CREATE OR REPLACE FUNCTION confirmd_data.refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% rows are written once and never changed', TG_TABLE_NAME
        USING ERRCODE = 'CF008', HINT = 'Corrections are new rows: reversals in the ledger, later events in the outbox.';
END $$;
GRANT EXECUTE ON FUNCTION confirmd_data.refuse_change TO confirmd_daemon;
