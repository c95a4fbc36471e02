-- Has the caller's transaction wait for its commit to be on disk, whatever was set for the database or role.
CREATE OR REPLACE FUNCTION confirmd_data.commit_durably() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF current_setting('synchronous_commit') = 'off' THEN
        PERFORM set_config('synchronous_commit', 'on', true);
    END IF;
END $$;
GRANT EXECUTE ON FUNCTION confirmd_data.commit_durably TO confirmd_daemon;
