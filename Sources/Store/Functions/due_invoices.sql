-- Invoices that time may change: past their deadline on every network that they accept, by what is committed now. An
-- invoice of a halted network stays out of the way of the others. With `p_finishing` only those that are to become final, or
-- only those that are to expire, in the order of their deadlines after that of `p_after`: whoever looks goes on from the last
-- one looked at, so that those which do not change after all hold nobody up.
CREATE OR REPLACE FUNCTION confirmd_data.due_invoices(
    p_limit int, p_finishing boolean DEFAULT NULL, p_after uuid DEFAULT NULL
) RETURNS SETOF uuid LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
    WITH place AS (
        SELECT max(expires_at) AS expires_at FROM (
            SELECT expires_at FROM confirmd_data.invoice WHERE invoice_id = p_after
            UNION ALL SELECT '-infinity') i
    ),
    reach AS (
        SELECT network, state = 'retired' AS retired, confirmd_data.observed_through(n) - arrival_grace AS observed,
               confirmd_data.final_through(n) AS final
        FROM confirmd_data.network n)
    (SELECT i.invoice_id FROM confirmd_data.invoice i
     JOIN confirmd_data.owner o ON o.owner_id = i.invoice_id AND o.halted_reason IS NULL
     WHERE p_finishing IS NOT TRUE
       AND (i.expires_at, i.invoice_id) > ((SELECT expires_at FROM place), coalesce(p_after, '00000000-0000-0000-0000-000000000000'))
       AND i.expired_at IS NULL AND i.canceled_at IS NULL AND NOT i.refused AND i.expires_at < clock_timestamp()
       AND NOT EXISTS (
           SELECT FROM confirmd_data.option p JOIN reach r ON r.network = p.network AND NOT r.retired
           WHERE p.owner_id = i.invoice_id AND p.refused_reason IS NULL
             AND (p.registered_at IS NULL OR coalesce(r.observed <= i.expires_at, true)))
       AND NOT EXISTS (
           SELECT FROM confirmd_data.deposit d JOIN reach r ON r.network = d.network AND NOT r.retired
           WHERE d.owner_id = i.invoice_id AND NOT d.late AND confirmd_data.is_pending(d))
     ORDER BY i.expires_at, i.invoice_id LIMIT p_limit)
    UNION ALL
    (SELECT i.invoice_id FROM confirmd_data.invoice i
     JOIN confirmd_data.owner o ON o.owner_id = i.invoice_id AND o.halted_reason IS NULL
     WHERE p_finishing IS NOT FALSE
       AND (i.expires_at, i.invoice_id) > ((SELECT expires_at FROM place), coalesce(p_after, '00000000-0000-0000-0000-000000000000'))
       AND NOT i.is_final AND (i.expired_at IS NOT NULL OR i.canceled_at IS NOT NULL OR i.refused)
       AND i.expires_at < clock_timestamp()
       AND NOT EXISTS (
           SELECT FROM confirmd_data.option p JOIN reach r ON r.network = p.network AND NOT r.retired
           WHERE p.owner_id = i.invoice_id AND p.refused_reason IS NULL
             AND coalesce(r.final <= i.expires_at, true))
       AND NOT EXISTS (
           SELECT FROM confirmd_data.deposit d JOIN reach r ON r.network = d.network AND NOT r.retired
           WHERE d.owner_id = i.invoice_id AND (d.status = 'credited' OR confirmd_data.is_pending(d))
             AND (NOT d.late OR i.late_policy = 'settle'))
     ORDER BY i.expires_at, i.invoice_id LIMIT p_limit)
$$;
GRANT EXECUTE ON FUNCTION confirmd_data.due_invoices TO confirmd_daemon;
