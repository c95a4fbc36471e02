CREATE OR REPLACE FUNCTION confirmd_data.find_project(name text) RETURNS confirmd_data.project
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    p confirmd_data.project;
BEGIN
    SELECT * INTO p FROM confirmd_data.project WHERE project = name;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no project "%"', confirmd_data.shown(name) USING ERRCODE = 'CF001',
            HINT = 'Make it with: confirmd project set NAME';
    END IF;
    RETURN p;
END $$;
GRANT EXECUTE ON FUNCTION confirmd_data.find_project TO confirmd_daemon;
