CREATE OR REPLACE FUNCTION confirmd.mark_paid(invoice_id uuid, reason text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on SET timezone = 'UTC'
SET datestyle = 'ISO, MDY' SET intervalstyle = 'postgres' AS $$
BEGIN
    PERFORM confirmd_data.find_invoice(invoice_id);
    RETURN confirmd_data.queue_command('mark_paid', invoice_id, NULL, reason);
END $$;
GRANT EXECUTE ON FUNCTION confirmd.mark_paid TO confirmd_operator;
COMMENT ON FUNCTION confirmd.mark_paid IS 'Has the daemon take an invoice as paid at the ratio it has reached, for that reason. Returns the number of the command in confirmd.operator_command, which shows the outcome.';
