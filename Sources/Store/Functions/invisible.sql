-- Matches a character that is not to be seen: control and format characters and line separators (Unicode classes Cc, Cf, Zl and
-- Zp), by which one name passes for another, or turns a line of a log or a terminal around.
CREATE OR REPLACE FUNCTION confirmd_data.invisible() RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN '[\u0001-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]';
GRANT EXECUTE ON FUNCTION confirmd_data.invisible TO confirmd_daemon;
