-- The lane for `holder` when nobody else holds it or the lease has run out: its new epoch, else no row. Time is the
-- database's alone.
CREATE OR REPLACE FUNCTION confirmd_data.acquire_lane(p_lane text, p_holder uuid, p_host text, p_ttl interval)
RETURNS TABLE (epoch bigint) LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE confirmd_data.lane l
    SET holder = p_holder, host = p_host, epoch = l.epoch + 1, held_until = clock_timestamp() + p_ttl
    WHERE l.lane = p_lane AND (l.holder IS NULL OR l.holder = p_holder OR l.held_until < clock_timestamp())
    RETURNING l.epoch
$$;
GRANT EXECUTE ON FUNCTION confirmd_data.acquire_lane TO confirmd_daemon;
