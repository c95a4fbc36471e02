-- The lane for `holder` when nobody else holds it or the lease has run out: its new epoch, else no row. Time is the
-- database's alone. A lease that ends later than the time that leases last was written while the clock was ahead of what it is
-- now; its holder has as long as a lease lasts from the moment that somebody wants the lane.
CREATE OR REPLACE FUNCTION confirmd_data.acquire_lane(p_lane text, p_holder uuid, p_host text, p_ttl interval)
RETURNS TABLE (epoch bigint) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- An epoch that was given out must never be given out again.
    PERFORM confirmd_data.commit_durably();
    UPDATE confirmd_data.lane l SET held_until = clock_timestamp() + p_ttl, time_to_live = p_ttl
    WHERE l.lane = p_lane AND l.held_until > clock_timestamp() + p_ttl;
    RETURN QUERY UPDATE confirmd_data.lane l
        SET holder = p_holder, host = p_host, epoch = l.epoch + 1, held_until = clock_timestamp() + p_ttl,
            time_to_live = p_ttl
        WHERE l.lane = p_lane AND (l.holder IS NULL OR l.holder = p_holder OR l.held_until < clock_timestamp())
        RETURNING l.epoch;
    IF FOUND THEN PERFORM confirmd_data.withdraw_future(p_lane); END IF;
END $$;
GRANT EXECUTE ON FUNCTION confirmd_data.acquire_lane TO confirmd_daemon;
