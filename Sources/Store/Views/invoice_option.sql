CREATE OR REPLACE VIEW confirmd.invoice_option AS
    SELECT p.owner_id AS invoice_id, p.ordinal, p.network, p.asset, p.address,
           confirmd_data.whole(p.amount, a.decimals) AS amount, p.amount AS amount_base,
           confirmd_data.whole(p.due, a.decimals) AS due, p.due AS due_base,
           confirmd_data.whole(d.credited, a.decimals) AS credited, d.credited AS credited_base,
           confirmd_data.whole(r.remaining, a.decimals) AS remaining, r.remaining AS remaining_base,
           confirmd_data.whole(d.detected, a.decimals) AS detected, d.detected AS detected_base,
           p.registered_at, p.refused_reason
    FROM confirmd_data.option p
    JOIN confirmd_data.invoice i ON i.invoice_id = p.owner_id
    JOIN confirmd_data.asset a ON a.asset = p.asset
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(gross) FILTER (
                   WHERE status IN ('credited', 'final') AND (NOT late OR i.late_policy = 'settle')), 0) AS credited,
               coalesce(sum(gross) FILTER (WHERE status = 'detected'), 0) AS detected
        FROM confirmd_data.deposit WHERE owner_id = p.owner_id AND ordinal = p.ordinal) d
    CROSS JOIN LATERAL (SELECT CASE WHEN p.due IS NOT NULL THEN greatest(p.due - d.credited, 0) END AS remaining) r;
GRANT SELECT ON confirmd.invoice_option TO confirmd_reader;
COMMENT ON VIEW confirmd.invoice_option IS 'The ways to pay each invoice, and what came in through each.';
COMMENT ON COLUMN confirmd.invoice_option.invoice_id IS 'The invoice it belongs to.';
COMMENT ON COLUMN confirmd.invoice_option.ordinal IS 'Its place among the invoice''s options, from 0.';
COMMENT ON COLUMN confirmd.invoice_option.network IS 'The network of its asset.';
COMMENT ON COLUMN confirmd.invoice_option.asset IS 'What is to be paid.';
COMMENT ON COLUMN confirmd.invoice_option.address IS 'Where to, as the creator wrote it.';
COMMENT ON COLUMN confirmd.invoice_option.amount IS 'What the merchant asks for, in whole coins; NULL: any amount.';
COMMENT ON COLUMN confirmd.invoice_option.amount_base IS 'The same in base units.';
COMMENT ON COLUMN confirmd.invoice_option.due IS 'What the client has to pay, the fees that the client bears included, in whole coins.';
COMMENT ON COLUMN confirmd.invoice_option.due_base IS 'The same in base units.';
COMMENT ON COLUMN confirmd.invoice_option.credited IS 'Gross of its credited and final deposits that count, in whole coins.';
COMMENT ON COLUMN confirmd.invoice_option.credited_base IS 'The same in base units.';
COMMENT ON COLUMN confirmd.invoice_option.remaining IS 'What is left of the due, never negative, in whole coins; NULL where any amount will do.';
COMMENT ON COLUMN confirmd.invoice_option.remaining_base IS 'The same in base units.';
COMMENT ON COLUMN confirmd.invoice_option.detected IS 'Gross of its deposits below the credit threshold, in whole coins.';
COMMENT ON COLUMN confirmd.invoice_option.detected_base IS 'The same in base units.';
COMMENT ON COLUMN confirmd.invoice_option.registered_at IS 'Since when its address is watched and the past was searched; NULL before.';
COMMENT ON COLUMN confirmd.invoice_option.refused_reason IS 'Why it can not be watched: malformed_address, address_of_other_network, address_in_use, unwatchable_script.';
