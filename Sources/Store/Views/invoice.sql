CREATE OR REPLACE VIEW confirmd.invoice AS
    SELECT i.invoice_id AS id, i.project, i.order_id, i.status, i.reason, i.is_final, o.version, i.created_at,
           i.expires_at, i.metadata, i.underpay_tolerance_bps, i.overpay_tolerance_bps, i.auto_confirm_bps,
           i.late_policy, i.expired_at, i.canceled_at, o.halted_reason, o.undecided
    FROM confirmd_data.invoice i JOIN confirmd_data.owner o ON o.owner_id = i.invoice_id;
GRANT SELECT ON confirmd.invoice TO confirmd_reader;
COMMENT ON VIEW confirmd.invoice IS 'Invoices with their status and the terms they were made with.';
COMMENT ON COLUMN confirmd.invoice.id IS 'The invoice''s id: aggregateid of its events.';
COMMENT ON COLUMN confirmd.invoice.project IS 'The project it was made for.';
COMMENT ON COLUMN confirmd.invoice.order_id IS 'The creator''s own name for it; unique in a project among those not refused.';
COMMENT ON COLUMN confirmd.invoice.status IS 'created, partial, paid, overpaid or canceled; it follows from the facts and may follow them back.';
COMMENT ON COLUMN confirmd.invoice.reason IS 'What the status alone does not say: auto_confirmed, marked_paid, duplicate, expired, canceled, or why it was refused.';
COMMENT ON COLUMN confirmd.invoice.is_final IS 'Only an operator, a deep reorganization or a late deposit that settles can still change the status.';
COMMENT ON COLUMN confirmd.invoice.version IS 'How many events the invoice has had: aggregate_version of the last.';
COMMENT ON COLUMN confirmd.invoice.created_at IS 'When it was made.';
COMMENT ON COLUMN confirmd.invoice.expires_at IS 'Its deadline: a deposit seen at this second is still in time.';
COMMENT ON COLUMN confirmd.invoice.metadata IS 'The creator''s own object.';
COMMENT ON COLUMN confirmd.invoice.underpay_tolerance_bps IS 'As in confirmd.project when it was made.';
COMMENT ON COLUMN confirmd.invoice.overpay_tolerance_bps IS 'As in confirmd.project when it was made.';
COMMENT ON COLUMN confirmd.invoice.auto_confirm_bps IS 'As in confirmd.project when it was made.';
COMMENT ON COLUMN confirmd.invoice.late_policy IS 'As in confirmd.project when it was made.';
COMMENT ON COLUMN confirmd.invoice.expired_at IS 'When it was recorded that no payment in time can come any more; NULL before.';
COMMENT ON COLUMN confirmd.invoice.canceled_at IS 'When an operator''s cancel took effect; NULL without one.';
COMMENT ON COLUMN confirmd.invoice.halted_reason IS 'Why nothing can be decided about it, while its deposits are recorded; NULL where it can.';
COMMENT ON COLUMN confirmd.invoice.undecided IS 'What is not decided though its deadline has passed: {"question": "expiry" or "finality", "waits": [{"for": "registration", "observation", "pending", "unfinal" or "finality", "network": …}, …]}, as the last decision said. NULL before the deadline, and when all is decided.';
