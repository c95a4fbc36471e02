-- Corrects what was written for a network while the clock was ahead of what it is now, when its lane's holder sees it first:
-- nothing was observed at a time that is still to come, and what is in the mempool was seen now at the latest (whether that is
-- late is judged when it comes into a block). What a step has locked is left to the next time.
CREATE OR REPLACE FUNCTION confirmd_data.withdraw_future(p_network text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    corrected uuid[];
BEGIN
    UPDATE confirmd_data.network n SET observed_through = NULL
    FROM (SELECT network FROM confirmd_data.network
          WHERE network = p_network AND observed_through > clock_timestamp() FOR NO KEY UPDATE SKIP LOCKED) ahead
    WHERE n.network = ahead.network;

    SELECT array_agg(owner_id) INTO corrected FROM (
        SELECT o.owner_id FROM confirmd_data.owner o
        WHERE o.owner_id IN (
            SELECT d.owner_id FROM confirmd_data.deposit d
            WHERE d.network = p_network AND d.block_height IS NULL AND (d.status = 'detected' OR NOT d.gone)
              AND d.seen_at > clock_timestamp() LIMIT 1000)
        FOR NO KEY UPDATE SKIP LOCKED) o;
    IF corrected IS NULL THEN RETURN; END IF;
    UPDATE confirmd_data.deposit d SET seen_at = date_trunc('second', clock_timestamp())
    WHERE d.network = p_network AND d.block_height IS NULL AND (d.status = 'detected' OR NOT d.gone)
      AND d.seen_at > clock_timestamp() AND d.owner_id = ANY (corrected);
    -- Until when they are waited for is another time now.
    UPDATE confirmd_data.owner SET check_at = clock_timestamp()
    WHERE owner_id = ANY (corrected) AND check_at > clock_timestamp();
END $$;
GRANT EXECUTE ON FUNCTION confirmd_data.withdraw_future TO confirmd_daemon;
