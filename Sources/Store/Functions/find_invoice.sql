-- The invoice an operator or creator means, as it is now.
CREATE OR REPLACE FUNCTION confirmd_data.find_invoice(id uuid) RETURNS confirmd_data.invoice LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    i confirmd_data.invoice;
BEGIN
    SELECT * INTO i FROM confirmd_data.invoice WHERE invoice_id = id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no invoice %', coalesce(id::text, '') USING ERRCODE = 'CF009';
    END IF;
    IF i.refused THEN
        RAISE EXCEPTION 'invoice % was refused (%)', id, i.reason USING ERRCODE = 'CF020',
            HINT = 'Its order_id is free again: create a new invoice.';
    END IF;
    RETURN i;
END $$;
GRANT EXECUTE ON FUNCTION confirmd_data.find_invoice TO confirmd_daemon;
