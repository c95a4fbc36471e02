CREATE OR REPLACE FUNCTION confirmd.add_option(invoice_id uuid, asset text, address text, amount text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    i confirmd_data.invoice := confirmd_data.find_invoice(invoice_id);
    place int;
BEGIN
    PERFORM confirmd_data.commit_durably();
    -- Creators wait for each other here, and never hold a row that a worker wants.
    PERFORM pg_advisory_xact_lock(hashtextextended('confirmd add_option ' || invoice_id, 0));
    IF i.status <> 'created' OR i.expired_at IS NOT NULL OR i.canceled_at IS NOT NULL THEN
        RAISE EXCEPTION 'invoice % is % and takes no more options', invoice_id,
            CASE WHEN i.expired_at IS NOT NULL THEN 'expired' ELSE i.status END USING ERRCODE = 'CF021';
    END IF;
    SELECT max(o.ordinal) + 1 INTO place FROM confirmd_data.option o WHERE o.owner_id = invoice_id;
    IF place >= 50 THEN
        RAISE EXCEPTION 'invoice % has 50 options, the most there can be', invoice_id USING ERRCODE = 'CF005';
    END IF;
    PERFORM confirmd_data.insert_option(i, place, asset, address, amount, clock_timestamp());
END $$;
GRANT EXECUTE ON FUNCTION confirmd.add_option TO confirmd_creator;
COMMENT ON FUNCTION confirmd.add_option IS 'Adds one way to pay to an invoice that is still created, on the terms it was made with. amount: in whole coins, NULL where the invoice''s other options have none.';
