-- The time of the latest block that is final by the network's own threshold, or the present where its miner's clock is ahead;
-- NULL when there is none.
CREATE OR REPLACE FUNCTION confirmd_data.final_through(n confirmd_data.network) RETURNS timestamptz LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT least(h.time, clock_timestamp()) FROM confirmd_data.header h
    JOIN confirmd_data.policy p ON p.network = n.network AND p.number = n.policy_number
    WHERE h.network = n.network
      AND h.height = confirmd_data.threshold_height(p.thresholds -> 'final', n.tip_height, n.finality)
$$;
GRANT EXECUTE ON FUNCTION confirmd_data.final_through TO confirmd_daemon;
