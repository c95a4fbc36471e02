-- An owner may have very many deposits: from a hundred on, a decision is made on how they add up and on those alone that change.
SET LOCAL ROLE confirmd_owner;

ALTER TABLE confirmd_data.owner ADD COLUMN totals jsonb CHECK (jsonb_typeof(totals) = 'array');

-- One whose rows can't be read, or whose decision can't be written, is set aside by itself.
ALTER TABLE confirmd_data.owner ADD COLUMN halted_reason text, ADD COLUMN halted_at timestamptz,
    ADD CHECK ((halted_reason IS NULL) = (halted_at IS NULL));
CREATE INDEX owner_halted ON confirmd_data.owner (owner_id) WHERE halted_reason IS NOT NULL;
COMMENT ON COLUMN confirmd_data.owner.halted_reason IS 'Why nothing can be decided about it; NULL where it can.';
COMMENT ON COLUMN confirmd_data.owner.halted_at IS 'Since when.';

-- Those of one deadline are many: in order, too.
DROP INDEX confirmd_data.invoice_unexpired;
CREATE INDEX invoice_unexpired ON confirmd_data.invoice (expires_at, invoice_id)
    WHERE expired_at IS NULL AND canceled_at IS NULL AND NOT refused;
DROP INDEX confirmd_data.invoice_unfinal;
CREATE INDEX invoice_unfinal ON confirmd_data.invoice (expires_at, invoice_id)
    WHERE NOT is_final AND (expired_at IS NOT NULL OR canceled_at IS NOT NULL OR refused);

COMMENT ON COLUMN confirmd_data.owner.totals IS 'How its deposits add up: objects with what those have in common that count alike, how many there are, and their gross in base units. NULL while they are few; of a wallet those below final alone.';
