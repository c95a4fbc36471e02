-- A threshold in a policy is a number of confirmations, or a tag with what is to come on top of it: "finalized+32".
CREATE OR REPLACE FUNCTION confirmd_data.threshold_height(threshold jsonb, tip bigint, finality jsonb) RETURNS bigint
LANGUAGE sql IMMUTABLE
RETURN CASE jsonb_typeof(threshold)
        WHEN 'number' THEN tip - (threshold #>> '{}')::bigint + 1
        ELSE (finality ->> split_part(threshold #>> '{}', '+', 1))::bigint
            - coalesce(nullif(split_part(threshold #>> '{}', '+', 2), ''), '0')::bigint END;
GRANT EXECUTE ON FUNCTION confirmd_data.threshold_height TO confirmd_daemon;
