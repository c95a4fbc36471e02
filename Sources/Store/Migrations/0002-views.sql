-- What other services read. Amounts come in both forms: "due" in whole coins, "due_base" in base units.

CREATE VIEW confirmd.network AS
    SELECT n.network, n.family, n.chain, n.tip_height, encode(n.tip_hash, 'hex') AS tip_hash, n.tip_time,
           n.head_height, n.observed_through, n.state, n.state_reason, n.max_block_gap, n.arrival_grace,
           n.policy_number, l.epoch, l.host AS held_by, l.held_until
    FROM confirmd_data.network n LEFT JOIN confirmd_data.lane l ON l.lane = n.network;

CREATE VIEW confirmd.lane AS
    SELECT lane, epoch, host AS held_by, held_until FROM confirmd_data.lane;

CREATE VIEW confirmd.policy AS
    SELECT network, number, thresholds, difference, published_at, published_by FROM confirmd_data.policy;

CREATE VIEW confirmd.asset AS
    SELECT asset, network, '0x' || encode(contract, 'hex') AS contract, decimals,
           confirmd_data.whole(min_deposit, decimals) AS min_deposit, min_deposit AS min_deposit_base,
           confirmd_data.whole(transfer_fee, decimals) AS transfer_fee, transfer_fee AS transfer_fee_base
    FROM confirmd_data.asset;

CREATE VIEW confirmd.project AS
    SELECT p.project, p.service_fee_bps, p.service_fee_payer, p.transfer_fee_payer, p.underpay_tolerance_bps,
           p.overpay_tolerance_bps, p.auto_confirm_bps, p.late_policy, p.created_at,
           coalesce((SELECT jsonb_object_agg(a.asset, a.service_fee_bps)
                     FROM confirmd_data.project_asset a WHERE a.project = p.project), '{}') AS service_fee_bps_for
    FROM confirmd_data.project p;

CREATE VIEW confirmd.invoice AS
    SELECT i.invoice_id AS id, i.project, i.order_id, i.status, i.reason, i.is_final, o.version, i.created_at,
           i.expires_at, i.metadata, i.underpay_tolerance_bps, i.overpay_tolerance_bps, i.auto_confirm_bps,
           i.late_policy, i.expired_at, i.canceled_at
    FROM confirmd_data.invoice i JOIN confirmd_data.owner o ON o.owner_id = i.invoice_id;

CREATE VIEW confirmd.invoice_option AS
    SELECT p.owner_id AS invoice_id, p.ordinal, p.network, p.asset, p.address,
           confirmd_data.whole(p.amount, a.decimals) AS amount, p.amount AS amount_base,
           confirmd_data.whole(p.due, a.decimals) AS due, p.due AS due_base,
           confirmd_data.whole(d.credited, a.decimals) AS credited, d.credited AS credited_base,
           confirmd_data.whole(greatest(p.due - d.credited, 0), a.decimals) AS remaining,
           greatest(p.due - d.credited, 0) AS remaining_base,
           confirmd_data.whole(d.detected, a.decimals) AS detected, d.detected AS detected_base,
           p.registered_at, p.refused_reason
    FROM confirmd_data.option p
    JOIN confirmd_data.invoice i ON i.invoice_id = p.owner_id
    JOIN confirmd_data.asset a ON a.asset = p.asset
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(gross) FILTER (
                   WHERE status IN ('credited', 'final') AND (NOT late OR i.late_policy = 'settle')), 0) AS credited,
               coalesce(sum(gross) FILTER (WHERE status = 'detected'), 0) AS detected
        FROM confirmd_data.deposit WHERE owner_id = p.owner_id AND ordinal = p.ordinal) d;

CREATE VIEW confirmd.static_wallet AS
    SELECT w.wallet_id AS id, w.project, w.customer_id, w.asset, p.network, p.address, o.version, w.created_at,
           p.registered_at, p.refused_reason
    FROM confirmd_data.static_wallet w
    JOIN confirmd_data.owner o ON o.owner_id = w.wallet_id
    JOIN confirmd_data.option p ON p.owner_id = w.wallet_id;

CREATE VIEW confirmd.deposit AS
    SELECT d.deposit_id AS id, d.network, d.asset, CASE o.kind WHEN 'invoice' THEN d.owner_id END AS invoice_id,
           CASE o.kind WHEN 'wallet' THEN d.owner_id END AS wallet_id, o.project, p.address,
           encode(d.transaction, 'hex') AS transaction, d.locator, d.status, d.reason, d.late,
           confirmd_data.whole(d.gross, a.decimals) AS gross, d.gross AS gross_base,
           confirmd_data.whole(d.fee, a.decimals) AS fee, d.fee AS fee_base,
           confirmd_data.whole(d.net, a.decimals) AS net, d.net AS net_base,
           CASE WHEN d.block_height IS NULL THEN 0 ELSE greatest(n.tip_height - d.block_height + 1, 0) END AS confirmations,
           d.credit_required AS required, d.final_required, d.seen_at, d.block_height,
           encode(d.block_hash, 'hex') AS block_hash, d.block_time, d.block_index, d.recorded_at
    FROM confirmd_data.deposit d
    JOIN confirmd_data.owner o ON o.owner_id = d.owner_id
    JOIN confirmd_data.option p ON p.owner_id = d.owner_id AND p.ordinal = d.ordinal
    JOIN confirmd_data.asset a ON a.asset = d.asset
    JOIN confirmd_data.network n ON n.network = d.network;

CREATE VIEW confirmd.operator_command AS
    SELECT number, kind, invoice_id, network, reason, requested_by, requested_at, outcome, detail, decided_at
    FROM confirmd_data.operator_command;

CREATE VIEW confirmd.ledger_entry AS
    SELECT e.entry_id AS id, e.kind, e.project, e.asset, e.debit_account, e.credit_account,
           confirmd_data.whole(e.amount, a.decimals) AS amount, e.amount AS amount_base,
           e.deposit_id, e.credit_number, e.is_reversal, e.policy_number,
           confirmd_data.whole(e.transfer_fee, a.decimals) AS transfer_fee, e.transfer_fee AS transfer_fee_base,
           e.service_fee_bps, e.created_at
    FROM confirmd_data.ledger_entry e JOIN confirmd_data.asset a ON a.asset = e.asset;

CREATE VIEW confirmd.balance AS
    SELECT b.project, b.asset,
           confirmd_data.whole(b.credited, a.decimals) AS credited, b.credited AS credited_base,
           confirmd_data.whole(b.final, a.decimals) AS final, b.final AS final_base,
           confirmd_data.whole(b.fees, a.decimals) AS fees, b.fees AS fees_base
    FROM confirmd_data.balance b JOIN confirmd_data.asset a ON a.asset = b.asset;
