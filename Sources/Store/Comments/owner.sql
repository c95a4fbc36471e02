COMMENT ON COLUMN confirmd_data.owner.totals IS 'How its deposits add up: objects with what those have in common that count alike, how many there are, and their gross in base units. NULL while they are few; of a wallet those below final alone.';
COMMENT ON COLUMN confirmd_data.owner.halted_reason IS 'Why nothing can be decided about it; NULL where it can.';
COMMENT ON COLUMN confirmd_data.owner.halted_at IS 'Since when.';
COMMENT ON COLUMN confirmd_data.owner.check_at IS 'From when on the settlement lane looks at it again, as the last decision said; NULL where time alone changes nothing.';
COMMENT ON COLUMN confirmd_data.owner.check_on IS 'The network that it also waits for; NULL where it waits for none.';
COMMENT ON COLUMN confirmd_data.owner.check_mark IS 'Which time of that network has to come to check_through: that which it is observed through, or that which it is final through.';
COMMENT ON COLUMN confirmd_data.owner.check_through IS 'How far the network has to be; infinity where only its retirement will do.';
COMMENT ON COLUMN confirmd_data.owner.undecided IS 'What is not decided though the deadline has passed, and what that waits for, as confirmd.invoice has it.';
