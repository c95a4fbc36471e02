-- Both change when another server, or the same with another past, writes on: a promotion begins a new timeline.
CREATE OR REPLACE FUNCTION confirmd_data.server_identity(OUT system_identifier bigint, OUT timeline int)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT system_identifier, ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::int
    FROM pg_control_system()
$$;
GRANT EXECUTE ON FUNCTION confirmd_data.server_identity TO confirmd_daemon;
