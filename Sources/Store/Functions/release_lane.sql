-- The epoch stays: it only ever grows, or an old holder could pass for the new one.
CREATE OR REPLACE FUNCTION confirmd_data.release_lane(p_lane text, p_holder uuid, p_epoch bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE confirmd_data.lane SET holder = NULL, host = NULL, held_until = NULL
    WHERE lane = p_lane AND holder = p_holder AND epoch = p_epoch;
    RETURN FOUND;
END $$;
GRANT EXECUTE ON FUNCTION confirmd_data.release_lane TO confirmd_daemon;
