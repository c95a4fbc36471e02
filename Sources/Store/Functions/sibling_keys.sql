-- The keys of open invoices on those networks that were watched after the given numbers, by network.
CREATE OR REPLACE FUNCTION confirmd_data.sibling_keys(p_network text, p_known jsonb)
RETURNS TABLE (network text, watch_number bigint, key bytea) LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT p.network, p.watch_number, p.key FROM confirmd_data.siblings(p_network) s
    JOIN confirmd_data.option p ON p.network = s.network
        AND p.watch_number > coalesce((p_known ->> s.network)::bigint, 0)
    JOIN confirmd_data.invoice i ON i.invoice_id = p.owner_id AND NOT i.is_final
$$;
GRANT EXECUTE ON FUNCTION confirmd_data.sibling_keys TO confirmd_daemon;
