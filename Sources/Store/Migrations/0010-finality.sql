-- A chain may say itself how far it is settled: thresholds may name the tag under which it does so.
SET LOCAL ROLE confirmd_owner;

ALTER TABLE confirmd_data.network ADD COLUMN finality jsonb NOT NULL DEFAULT '{}'
    CHECK (jsonb_typeof(finality) = 'object');
CREATE OR REPLACE VIEW confirmd.network AS
    SELECT n.network, n.family, n.chain, n.tip_height, encode(n.tip_hash, 'hex') AS tip_hash, n.tip_time,
           n.head_height, n.observed_through, n.state, n.state_reason, n.max_block_gap, n.arrival_grace,
           n.policy_number, l.epoch, l.host AS held_by, l.held_until, n.reorganized_at, n.reorganized_depth, n.finality
    FROM confirmd_data.network n LEFT JOIN confirmd_data.lane l ON l.lane = n.network;
COMMENT ON COLUMN confirmd.network.finality IS 'The heights at which the chain''s finality tags (safe, finalized, solidified, chainlock) stand, by tag; those that no threshold names are not looked at.';

ALTER TABLE confirmd_data.deposit
    ADD COLUMN credit_tag text, ADD COLUMN final_tag text, ADD COLUMN due_tag text,
    DROP CONSTRAINT deposit_check,
    ADD CONSTRAINT deposit_required_check CHECK (
        CASE WHEN final_tag IS NOT DISTINCT FROM credit_tag THEN final_required >= credit_required
        ELSE final_tag IS NOT NULL AND final_required >= 1 END);
DROP INDEX confirmd_data.deposit_due;
CREATE INDEX deposit_due ON confirmd_data.deposit (network, due_height) WHERE due_height IS NOT NULL AND due_tag IS NULL;
CREATE INDEX deposit_due_tag ON confirmd_data.deposit (network, due_tag, due_height) WHERE due_tag IS NOT NULL;

-- A threshold in a policy is a number of confirmations, or a tag with what is to come on top of it: "finalized+32".
CREATE FUNCTION confirmd_data.threshold_height(threshold jsonb, tip bigint, finality jsonb) RETURNS bigint
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE jsonb_typeof(threshold)
        WHEN 'number' THEN tip - (threshold #>> '{}')::bigint + 1
        ELSE (finality ->> split_part(threshold #>> '{}', '+', 1))::bigint
            - coalesce(nullif(split_part(threshold #>> '{}', '+', 2), ''), '0')::bigint END
$$;
GRANT EXECUTE ON FUNCTION confirmd_data.threshold_height TO confirmd_daemon;

CREATE OR REPLACE FUNCTION confirmd_data.final_through(n confirmd_data.network) RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT h.time FROM confirmd_data.header h
    JOIN confirmd_data.policy p ON p.network = n.network AND p.number = n.policy_number
    WHERE h.network = n.network
      AND h.height = confirmd_data.threshold_height(p.thresholds -> 'final', n.tip_height, n.finality)
$$;

DROP FUNCTION confirmd_data.standing;
CREATE FUNCTION confirmd_data.standing(p_lane text)
RETURNS TABLE (epoch bigint, step bigint, tip_height bigint, tip_hash bytea, watch_number bigint, policy_number bigint,
    is_halted boolean, version bigint, finality text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM FROM confirmd_data.lane l WHERE l.lane = p_lane FOR NO KEY UPDATE;
    RETURN QUERY SELECT l.epoch, l.step, n.tip_height, n.tip_hash, n.watch_number, n.policy_number,
            n.state = 'halted', n.version, coalesce(n.finality, '{}')::text
        FROM confirmd_data.lane l LEFT JOIN confirmd_data.network n ON n.network = l.lane WHERE l.lane = p_lane;
END $$;
GRANT EXECUTE ON FUNCTION confirmd_data.standing TO confirmd_daemon;
