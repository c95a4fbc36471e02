CREATE OR REPLACE VIEW confirmd.project AS
    SELECT p.project, p.service_fee_bps, p.service_fee_payer, p.transfer_fee_payer, p.underpay_tolerance_bps,
           p.overpay_tolerance_bps, p.auto_confirm_bps, p.late_policy, p.created_at,
           coalesce((SELECT jsonb_object_agg(a.asset, a.service_fee_bps)
                     FROM confirmd_data.project_asset a WHERE a.project = p.project), '{}') AS service_fee_bps_for
    FROM confirmd_data.project p;
GRANT SELECT ON confirmd.project TO confirmd_reader;
COMMENT ON VIEW confirmd.project IS 'Merchants'' shops with the terms that their next invoices are made with.';
COMMENT ON COLUMN confirmd.project.project IS 'Name of the project.';
COMMENT ON COLUMN confirmd.project.service_fee_bps IS 'Service fee in basis points of a deposit less its transfer fee.';
COMMENT ON COLUMN confirmd.project.service_fee_payer IS 'Who bears the service fee: merchant (deducted) or client (added to what is due).';
COMMENT ON COLUMN confirmd.project.transfer_fee_payer IS 'Who bears the transfer fee: merchant or client.';
COMMENT ON COLUMN confirmd.project.underpay_tolerance_bps IS 'By how much less than due an invoice is still paid, in basis points.';
COMMENT ON COLUMN confirmd.project.overpay_tolerance_bps IS 'By how much more than due an invoice is not yet overpaid, in basis points.';
COMMENT ON COLUMN confirmd.project.auto_confirm_bps IS 'From what part of the due, in basis points, a partial invoice is paid at its deadline; NULL: never.';
COMMENT ON COLUMN confirmd.project.late_policy IS 'Whether deposits after the deadline settle their invoice (settle) or are only credited (credit).';
COMMENT ON COLUMN confirmd.project.created_at IS 'When the project was made.';
COMMENT ON COLUMN confirmd.project.service_fee_bps_for IS 'Service fees of single assets, by asset, in basis points.';
