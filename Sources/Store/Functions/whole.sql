-- Base units as a decimal number of whole coins, exactly: division would round, moving the point does not.
CREATE OR REPLACE FUNCTION confirmd_data.whole(base numeric, decimals int) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN trim_scale((base::text || 'e-' || decimals::text)::numeric);
GRANT EXECUTE ON FUNCTION confirmd_data.whole TO confirmd_reader;
GRANT EXECUTE ON FUNCTION confirmd_data.whole TO confirmd_daemon;
