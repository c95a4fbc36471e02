-- Text of bounded length, without control characters or blanks at its ends.
CREATE OR REPLACE FUNCTION confirmd_data.is_name(value text, longest int) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN char_length(value) >= 1 AND char_length(value) <= longest AND value !~ '[[:cntrl:]]' AND value = btrim(value);
GRANT EXECUTE ON FUNCTION confirmd_data.is_name TO confirmd_daemon;
