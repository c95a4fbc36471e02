-- An owner may have very many deposits: from a hundred on, a decision is made on how they add up and on those alone that change.
SET LOCAL ROLE confirmd_owner;

ALTER TABLE confirmd_data.owner ADD COLUMN totals jsonb CHECK (jsonb_typeof(totals) = 'array');
COMMENT ON COLUMN confirmd_data.owner.totals IS 'How its deposits add up: objects with what those have in common that count alike, how many there are, and their gross in base units. NULL while they are few; of a wallet those below final alone.';
