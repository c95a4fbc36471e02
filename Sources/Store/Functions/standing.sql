-- Where a lane stands, and its network if it is one's. Its row is locked first and all is read after that, so that a commit
-- whose fate was unknown has ended one way or the other, and step and tip are of one moment. Where commits are gone, consumers
-- learn of it here (p_seen, as confirmd_data.lineage has it): what the lane would write may be nothing.
CREATE OR REPLACE FUNCTION confirmd_data.standing(p_lane text, p_seen jsonb DEFAULT NULL)
RETURNS TABLE (epoch bigint, step bigint, tip_height bigint, tip_hash bytea, watch_number bigint, policy_number bigint,
    is_halted boolean, version bigint, finality text, floor_height bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM FROM confirmd_data.lane l WHERE l.lane = p_lane FOR NO KEY UPDATE;
    PERFORM confirmd_data.lineage(p_seen);
    PERFORM confirmd_data.incarnation(p_seen);
    RETURN QUERY SELECT l.epoch, l.step, n.tip_height, n.tip_hash, n.watch_number, n.policy_number,
            n.state = 'halted', n.version, coalesce(n.finality, '{}')::text, n.floor_height
        FROM confirmd_data.lane l LEFT JOIN confirmd_data.network n ON n.network = l.lane WHERE l.lane = p_lane;
END $$;
GRANT EXECUTE ON FUNCTION confirmd_data.standing TO confirmd_daemon;
