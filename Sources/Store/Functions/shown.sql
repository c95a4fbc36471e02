-- What a caller gave, as an error may quote it: bounded, and nothing in it that is not to be seen.
CREATE OR REPLACE FUNCTION confirmd_data.shown(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN regexp_replace(coalesce(left(value, 64), ''), confirmd_data.invisible(), '?', 'g');
GRANT EXECUTE ON FUNCTION confirmd_data.shown TO confirmd_daemon;
