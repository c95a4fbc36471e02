-- Whether a deposit may still be credited, so that it holds an expiry back: one that its option asks for, in no block since a
-- disconnect until the block in its place is final, or only ever in the mempool for a day.
CREATE OR REPLACE FUNCTION confirmd_data.is_pending(d confirmd_data.deposit) RETURNS boolean LANGUAGE sql STABLE
RETURN CASE WHEN d.block_height IS NOT NULL THEN d.status = 'detected'
        ELSE NOT d.gone AND (d.disconnected_height IS NOT NULL OR d.seen_at > clock_timestamp() - interval '24 hours') END
    AND EXISTS (SELECT FROM confirmd_data.option p WHERE p.owner_id = d.owner_id AND p.ordinal = d.ordinal AND p.asset = d.asset);
GRANT EXECUTE ON FUNCTION confirmd_data.is_pending TO confirmd_daemon;
