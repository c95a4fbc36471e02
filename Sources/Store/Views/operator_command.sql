CREATE OR REPLACE VIEW confirmd.operator_command AS
    SELECT number, kind, invoice_id, network, reason, requested_by, requested_at, outcome, detail, decided_at
    FROM confirmd_data.operator_command;
GRANT SELECT ON confirmd.operator_command TO confirmd_reader;
COMMENT ON VIEW confirmd.operator_command IS 'What operators asked for, and what became of it.';
COMMENT ON COLUMN confirmd.operator_command.number IS 'Its number, which the function that was called returned.';
COMMENT ON COLUMN confirmd.operator_command.kind IS 'mark_paid, cancel, retire_network, resume_network, resync_network, new_incarnation or remove_consumer.';
COMMENT ON COLUMN confirmd.operator_command.invoice_id IS 'The invoice it is about; NULL for others.';
COMMENT ON COLUMN confirmd.operator_command.network IS 'The network it is about; NULL for others.';
COMMENT ON COLUMN confirmd.operator_command.reason IS 'The operator''s reason.';
COMMENT ON COLUMN confirmd.operator_command.requested_by IS 'The role that asked.';
COMMENT ON COLUMN confirmd.operator_command.requested_at IS 'When it was asked for.';
COMMENT ON COLUMN confirmd.operator_command.outcome IS 'applied or refused; NULL while it waits.';
COMMENT ON COLUMN confirmd.operator_command.detail IS 'Why it was refused, or what exactly was removed.';
COMMENT ON COLUMN confirmd.operator_command.decided_at IS 'When it was applied or refused.';
