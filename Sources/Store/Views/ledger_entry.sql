CREATE OR REPLACE VIEW confirmd.ledger_entry AS
    SELECT e.entry_id AS id, e.kind, e.project, e.asset, e.debit_account, e.credit_account,
           confirmd_data.whole(e.amount, a.decimals) AS amount, e.amount AS amount_base,
           e.deposit_id, e.credit_number, e.is_reversal, e.policy_number,
           confirmd_data.whole(e.transfer_fee, a.decimals) AS transfer_fee, e.transfer_fee AS transfer_fee_base,
           e.service_fee_bps, e.created_at
    FROM confirmd_data.ledger_entry e JOIN confirmd_data.asset a ON a.asset = e.asset;
GRANT SELECT ON confirmd.ledger_entry TO confirmd_reader;
COMMENT ON VIEW confirmd.ledger_entry IS 'Double entry: each row moves an amount from one account to another and is never changed; a reversal is a row of its own.';
COMMENT ON COLUMN confirmd.ledger_entry.id IS 'Grows with time; not dense.';
COMMENT ON COLUMN confirmd.ledger_entry.kind IS 'net or fee.';
COMMENT ON COLUMN confirmd.ledger_entry.project IS 'The project it is booked for.';
COMMENT ON COLUMN confirmd.ledger_entry.asset IS 'The asset moved.';
COMMENT ON COLUMN confirmd.ledger_entry.debit_account IS 'The account it is taken from.';
COMMENT ON COLUMN confirmd.ledger_entry.credit_account IS 'The account it is given to.';
COMMENT ON COLUMN confirmd.ledger_entry.amount IS 'How much, always positive, in whole coins.';
COMMENT ON COLUMN confirmd.ledger_entry.amount_base IS 'The same in base units.';
COMMENT ON COLUMN confirmd.ledger_entry.deposit_id IS 'The deposit it is due to.';
COMMENT ON COLUMN confirmd.ledger_entry.credit_number IS 'How often the deposit had been credited, this time included.';
COMMENT ON COLUMN confirmd.ledger_entry.is_reversal IS 'It takes back the entry of the same deposit, credit_number and kind.';
COMMENT ON COLUMN confirmd.ledger_entry.policy_number IS 'The thresholds in force at the time, in confirmd.policy.';
COMMENT ON COLUMN confirmd.ledger_entry.transfer_fee IS 'The rule applied: flat fee, in whole coins.';
COMMENT ON COLUMN confirmd.ledger_entry.transfer_fee_base IS 'The same in base units.';
COMMENT ON COLUMN confirmd.ledger_entry.service_fee_bps IS 'The rule applied: service fee in basis points.';
COMMENT ON COLUMN confirmd.ledger_entry.created_at IS 'When it was booked.';
