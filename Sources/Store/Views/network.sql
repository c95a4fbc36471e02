CREATE OR REPLACE VIEW confirmd.network AS
    SELECT n.network, n.family, n.chain, n.tip_height, encode(n.tip_hash, 'hex') AS tip_hash, n.tip_time,
           n.head_height, confirmd_data.observed_through(n) AS observed_through,
           n.state, n.state_reason, n.max_block_gap, n.arrival_grace,
           n.policy_number, l.epoch, l.held_by, l.held_until, n.reorganized_at, n.reorganized_depth, n.finality
    FROM confirmd_data.network n LEFT JOIN confirmd.lane l ON l.lane = n.network;
GRANT SELECT ON confirmd.network TO confirmd_reader;
COMMENT ON VIEW confirmd.network IS 'One chain each, with how far it is followed and by whom.';
COMMENT ON COLUMN confirmd.network.network IS 'Name of the network, such as litecoin.';
COMMENT ON COLUMN confirmd.network.family IS 'The adapter that reads it: bitcoin, evm or tron.';
COMMENT ON COLUMN confirmd.network.chain IS 'Which chain it is: litecoin/main, bitcoin/regtest … on the bitcoin family, the chain''s id elsewhere.';
COMMENT ON COLUMN confirmd.network.tip_height IS 'Height of the last block committed; NULL before the first run.';
COMMENT ON COLUMN confirmd.network.tip_hash IS 'Hash of that block, in hexadecimal.';
COMMENT ON COLUMN confirmd.network.tip_time IS 'Time that block states.';
COMMENT ON COLUMN confirmd.network.head_height IS 'Height of the best node''s tip when it was last seen.';
COMMENT ON COLUMN confirmd.network.observed_through IS 'Every block there was at this time has been read; deadlines wait for it. NULL when that is not known.';
COMMENT ON COLUMN confirmd.network.state IS 'starting, syncing, following, halted or retired.';
COMMENT ON COLUMN confirmd.network.state_reason IS 'Why it is halted or retired.';
COMMENT ON COLUMN confirmd.network.max_block_gap IS 'How long the chain may be silent before its tip is no longer trusted to be the newest.';
COMMENT ON COLUMN confirmd.network.arrival_grace IS 'How far observed_through has to be beyond a deadline before an invoice expires.';
COMMENT ON COLUMN confirmd.network.policy_number IS 'Number of the thresholds in force, in confirmd.policy.';
COMMENT ON COLUMN confirmd.network.epoch IS 'How often the network changed hands between daemons.';
COMMENT ON COLUMN confirmd.network.held_by IS 'Host of the daemon that follows it; NULL when none does.';
COMMENT ON COLUMN confirmd.network.held_until IS 'When that daemon''s lease runs out unless renewed; NULL when there is none.';
COMMENT ON COLUMN confirmd.network.reorganized_at IS 'When blocks were disconnected last; NULL when never.';
COMMENT ON COLUMN confirmd.network.reorganized_depth IS 'How many they were.';
COMMENT ON COLUMN confirmd.network.finality IS 'The heights at which the chain''s finality tags (safe, finalized, solidified, chainlock) stand, by tag; those that no threshold names are not looked at.';
