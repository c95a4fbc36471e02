-- Everything a decision about an owner depends on, all from one snapshot. Touched are the owners of `p_keys`, also where the
-- address is theirs on a sibling network, those with a deposit that is due where the tip is at `p_due` or a finality tag at
-- its height in `p_finality`, those with one in a block above `p_above`, and `p_owners`.
--
-- An invoice comes with all its deposits, a wallet with those that are open and those of `p_deposits`. An owner with so many
-- that their totals are kept comes with the totals, and with those deposits alone that the step may change: those named, due
-- or above, those that a new option asks for, with `p_open` all that are open, and with `p_sighted_before` (seconds since
-- 1970) those that were only ever seen in the mempool, before then. With `p_set_aside` the owners come too about whom nothing
-- could be decided.
--
-- A JSON text for each owner, with up to a thousand deposits; more of them follow in texts of their own.
CREATE OR REPLACE FUNCTION confirmd_data.dossiers(
    p_network text, p_keys bytea[], p_due bigint, p_owners uuid[], p_deposits uuid[],
    p_above bigint, p_finality jsonb, p_open boolean, p_sighted_before bigint, p_set_aside boolean
) RETURNS SETOF text LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
    WITH changing AS MATERIALIZED (
        SELECT deposit_id, owner_id FROM confirmd_data.deposit
        WHERE network = p_network AND due_height <= p_due AND due_tag IS NULL
        UNION ALL
        SELECT d.deposit_id, d.owner_id FROM jsonb_each_text(p_finality) f
        JOIN confirmd_data.deposit d ON d.network = p_network AND d.due_tag = f.key AND d.due_height <= f.value::bigint
        UNION ALL
        SELECT deposit_id, owner_id FROM confirmd_data.deposit WHERE network = p_network AND block_height > p_above
    ),
    touched AS MATERIALIZED (
        SELECT owner_id, totals IS NOT NULL AS is_large, kind FROM (
            SELECT owner_id FROM confirmd_data.option WHERE network = p_network AND key = ANY (p_keys)
            UNION
            SELECT p.owner_id FROM confirmd_data.siblings(p_network) s
            JOIN confirmd_data.option p ON p.network = s.network AND p.key = ANY (p_keys)
            JOIN confirmd_data.invoice i ON i.invoice_id = p.owner_id AND NOT i.is_final
            UNION
            SELECT owner_id FROM changing
            UNION
            SELECT o.owner_id FROM confirmd_data.owner o
            JOIN confirmd_data.option p ON p.owner_id = o.owner_id AND p.network = p_network
            WHERE p_set_aside AND o.halted_reason IS NOT NULL
            UNION
            SELECT unnest(p_owners)) t
        CROSS JOIN LATERAL (SELECT totals, kind FROM confirmd_data.owner WHERE owner_id = t.owner_id LIMIT 1) o
    ),
    -- Each owner's are found by index, however many rows the tables have: OFFSET and LIMIT leave no other plan.
    looked_at AS (
        SELECT d.deposit_id FROM touched t
        CROSS JOIN LATERAL (SELECT deposit_id FROM confirmd_data.deposit WHERE owner_id = t.owner_id OFFSET 0) d
        WHERE t.kind = 'invoice' AND NOT t.is_large
        UNION
        SELECT d.deposit_id FROM touched t
        CROSS JOIN LATERAL (
            SELECT deposit_id FROM confirmd_data.deposit
            WHERE owner_id = t.owner_id AND status NOT IN ('final', 'rejected', 'dropped') OFFSET 0) d
        WHERE t.kind = 'wallet' AND NOT t.is_large
        UNION
        SELECT deposit_id FROM changing
        UNION
        SELECT d.deposit_id FROM unnest(p_deposits) n
        CROSS JOIN LATERAL (SELECT deposit_id, owner_id FROM confirmd_data.deposit WHERE deposit_id = n LIMIT 1) d
        JOIN touched USING (owner_id)
        UNION
        SELECT d.deposit_id FROM touched t
        CROSS JOIN LATERAL (
            SELECT * FROM confirmd_data.deposit
            WHERE owner_id = t.owner_id AND status NOT IN ('final', 'rejected') OFFSET 0) d
        WHERE t.is_large
          AND (p_open AND NOT (d.status = 'dropped' AND d.gone)
               OR d.block_height IS NULL AND d.disconnected_height IS NULL AND NOT d.gone
                   AND d.seen_at < to_timestamp(p_sighted_before))
          AND (p_open OR p_sighted_before IS NOT NULL)
        UNION
        SELECT d.deposit_id FROM touched t
        JOIN confirmd_data.option p ON p.owner_id = t.owner_id AND p.registered_at IS NULL AND p.refused_reason IS NULL
        CROSS JOIN LATERAL (
            SELECT * FROM confirmd_data.deposit WHERE owner_id = t.owner_id OFFSET 0) d
        WHERE t.is_large AND d.network = p.network AND d.key = p.key AND d.asset = p.asset
    ),
    deposit AS (
        SELECT d.*, a.decimals,
               (row_number() OVER (PARTITION BY d.owner_id ORDER BY d.recorded_at, d.deposit_id) - 1) / 1000 AS part
        FROM looked_at l
        CROSS JOIN LATERAL (SELECT * FROM confirmd_data.deposit WHERE deposit_id = l.deposit_id LIMIT 1) d
        JOIN confirmd_data.asset a ON a.asset = d.asset
    ),
    deposits AS MATERIALIZED (
        SELECT d.owner_id, d.part, jsonb_agg(jsonb_build_object(
            'id', d.deposit_id, 'network', d.network, 'asset', d.asset, 'decimals', d.decimals, 'ordinal', d.ordinal,
            'transaction', encode(d.transaction, 'hex'), 'locator', d.locator, 'key', encode(d.key, 'hex'),
            'gross', d.gross::text, 'status', d.status, 'reason', d.reason, 'late', d.late,
            'seen_at', extract(epoch FROM d.seen_at)::bigint,
            'block_height', d.block_height, 'block_hash', encode(d.block_hash, 'hex'),
            'block_time', extract(epoch FROM d.block_time)::bigint, 'block_index', d.block_index,
            'disconnected_height', d.disconnected_height, 'gone', d.gone,
            'maturity', d.maturity, 'credit_required', d.credit_required, 'final_required', d.final_required,
            'credit_tag', d.credit_tag, 'final_tag', d.final_tag,
            'fee', d.fee::text, 'net', d.net::text, 'credits', d.credits, 'stays', d.stays)
            ORDER BY d.recorded_at, d.deposit_id)::text AS rows
        FROM deposit d GROUP BY d.owner_id, d.part
    ),
    head AS (
        SELECT o.owner_id, jsonb_build_object(
            'id', o.owner_id, 'kind', o.kind, 'project', o.project, 'version', o.version,
            'reference', coalesce(i.order_id, w.customer_id),
            'refused', coalesce(i.refused, w.refused), 'registrations', o.registrations,
            'invoice', CASE WHEN o.kind = 'invoice' THEN jsonb_build_object(
                'status', i.status, 'reason', i.reason, 'is_final', i.is_final,
                'expires_at', extract(epoch FROM i.expires_at)::bigint,
                'underpay_tolerance_bps', i.underpay_tolerance_bps,
                'overpay_tolerance_bps', i.overpay_tolerance_bps,
                'auto_confirm_bps', i.auto_confirm_bps, 'late_policy', i.late_policy,
                'is_expired', i.expired_at IS NOT NULL, 'is_canceled', i.canceled_at IS NOT NULL,
                'marked_numerator', i.marked_numerator::text, 'marked_denominator', i.marked_denominator::text,
                'recurrences', i.recurrences) END,
            'options', (
                SELECT jsonb_agg(jsonb_build_object(
                    'ordinal', p.ordinal, 'network', p.network, 'asset', p.asset, 'decimals', a.decimals,
                    'address', p.address, 'key', encode(p.key, 'hex'), 'amount', p.amount::text, 'due', p.due::text,
                    'min_deposit', a.min_deposit::text,
                    'transfer_fee', coalesce(p.transfer_fee, a.transfer_fee)::text,
                    'service_fee_bps', coalesce(p.service_fee_bps, f.service_fee_bps, t.service_fee_bps),
                    'registered', p.registered_at IS NOT NULL, 'refused_reason', p.refused_reason)
                    ORDER BY p.ordinal)
                FROM confirmd_data.option p
                JOIN confirmd_data.asset a ON a.asset = p.asset
                LEFT JOIN confirmd_data.project_asset f ON f.project = o.project AND f.asset = p.asset
                WHERE p.owner_id = o.owner_id),
            'halted_reason', o.halted_reason,
            'outlook', jsonb_build_object(
                'at', floor(extract(epoch FROM o.check_at))::bigint, 'on', o.check_on, 'mark', o.check_mark,
                'through', extract(epoch FROM nullif(o.check_through, 'infinity'))::bigint, 'undecided', o.undecided),
            'retired', (SELECT coalesce(jsonb_agg(network), '[]') FROM confirmd_data.network WHERE state = 'retired'),
            'totals', o.totals)::text AS head
        FROM touched
        CROSS JOIN LATERAL (SELECT * FROM confirmd_data.owner WHERE owner_id = touched.owner_id LIMIT 1) o
        JOIN confirmd_data.project t ON t.project = o.project
        LEFT JOIN LATERAL (
            SELECT * FROM confirmd_data.invoice WHERE invoice_id = o.owner_id LIMIT 1) i ON true
        LEFT JOIN LATERAL (
            SELECT * FROM confirmd_data.static_wallet WHERE wallet_id = o.owner_id LIMIT 1) w ON true
    )
    -- Owners and their deposits are put together without a join: neither has statistics, and both may be thousands.
    SELECT CASE part WHEN 0 THEN left(max(head), -1) || ', "deposits": ' || coalesce(max(rows), '[]') || '}' ELSE max(rows) END
    FROM (
        SELECT owner_id, 0 AS part, head, NULL AS rows FROM head
        UNION ALL
        SELECT owner_id, part, NULL, rows FROM deposits) o
    GROUP BY owner_id, part
    ORDER BY owner_id, part
$$;
GRANT EXECUTE ON FUNCTION confirmd_data.dossiers TO confirmd_daemon;
