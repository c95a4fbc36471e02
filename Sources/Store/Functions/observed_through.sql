-- A network's watermark; NULL where it is ahead of the present, as one is that was written before the clock was put back.
CREATE OR REPLACE FUNCTION confirmd_data.observed_through(n confirmd_data.network) RETURNS timestamptz
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN n.observed_through <= clock_timestamp() THEN n.observed_through END
$$;
GRANT EXECUTE ON FUNCTION confirmd_data.observed_through TO confirmd_reader;
GRANT EXECUTE ON FUNCTION confirmd_data.observed_through TO confirmd_daemon;
