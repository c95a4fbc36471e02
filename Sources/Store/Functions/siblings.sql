-- The networks on which the same address is somebody's by the same key.
CREATE OR REPLACE FUNCTION confirmd_data.siblings(p_network text) RETURNS TABLE (network text) LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT other.network FROM confirmd_data.network here
    JOIN confirmd_data.network other ON other.family = here.family AND other.network <> here.network
    WHERE here.network = p_network AND here.family = 'evm' AND other.state <> 'retired';
END;
GRANT EXECUTE ON FUNCTION confirmd_data.siblings TO confirmd_daemon;
