CREATE OR REPLACE VIEW confirmd.policy AS
    SELECT network, number, thresholds, difference, published_at, published_by FROM confirmd_data.policy;
GRANT SELECT ON confirmd.policy TO confirmd_reader;
COMMENT ON VIEW confirmd.policy IS 'Every set of confirmation thresholds that was ever in force, by network.';
COMMENT ON COLUMN confirmd.policy.network IS 'Name of the network.';
COMMENT ON COLUMN confirmd.policy.number IS 'Counts a network''s policies from 1.';
COMMENT ON COLUMN confirmd.policy.thresholds IS 'What is waited for: credit and final, each a number of confirmations or a finality tag with blocks on top ("finalized+32"), tiers, quorum; while they are raised, caution with the causes, until when (seconds since 1970), and what is configured.';
COMMENT ON COLUMN confirmd.policy.difference IS 'What changed against the number before.';
COMMENT ON COLUMN confirmd.policy.published_at IS 'When it came into force.';
COMMENT ON COLUMN confirmd.policy.published_by IS 'Host of the daemon whose configuration it is.';
