-- Invoices that time may change: past their deadline on every network that they accept, by what is committed now. An
-- invoice of a halted network stays out of the way of the others.
CREATE OR REPLACE FUNCTION confirmd_data.due_invoices(p_limit int) RETURNS SETOF uuid LANGUAGE sql STABLE AS $$
    WITH reach AS (
        SELECT network, state = 'retired' AS retired, observed_through - arrival_grace AS observed,
               confirmd_data.final_through(n) AS final
        FROM confirmd_data.network n)
    (SELECT i.invoice_id FROM confirmd_data.invoice i
     WHERE i.expired_at IS NULL AND i.canceled_at IS NULL AND NOT i.refused AND i.expires_at < clock_timestamp()
       AND NOT EXISTS (
           SELECT FROM confirmd_data.option p JOIN reach r ON r.network = p.network AND NOT r.retired
           WHERE p.owner_id = i.invoice_id AND p.refused_reason IS NULL
             AND (p.registered_at IS NULL OR coalesce(r.observed <= i.expires_at, true)))
       AND NOT EXISTS (
           SELECT FROM confirmd_data.deposit d JOIN reach r ON r.network = d.network AND NOT r.retired
           WHERE d.owner_id = i.invoice_id AND NOT d.late AND confirmd_data.is_pending(d))
     ORDER BY i.expires_at LIMIT p_limit)
    UNION ALL
    (SELECT i.invoice_id FROM confirmd_data.invoice i
     WHERE NOT i.is_final AND (i.expired_at IS NOT NULL OR i.canceled_at IS NOT NULL OR i.refused)
       AND i.expires_at < clock_timestamp()
       AND NOT EXISTS (
           SELECT FROM confirmd_data.option p JOIN reach r ON r.network = p.network AND NOT r.retired
           WHERE p.owner_id = i.invoice_id AND p.refused_reason IS NULL
             AND coalesce(r.final <= i.expires_at, true))
       AND NOT EXISTS (
           SELECT FROM confirmd_data.deposit d JOIN reach r ON r.network = d.network AND NOT r.retired
           WHERE d.owner_id = i.invoice_id AND (d.status = 'credited' OR confirmd_data.is_pending(d))
             AND (NOT d.late OR i.late_policy = 'settle'))
     ORDER BY i.expires_at LIMIT p_limit)
$$;
GRANT EXECUTE ON FUNCTION confirmd_data.due_invoices TO confirmd_daemon;
