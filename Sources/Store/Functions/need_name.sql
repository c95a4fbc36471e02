-- Refuses what is not a name: every text that callers give a thing. Tables ask for less (is_name), since they hold what older
-- versions took.
CREATE OR REPLACE FUNCTION confirmd_data.need_name(what text, value text, longest int) RETURNS void
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF value IS NULL OR NOT confirmd_data.is_name(value, longest) OR value ~ confirmd_data.invisible() THEN
        RAISE EXCEPTION '% must be 1 to % characters, without control or invisible ones and without blanks at its ends',
            what, longest USING ERRCODE = 'CF005';
    END IF;
END $$;
GRANT EXECUTE ON FUNCTION confirmd_data.need_name TO confirmd_daemon;
