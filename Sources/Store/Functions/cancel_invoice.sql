CREATE OR REPLACE FUNCTION confirmd.cancel_invoice(invoice_id uuid, reason text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on SET timezone = 'UTC'
SET datestyle = 'ISO, MDY' SET intervalstyle = 'postgres' AS $$
BEGIN
    PERFORM confirmd_data.find_invoice(invoice_id);
    RETURN confirmd_data.queue_command('cancel', invoice_id, NULL, reason);
END $$;
GRANT EXECUTE ON FUNCTION confirmd.cancel_invoice TO confirmd_operator;
COMMENT ON FUNCTION confirmd.cancel_invoice IS 'Has the daemon cancel an invoice that is created with no deposit pending. Returns the number of the command in confirmd.operator_command, which shows the outcome.';
