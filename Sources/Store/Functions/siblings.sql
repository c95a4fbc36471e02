-- The networks on which the same address is somebody's by the same key: those of the same address space.
CREATE OR REPLACE FUNCTION confirmd_data.siblings(p_network text) RETURNS TABLE (network text) LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT other.network FROM confirmd_data.network here
    JOIN confirmd_data.network other ON other.address_space = here.address_space AND other.network <> here.network
    WHERE here.network = p_network AND other.state <> 'retired';
END;
GRANT EXECUTE ON FUNCTION confirmd_data.siblings TO confirmd_daemon;
