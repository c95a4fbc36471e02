-- An invoice's or wallet's deposits are found by its id, which a CASE would hide from the index.
CREATE OR REPLACE VIEW confirmd.deposit AS
    SELECT d.deposit_id AS id, d.network, d.asset, i.invoice_id, w.wallet_id, o.project, p.address,
           encode(d.transaction, 'hex') AS transaction, d.locator, d.status, d.reason, d.late,
           confirmd_data.whole(d.gross, a.decimals) AS gross, d.gross AS gross_base,
           confirmd_data.whole(d.fee, a.decimals) AS fee, d.fee AS fee_base,
           confirmd_data.whole(d.net, a.decimals) AS net, d.net AS net_base,
           CASE WHEN d.block_height IS NULL THEN 0 ELSE greatest(n.tip_height - d.block_height + 1, 0) END AS confirmations,
           d.credit_required AS required, d.final_required, d.seen_at, d.block_height,
           encode(d.block_hash, 'hex') AS block_hash, d.block_time, d.block_index, d.recorded_at,
           d.credit_tag AS required_tag, d.final_tag AS final_required_tag
    FROM confirmd_data.deposit d
    JOIN confirmd_data.owner o ON o.owner_id = d.owner_id
    LEFT JOIN confirmd_data.invoice i ON i.invoice_id = d.owner_id
    LEFT JOIN confirmd_data.static_wallet w ON w.wallet_id = d.owner_id
    JOIN confirmd_data.option p ON p.owner_id = d.owner_id AND p.ordinal = d.ordinal
    JOIN confirmd_data.asset a ON a.asset = d.asset
    JOIN confirmd_data.network n ON n.network = d.network;
GRANT SELECT ON confirmd.deposit TO confirmd_reader;
COMMENT ON VIEW confirmd.deposit IS 'Transfers to watched addresses. A deposit is a network, transaction, locator, asset, address and amount; its block may change.';
COMMENT ON COLUMN confirmd.deposit.id IS 'A hash of the deposit''s identity: the same on every machine and after every loss.';
COMMENT ON COLUMN confirmd.deposit.network IS 'The network it arrived on.';
COMMENT ON COLUMN confirmd.deposit.asset IS 'What arrived.';
COMMENT ON COLUMN confirmd.deposit.invoice_id IS 'The invoice it pays; NULL for a wallet''s.';
COMMENT ON COLUMN confirmd.deposit.wallet_id IS 'The static wallet it pays; NULL for an invoice''s.';
COMMENT ON COLUMN confirmd.deposit.project IS 'The project of either.';
COMMENT ON COLUMN confirmd.deposit.address IS 'The watched address.';
COMMENT ON COLUMN confirmd.deposit.transaction IS 'Hash of its transaction, in hexadecimal.';
COMMENT ON COLUMN confirmd.deposit.locator IS 'Where in the transaction it is: vout:1, log:3, call:0.2.';
COMMENT ON COLUMN confirmd.deposit.status IS 'detected, credited, final; sideways orphaned, reversed, dropped, rejected.';
COMMENT ON COLUMN confirmd.deposit.reason IS 'Why it was dropped (double_spent, replaced, evicted, expired) or rejected (below_minimum, below_fee, unexpected_asset, wrong_network, own_funds).';
COMMENT ON COLUMN confirmd.deposit.late IS 'It was seen after the deadline, or after the invoice was canceled or refused.';
COMMENT ON COLUMN confirmd.deposit.gross IS 'What arrived, in whole coins.';
COMMENT ON COLUMN confirmd.deposit.gross_base IS 'The same in base units.';
COMMENT ON COLUMN confirmd.deposit.fee IS 'What was deducted when it was credited, in whole coins.';
COMMENT ON COLUMN confirmd.deposit.fee_base IS 'The same in base units.';
COMMENT ON COLUMN confirmd.deposit.net IS 'What was booked to the project, in whole coins: gross less fee.';
COMMENT ON COLUMN confirmd.deposit.net_base IS 'The same in base units.';
COMMENT ON COLUMN confirmd.deposit.confirmations IS 'Blocks from its own to the tip; 0 outside a block.';
COMMENT ON COLUMN confirmd.deposit.required IS 'Confirmations at which it is credited.';
COMMENT ON COLUMN confirmd.deposit.final_required IS 'Confirmations at which it is final.';
COMMENT ON COLUMN confirmd.deposit.seen_at IS 'Earliest time of a block of it or of its first sighting: what deadlines are compared with.';
COMMENT ON COLUMN confirmd.deposit.block_height IS 'Height of its block; NULL outside a block.';
COMMENT ON COLUMN confirmd.deposit.block_hash IS 'Hash of its block, in hexadecimal.';
COMMENT ON COLUMN confirmd.deposit.block_time IS 'Time its block states.';
COMMENT ON COLUMN confirmd.deposit.block_index IS 'Its place in the block; other nodes may count otherwise.';
COMMENT ON COLUMN confirmd.deposit.recorded_at IS 'When the daemon first recorded it.';
COMMENT ON COLUMN confirmd.deposit.required_tag IS 'The finality tag that "required" is counted from, so that 1 is at or below its block; NULL is the tip.';
COMMENT ON COLUMN confirmd.deposit.final_required_tag IS 'The same for "final_required".';
