-- The owners that are to be looked at again by now, as was decided about each when it was looked at last: their time has come, or
-- the network that they wait for is so far, as every retired one is. Each of these has its turn; of one, what has been due for
-- longest comes first. An owner that is looked at and stays as it is waits for something later and so comes behind the others.
CREATE OR REPLACE FUNCTION confirmd_data.due_invoices(p_limit int) RETURNS SETOF uuid LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
    WITH progress AS MATERIALIZED (
        SELECT n.network, m.mark, CASE WHEN n.state = 'retired' THEN 'infinity' ELSE m.through END AS through
        FROM confirmd_data.network n
        CROSS JOIN LATERAL (VALUES
            ('observed', confirmd_data.observed_through(n)), ('final', confirmd_data.final_through(n))) m (mark, through)
    ),
    due AS (
        (SELECT owner_id, row_number() OVER (ORDER BY check_at) AS place FROM confirmd_data.owner
         WHERE check_at <= clock_timestamp() ORDER BY check_at LIMIT p_limit)
        UNION ALL
        SELECT o.owner_id, o.place FROM progress p CROSS JOIN LATERAL (
            SELECT owner_id, row_number() OVER (ORDER BY check_through) AS place FROM confirmd_data.owner
            WHERE check_on = p.network AND check_mark = p.mark AND check_through <= p.through
            ORDER BY check_through LIMIT p_limit) o
    )
    SELECT owner_id FROM due GROUP BY owner_id ORDER BY min(place), owner_id LIMIT p_limit
$$;
GRANT EXECUTE ON FUNCTION confirmd_data.due_invoices TO confirmd_daemon;
