CREATE OR REPLACE FUNCTION confirmd_data.renew_lane(p_lane text, p_holder uuid, p_epoch bigint, p_ttl interval) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE confirmd_data.lane SET held_until = clock_timestamp() + p_ttl, time_to_live = p_ttl
    WHERE lane = p_lane AND holder = p_holder AND epoch = p_epoch;
    IF NOT FOUND THEN RETURN false; END IF;
    PERFORM confirmd_data.withdraw_future(p_lane);
    RETURN true;
END $$;
GRANT EXECUTE ON FUNCTION confirmd_data.renew_lane TO confirmd_daemon;
