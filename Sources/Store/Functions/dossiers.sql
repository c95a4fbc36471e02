-- Everything a decision about an owner depends on, one JSON text an owner, all from one snapshot. Touched are the owners of
-- `p_keys`, also where the address is theirs on a sibling network, those with a deposit that is due where the tip is at
-- `p_due` or a finality tag at its height in `p_finality`, those with one in a block above `p_above`, and `p_owners`. An
-- invoice comes with all its deposits; a wallet with those that may still change and those of `p_deposits`.
CREATE OR REPLACE FUNCTION confirmd_data.dossiers(
    p_network text, p_keys bytea[], p_due bigint, p_owners uuid[], p_deposits uuid[],
    p_above bigint DEFAULT NULL, p_finality jsonb DEFAULT NULL
) RETURNS SETOF text LANGUAGE sql STABLE AS $$
    WITH touched AS (
        SELECT owner_id FROM confirmd_data.option WHERE network = p_network AND key = ANY (p_keys)
        UNION
        SELECT p.owner_id FROM confirmd_data.siblings(p_network) s
        JOIN confirmd_data.option p ON p.network = s.network AND p.key = ANY (p_keys)
        JOIN confirmd_data.invoice i ON i.invoice_id = p.owner_id AND NOT i.is_final
        UNION
        SELECT owner_id FROM confirmd_data.deposit WHERE network = p_network AND due_height <= p_due AND due_tag IS NULL
        UNION
        SELECT d.owner_id FROM jsonb_each_text(p_finality) f
        JOIN confirmd_data.deposit d ON d.network = p_network AND d.due_tag = f.key AND d.due_height <= f.value::bigint
        UNION
        SELECT owner_id FROM confirmd_data.deposit WHERE network = p_network AND block_height > p_above
        UNION
        SELECT unnest(p_owners)
    ),
    -- Few: deposits of old that the step finds again.
    closed AS MATERIALIZED (
        SELECT * FROM confirmd_data.deposit
        WHERE deposit_id = ANY (p_deposits) AND status IN ('final', 'rejected', 'dropped')
        UNION
        SELECT * FROM confirmd_data.deposit
        WHERE network = p_network AND block_height > p_above AND status IN ('final', 'rejected', 'dropped')
    )
    SELECT jsonb_build_object(
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
                'registered', p.registered_at IS NOT NULL, 'refused_reason', p.refused_reason,
                'retired', n.state = 'retired') ORDER BY p.ordinal)
            FROM confirmd_data.option p
            JOIN confirmd_data.asset a ON a.asset = p.asset
            JOIN confirmd_data.network n ON n.network = p.network
            LEFT JOIN confirmd_data.project_asset f ON f.project = o.project AND f.asset = p.asset
            WHERE p.owner_id = o.owner_id),
        'deposits', coalesce((
            SELECT jsonb_agg(jsonb_build_object(
                'id', d.deposit_id, 'network', d.network, 'asset', d.asset, 'decimals', a.decimals, 'ordinal', d.ordinal,
                'transaction', encode(d.transaction, 'hex'), 'locator', d.locator, 'key', encode(d.key, 'hex'),
                'gross', d.gross::text, 'status', d.status, 'reason', d.reason, 'late', d.late,
                'seen_at', extract(epoch FROM d.seen_at)::bigint,
                'block_height', d.block_height, 'block_hash', encode(d.block_hash, 'hex'),
                'block_time', extract(epoch FROM d.block_time)::bigint, 'block_index', d.block_index,
                'disconnected_height', d.disconnected_height, 'gone', d.gone,
                'maturity', d.maturity, 'credit_required', d.credit_required, 'final_required', d.final_required,
                'credit_tag', d.credit_tag, 'final_tag', d.final_tag,
                'fee', d.fee::text, 'net', d.net::text, 'credits', d.credits, 'stays', d.stays) ORDER BY d.recorded_at, d.deposit_id)
            FROM (
                SELECT * FROM confirmd_data.deposit WHERE o.kind = 'invoice' AND owner_id = o.owner_id
                UNION ALL
                SELECT * FROM confirmd_data.deposit
                WHERE o.kind = 'wallet' AND owner_id = o.owner_id AND status NOT IN ('final', 'rejected', 'dropped')
                UNION ALL
                SELECT * FROM closed WHERE o.kind = 'wallet' AND owner_id = o.owner_id) d
            JOIN confirmd_data.asset a ON a.asset = d.asset
        ), '[]'))::text
    FROM touched
    JOIN confirmd_data.owner o USING (owner_id)
    JOIN confirmd_data.project t ON t.project = o.project
    LEFT JOIN confirmd_data.invoice i ON i.invoice_id = o.owner_id
    LEFT JOIN confirmd_data.static_wallet w ON w.wallet_id = o.owner_id
    ORDER BY o.owner_id
$$;
GRANT EXECUTE ON FUNCTION confirmd_data.dossiers TO confirmd_daemon;
