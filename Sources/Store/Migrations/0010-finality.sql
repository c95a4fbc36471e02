-- A chain may say itself how far it is settled: thresholds may name the tag under which it does so.
SET LOCAL ROLE confirmd_owner;

ALTER TABLE confirmd_data.network ADD COLUMN finality jsonb NOT NULL DEFAULT '{}'
    CHECK (jsonb_typeof(finality) = 'object');
CREATE OR REPLACE VIEW confirmd.network AS
    SELECT n.network, n.family, n.chain, n.tip_height, encode(n.tip_hash, 'hex') AS tip_hash, n.tip_time,
           n.head_height, n.observed_through, n.state, n.state_reason, n.max_block_gap, n.arrival_grace,
           n.policy_number, l.epoch, l.host AS held_by, l.held_until, n.reorganized_at, n.reorganized_depth, n.finality
    FROM confirmd_data.network n LEFT JOIN confirmd_data.lane l ON l.lane = n.network;
COMMENT ON COLUMN confirmd.network.finality IS 'The heights at which the chain''s finality tags (safe, finalized, solidified, chainlock) stand, by tag; those that no threshold names are not looked at.';

ALTER TABLE confirmd_data.deposit
    ADD COLUMN credit_tag text, ADD COLUMN final_tag text, ADD COLUMN due_tag text,
    DROP CONSTRAINT deposit_check,
    ADD CONSTRAINT deposit_required_check CHECK (
        CASE WHEN final_tag IS NOT DISTINCT FROM credit_tag THEN final_required >= credit_required
        ELSE final_tag IS NOT NULL AND final_required >= 1 END);
DROP INDEX confirmd_data.deposit_due;
CREATE INDEX deposit_due ON confirmd_data.deposit (network, due_height) WHERE due_height IS NOT NULL AND due_tag IS NULL;
CREATE INDEX deposit_due_tag ON confirmd_data.deposit (network, due_tag, due_height) WHERE due_tag IS NOT NULL;

CREATE OR REPLACE VIEW confirmd.deposit AS
    SELECT d.deposit_id AS id, d.network, d.asset, CASE o.kind WHEN 'invoice' THEN d.owner_id END AS invoice_id,
           CASE o.kind WHEN 'wallet' THEN d.owner_id END AS wallet_id, o.project, p.address,
           encode(d.transaction, 'hex') AS transaction, d.locator, d.status, d.reason, d.late,
           confirmd_data.whole(d.gross, a.decimals) AS gross, d.gross AS gross_base,
           confirmd_data.whole(d.fee, a.decimals) AS fee, d.fee AS fee_base,
           confirmd_data.whole(d.net, a.decimals) AS net, d.net AS net_base,
           CASE WHEN d.block_height IS NULL THEN 0 ELSE greatest(n.tip_height - d.block_height + 1, 0) END AS confirmations,
           d.credit_required AS required, d.final_required, d.seen_at, d.block_height,
           encode(d.block_hash, 'hex') AS block_hash, d.block_time, d.block_index, d.recorded_at,
           d.credit_tag AS required_tag, d.final_tag AS final_required_tag
    FROM confirmd_data.deposit d
    JOIN confirmd_data.owner o ON o.owner_id = d.owner_id
    JOIN confirmd_data.option p ON p.owner_id = d.owner_id AND p.ordinal = d.ordinal
    JOIN confirmd_data.asset a ON a.asset = d.asset
    JOIN confirmd_data.network n ON n.network = d.network;
COMMENT ON COLUMN confirmd.deposit.required_tag IS 'The finality tag that "required" is counted from, so that 1 is at or below its block; NULL is the tip.';
COMMENT ON COLUMN confirmd.deposit.final_required_tag IS 'The same for "final_required".';


-- A threshold in a policy is a number of confirmations, or a tag with what is to come on top of it: "finalized+32".
CREATE FUNCTION confirmd_data.threshold_height(threshold jsonb, tip bigint, finality jsonb) RETURNS bigint
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE jsonb_typeof(threshold)
        WHEN 'number' THEN tip - (threshold #>> '{}')::bigint + 1
        ELSE (finality ->> split_part(threshold #>> '{}', '+', 1))::bigint
            - coalesce(nullif(split_part(threshold #>> '{}', '+', 2), ''), '0')::bigint END
$$;
GRANT EXECUTE ON FUNCTION confirmd_data.threshold_height TO confirmd_daemon;

CREATE OR REPLACE FUNCTION confirmd_data.final_through(n confirmd_data.network) RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT h.time FROM confirmd_data.header h
    JOIN confirmd_data.policy p ON p.network = n.network AND p.number = n.policy_number
    WHERE h.network = n.network
      AND h.height = confirmd_data.threshold_height(p.thresholds -> 'final', n.tip_height, n.finality)
$$;

DROP FUNCTION confirmd_data.standing;
CREATE FUNCTION confirmd_data.standing(p_lane text)
RETURNS TABLE (epoch bigint, step bigint, tip_height bigint, tip_hash bytea, watch_number bigint, policy_number bigint,
    is_halted boolean, version bigint, finality text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM FROM confirmd_data.lane l WHERE l.lane = p_lane FOR NO KEY UPDATE;
    RETURN QUERY SELECT l.epoch, l.step, n.tip_height, n.tip_hash, n.watch_number, n.policy_number,
            n.state = 'halted', n.version, coalesce(n.finality, '{}')::text
        FROM confirmd_data.lane l LEFT JOIN confirmd_data.network n ON n.network = l.lane WHERE l.lane = p_lane;
END $$;
GRANT EXECUTE ON FUNCTION confirmd_data.standing TO confirmd_daemon;

DROP FUNCTION confirmd_data.dossiers;
CREATE FUNCTION confirmd_data.dossiers(
    p_network text, p_keys bytea[], p_due bigint, p_owners uuid[], p_deposits uuid[],
    p_above bigint DEFAULT NULL, p_finality jsonb DEFAULT NULL
) RETURNS SETOF text LANGUAGE sql STABLE AS $$
    WITH touched AS (
        SELECT owner_id FROM confirmd_data.option WHERE network = p_network AND key = ANY (p_keys)
        UNION
        SELECT owner_id FROM confirmd_data.deposit WHERE network = p_network AND due_height <= p_due AND due_tag IS NULL
        UNION
        SELECT d.owner_id FROM jsonb_each_text(p_finality) f
        JOIN confirmd_data.deposit d ON d.network = p_network AND d.due_tag = f.key AND d.due_height <= f.value::bigint
        UNION
        SELECT owner_id FROM confirmd_data.deposit WHERE network = p_network AND block_height > p_above
        UNION
        SELECT unnest(p_owners)
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
            FROM confirmd_data.deposit d JOIN confirmd_data.asset a ON a.asset = d.asset
            WHERE d.owner_id = o.owner_id
              AND (o.kind = 'invoice' OR d.status NOT IN ('final', 'rejected', 'dropped') OR d.deposit_id = ANY (p_deposits)
                   OR d.network = p_network AND d.block_height > p_above)
        ), '[]'))::text
    FROM touched
    JOIN confirmd_data.owner o USING (owner_id)
    JOIN confirmd_data.project t ON t.project = o.project
    LEFT JOIN confirmd_data.invoice i ON i.invoice_id = o.owner_id
    LEFT JOIN confirmd_data.static_wallet w ON w.wallet_id = o.owner_id
    ORDER BY o.owner_id
$$;
GRANT EXECUTE ON FUNCTION confirmd_data.dossiers TO confirmd_daemon;

DROP FUNCTION confirmd.commit_step;
CREATE FUNCTION confirmd.commit_step(
    -- the fence: who writes, and on what
    p_lane text, p_epoch bigint, p_step bigint,
    p_network text, p_tip bytea, p_watch_number bigint, p_policy_number bigint,
    p_anchor_height bigint, p_anchor_hash bytea,
    p_watermark_network text[], p_watermark_observed bigint[], p_watermark_final bigint[],
    -- the cursor
    p_header_height bigint[], p_header_hash bytea[], p_header_parent bytea[], p_header_time bigint[],
    p_header_work text[], p_keep_headers bigint,
    p_head_height bigint, p_observed_ago bigint, p_state text, p_state_reason text,
    -- owners
    p_owner uuid[], p_owner_expected bigint[], p_owner_version bigint[],
    p_owner_status text[], p_owner_reason text[], p_owner_final boolean[], p_owner_refused boolean[],
    p_owner_registrations int[], p_owner_decisions text[],
    -- options: keys to watch from now on, and options whose registration ends
    p_watch_owner uuid[], p_watch_ordinal int[], p_watch_key bytea[],
    p_option_owner uuid[], p_option_ordinal int[], p_option_refused text[],
    -- deposits as they are now
    p_deposit uuid[], p_deposit_asset text[], p_deposit_owner uuid[], p_deposit_ordinal int[],
    p_deposit_transaction bytea[], p_deposit_locator text[], p_deposit_key bytea[], p_deposit_gross text[],
    p_deposit_status text[], p_deposit_reason text[], p_deposit_late boolean[], p_deposit_seen bigint[],
    p_deposit_height bigint[], p_deposit_hash bytea[], p_deposit_time bigint[], p_deposit_index bigint[],
    p_deposit_maturity int[], p_deposit_credit_required int[], p_deposit_final_required int[],
    p_deposit_due bigint[], p_deposit_fee text[], p_deposit_net text[], p_deposit_disconnected bigint[],
    p_deposit_gone boolean[], p_deposit_credits int[], p_deposit_stays text[],
    -- ledger entries
    p_entry_kind text[], p_entry_project text[], p_entry_asset text[], p_entry_debit text[], p_entry_credit text[],
    p_entry_amount text[], p_entry_deposit uuid[], p_entry_number int[], p_entry_reversal boolean[],
    p_entry_transfer_fee text[], p_entry_service_fee int[],
    -- balance differences, summed by project and asset
    p_balance_project text[], p_balance_asset text[], p_balance_credited text[], p_balance_final text[],
    p_balance_fees text[],
    -- events
    p_event uuid[], p_event_aggregatetype text[], p_event_aggregateid text[], p_event_type text[],
    p_event_payload text[], p_event_version bigint[], p_event_schema int[],
    -- operators' commands and what became of them
    p_command bigint[], p_command_refusal text[],
    -- blocks above this height are no longer on our chain; headers of the same step come after
    p_disconnect_height bigint DEFAULT NULL,
    -- what the transactions of deposits spend: outpoints of 36 bytes, hash and index, most significant byte first
    p_transaction bytea[] DEFAULT '{}', p_transaction_spends bytea[] DEFAULT '{}',
    p_deposit_credit_tag text[] DEFAULT '{}', p_deposit_final_tag text[] DEFAULT '{}', p_deposit_due_tag text[] DEFAULT '{}',
    p_finality jsonb DEFAULT NULL
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    fence confirmd_data.lane;
    cursor_now confirmd_data.network;
    found_count bigint;
    first_position bigint;
    has_facts boolean :=
        cardinality(p_owner) + cardinality(p_watch_owner) + cardinality(p_event) + cardinality(p_command) > 0;
BEGIN
    PERFORM set_config('lock_timeout', '5s', true);
    -- A lost step without facts only repeats work.
    IF NOT has_facts THEN PERFORM set_config('synchronous_commit', 'off', true); END IF;

    SELECT * INTO fence FROM confirmd_data.lane WHERE lane = p_lane FOR NO KEY UPDATE;
    IF fence.epoch IS DISTINCT FROM p_epoch THEN
        RAISE EXCEPTION 'lane % is under epoch %, this step was made under %', p_lane, fence.epoch, p_epoch
            USING ERRCODE = 'CF901';
    END IF;
    -- A step of our own may come late, after its connection was lost and its outcome looked up.
    IF fence.step IS DISTINCT FROM p_step THEN
        RAISE EXCEPTION 'lane % is at step %, this one was made for %', p_lane, fence.step, p_step
            USING ERRCODE = 'CF903';
    END IF;
    IF p_network IS NULL THEN
        PERFORM FROM confirmd_data.network WHERE network = ANY (p_watermark_network) ORDER BY network FOR SHARE;
        IF EXISTS (
            SELECT FROM unnest(p_watermark_network, p_watermark_observed, p_watermark_final) AS e (network, observed, final)
            JOIN confirmd_data.network n ON n.network = e.network AND n.state <> 'retired'
            WHERE coalesce(n.observed_through < to_timestamp(e.observed), e.observed IS NOT NULL)
               OR coalesce(confirmd_data.final_through(n) < to_timestamp(e.final), e.final IS NOT NULL)) THEN
            RAISE EXCEPTION 'a network stepped back meanwhile' USING ERRCODE = 'CF903';
        END IF;
    ELSE
        SELECT * INTO cursor_now FROM confirmd_data.network WHERE network = p_network FOR NO KEY UPDATE;
    END IF;
    IF cursor_now.state = 'retired' THEN
        RAISE EXCEPTION 'network % is retired', p_network USING ERRCODE = 'CF906';
    END IF;
    IF cursor_now.tip_hash IS DISTINCT FROM p_tip THEN
        RAISE EXCEPTION 'network % is at another block than this step was made on', p_network USING ERRCODE = 'CF903';
    END IF;
    IF cursor_now.watch_number <> p_watch_number THEN
        RAISE EXCEPTION 'network % watches up to number %, this step knew %', p_network, cursor_now.watch_number,
            p_watch_number USING ERRCODE = 'CF904';
    END IF;
    IF cursor_now.policy_number <> p_policy_number THEN
        RAISE EXCEPTION 'network % is under policy %, this step knew %', p_network, cursor_now.policy_number,
            p_policy_number USING ERRCODE = 'CF905';
    END IF;
    IF p_anchor_hash IS NOT NULL AND NOT EXISTS (
        SELECT FROM confirmd_data.header
        WHERE network = p_network AND height = p_anchor_height AND hash = p_anchor_hash) THEN
        RAISE EXCEPTION 'block % of network % is no longer on our chain', p_anchor_height, p_network
            USING ERRCODE = 'CF903';
    END IF;

    IF cardinality(p_owner) > 0 THEN
        PERFORM FROM confirmd_data.owner WHERE owner_id = ANY (p_owner) ORDER BY owner_id FOR NO KEY UPDATE;
        SELECT count(*) INTO found_count
        FROM unnest(p_owner, p_owner_expected) AS e (owner_id, version)
        JOIN confirmd_data.owner o ON o.owner_id = e.owner_id AND o.version = e.version;
        IF found_count <> cardinality(p_owner) THEN
            RAISE EXCEPTION '% owners changed since they were read', cardinality(p_owner) - found_count
                USING ERRCODE = 'CF902';
        END IF;
        UPDATE confirmd_data.owner o SET version = e.version, registrations = e.registrations
        FROM unnest(p_owner, p_owner_version, p_owner_registrations) AS e (owner_id, version, registrations)
        WHERE o.owner_id = e.owner_id;
        UPDATE confirmd_data.invoice i
        SET status = e.status, reason = e.reason, is_final = e.is_final, refused = e.refused,
            expired_at = CASE WHEN (e.decisions ->> 'is_expired')::boolean
                THEN coalesce(i.expired_at, clock_timestamp()) END,
            canceled_at = CASE WHEN (e.decisions ->> 'is_canceled')::boolean
                THEN coalesce(i.canceled_at, clock_timestamp()) END,
            marked_numerator = (e.decisions ->> 'marked_numerator')::numeric,
            marked_denominator = (e.decisions ->> 'marked_denominator')::numeric,
            recurrences = e.decisions -> 'recurrences'
        FROM (SELECT owner_id, status, reason, is_final, refused, decisions::jsonb AS decisions
              FROM unnest(p_owner, p_owner_status, p_owner_reason, p_owner_final, p_owner_refused, p_owner_decisions)
                  AS u (owner_id, status, reason, is_final, refused, decisions)) e
        WHERE i.invoice_id = e.owner_id;
        UPDATE confirmd_data.static_wallet w SET refused = true
        FROM unnest(p_owner, p_owner_refused) AS e (owner_id, refused)
        WHERE w.wallet_id = e.owner_id AND e.refused AND NOT w.refused;
    END IF;

    IF cardinality(p_watch_owner) > 0 THEN
        UPDATE confirmd_data.option p SET key = e.key, watch_number = cursor_now.watch_number + e.place
        FROM unnest(p_watch_owner, p_watch_ordinal, p_watch_key) WITH ORDINALITY
            AS e (owner_id, ordinal, key, place)
        WHERE p.owner_id = e.owner_id AND p.ordinal = e.ordinal AND p.watch_number IS NULL;
        GET DIAGNOSTICS found_count = ROW_COUNT;
        IF found_count <> cardinality(p_watch_owner) THEN
            RAISE EXCEPTION 'options to watch changed since they were read' USING ERRCODE = 'CF902';
        END IF;
        cursor_now.watch_number := cursor_now.watch_number + found_count;
    END IF;
    IF cardinality(p_option_owner) > 0 THEN
        UPDATE confirmd_data.option p
        SET registered_at = CASE WHEN e.refused IS NULL THEN clock_timestamp() END, refused_reason = e.refused
        FROM unnest(p_option_owner, p_option_ordinal, p_option_refused) AS e (owner_id, ordinal, refused)
        WHERE p.owner_id = e.owner_id AND p.ordinal = e.ordinal
          AND p.registered_at IS NULL AND p.refused_reason IS NULL;
        GET DIAGNOSTICS found_count = ROW_COUNT;
        IF found_count <> cardinality(p_option_owner) THEN
            RAISE EXCEPTION 'options to register changed since they were read' USING ERRCODE = 'CF902';
        END IF;
    END IF;

    IF cardinality(p_deposit) > 0 THEN
        INSERT INTO confirmd_data.deposit AS d (
            deposit_id, network, asset, owner_id, ordinal, transaction, locator, key, gross,
            status, reason, late, seen_at, block_height, block_hash, block_time, block_index, maturity,
            credit_required, final_required, due_height, fee, net, disconnected_height, gone, credits, stays,
            credit_tag, final_tag, due_tag)
        SELECT e.id, a.network, e.asset, e.owner_id, e.ordinal, e.transaction, e.locator, e.key, e.gross::numeric,
            e.status, e.reason, e.late, to_timestamp(e.seen), e.height, e.hash, to_timestamp(e.time), e.index, e.maturity,
            e.credit_required, e.final_required, e.due, e.fee::numeric, e.net::numeric,
            e.disconnected, e.gone, e.credits,
            e.stays::jsonb, e.credit_tag, e.final_tag, e.due_tag
        FROM unnest(p_deposit, p_deposit_asset, p_deposit_owner, p_deposit_ordinal, p_deposit_transaction,
                p_deposit_locator, p_deposit_key, p_deposit_gross, p_deposit_status, p_deposit_reason, p_deposit_late,
                p_deposit_seen, p_deposit_height, p_deposit_hash, p_deposit_time, p_deposit_index, p_deposit_maturity,
                p_deposit_credit_required, p_deposit_final_required, p_deposit_due, p_deposit_fee, p_deposit_net,
                p_deposit_disconnected, p_deposit_gone, p_deposit_credits, p_deposit_stays,
                p_deposit_credit_tag, p_deposit_final_tag, p_deposit_due_tag)
            AS e (id, asset, owner_id, ordinal, transaction, locator, key, gross, status, reason, late, seen, height,
                hash, time, index, maturity, credit_required, final_required, due, fee, net, disconnected, gone, credits, stays,
                credit_tag, final_tag, due_tag)
        JOIN confirmd_data.asset a ON a.asset = e.asset
        ON CONFLICT (deposit_id) DO UPDATE SET owner_id = excluded.owner_id, ordinal = excluded.ordinal,
            status = excluded.status, reason = excluded.reason, late = excluded.late, seen_at = excluded.seen_at,
            block_height = excluded.block_height, block_hash = excluded.block_hash, block_time = excluded.block_time,
            block_index = excluded.block_index, credit_required = excluded.credit_required,
            final_required = excluded.final_required, due_height = excluded.due_height, fee = excluded.fee,
            net = excluded.net, disconnected_height = excluded.disconnected_height, gone = excluded.gone,
            credits = excluded.credits, stays = excluded.stays, credit_tag = excluded.credit_tag,
            final_tag = excluded.final_tag, due_tag = excluded.due_tag;
    END IF;

    INSERT INTO confirmd_data.ledger_entry (
        kind, project, asset, debit_account, credit_account, amount, deposit_id, credit_number, is_reversal,
        policy_number, transfer_fee, service_fee_bps)
    SELECT e.kind, e.project, e.asset, e.debit, e.credit, e.amount::numeric, e.deposit_id, e.number, e.reversal,
        coalesce(o.policy_number, p_policy_number), coalesce(e.transfer_fee::numeric, o.transfer_fee),
        coalesce(e.service_fee, o.service_fee_bps)
    FROM unnest(p_entry_kind, p_entry_project, p_entry_asset, p_entry_debit, p_entry_credit, p_entry_amount,
            p_entry_deposit, p_entry_number, p_entry_reversal, p_entry_transfer_fee, p_entry_service_fee)
        AS e (kind, project, asset, debit, credit, amount, deposit_id, number, reversal, transfer_fee, service_fee)
    -- A reversal carries the rule of the entry that it takes back.
    LEFT JOIN confirmd_data.ledger_entry o ON e.reversal AND o.deposit_id = e.deposit_id
        AND o.credit_number = e.number AND o.kind = e.kind AND NOT o.is_reversal;

    -- Locked in key order first, for two networks' steps may touch balances of the same project.
    IF cardinality(p_balance_project) > 0 THEN
        INSERT INTO confirmd_data.balance (project, asset)
        SELECT e.project, e.asset FROM unnest(p_balance_project, p_balance_asset) AS e (project, asset)
        ORDER BY e.project, e.asset ON CONFLICT DO NOTHING;
        PERFORM FROM confirmd_data.balance b
        JOIN unnest(p_balance_project, p_balance_asset) AS e (project, asset)
            ON b.project = e.project AND b.asset = e.asset
        ORDER BY b.project, b.asset FOR NO KEY UPDATE OF b;
        UPDATE confirmd_data.balance b SET credited = b.credited + e.credited::numeric,
            final = b.final + e.final::numeric, fees = b.fees + e.fees::numeric
        FROM unnest(p_balance_project, p_balance_asset, p_balance_credited, p_balance_final, p_balance_fees)
            AS e (project, asset, credited, final, fees)
        WHERE b.project = e.project AND b.asset = e.asset;
    END IF;

    IF cardinality(p_transaction) > 0 THEN
        INSERT INTO confirmd_data.transaction (network, transaction, spends)
        SELECT p_network, e.transaction, e.spends FROM unnest(p_transaction, p_transaction_spends) AS e (transaction, spends)
        ON CONFLICT DO NOTHING;
    END IF;

    IF p_disconnect_height IS NOT NULL THEN
        DELETE FROM confirmd_data.header WHERE network = p_network AND height > p_disconnect_height;
    END IF;
    IF cardinality(p_header_height) > 0 OR p_disconnect_height IS NOT NULL THEN
        INSERT INTO confirmd_data.header (network, height, hash, parent, time, work)
        SELECT p_network, e.height, e.hash, e.parent, to_timestamp(e.time), e.work::numeric
        FROM unnest(p_header_height, p_header_hash, p_header_parent, p_header_time, p_header_work)
            AS e (height, hash, parent, time, work);
        SELECT h.height, h.hash, h.time INTO STRICT cursor_now.tip_height, cursor_now.tip_hash, cursor_now.tip_time
        FROM confirmd_data.header h WHERE h.network = p_network ORDER BY h.height DESC LIMIT 1;
        -- One header in every window is kept for ever, for a resynchronisation after a halt.
        DELETE FROM confirmd_data.header
        WHERE network = p_network AND height < cursor_now.tip_height - p_keep_headers
          AND height % p_keep_headers <> 0;
    END IF;
    IF p_network IS NOT NULL THEN
        UPDATE confirmd_data.network SET
            tip_height = cursor_now.tip_height, tip_hash = cursor_now.tip_hash, tip_time = cursor_now.tip_time,
            head_height = coalesce(p_head_height, head_height), watch_number = cursor_now.watch_number,
            reorganized_at = CASE WHEN p_disconnect_height IS NULL THEN reorganized_at ELSE clock_timestamp() END,
            reorganized_depth = CASE WHEN p_disconnect_height IS NULL THEN reorganized_depth
                ELSE tip_height - p_disconnect_height END,
            observed_through = CASE WHEN p_disconnect_height IS NOT NULL THEN NULL
                WHEN p_observed_ago IS NULL THEN observed_through
                ELSE greatest(observed_through,
                    least(clock_timestamp() - p_observed_ago * interval '1 millisecond', cursor_now.tip_time + max_block_gap)) END,
            state = p_state, state_reason = p_state_reason, finality = coalesce(p_finality, finality),
            version = version + (SELECT count(*) FROM unnest(p_event_aggregatetype) t WHERE t = 'network')
        WHERE network = p_network;
    END IF;

    IF cardinality(p_command) > 0 THEN
        UPDATE confirmd_data.operator_command c
        SET outcome = CASE WHEN e.refusal IS NULL THEN 'applied' ELSE 'refused' END, detail = e.refusal,
            decided_at = clock_timestamp()
        FROM unnest(p_command, p_command_refusal) AS e (number, refusal)
        WHERE c.number = e.number AND c.outcome IS NULL;
        GET DIAGNOSTICS found_count = ROW_COUNT;
        IF found_count <> cardinality(p_command) THEN
            RAISE EXCEPTION 'a command was carried out meanwhile' USING ERRCODE = 'CF902';
        END IF;
        UPDATE confirmd_data.network n SET state = 'retired', state_reason = c.reason
        FROM confirmd_data.operator_command c
        WHERE c.number = ANY (p_command) AND c.kind = 'retire_network' AND c.outcome = 'applied' AND n.network = c.network;
        PERFORM confirmd_data.begin_incarnation(c.reason) FROM confirmd_data.operator_command c
        WHERE c.number = ANY (p_command) AND c.kind = 'new_incarnation' AND c.outcome = 'applied';
    END IF;

    IF cardinality(p_event) > 0 THEN
        PERFORM confirmd_data.incarnation();
        UPDATE confirmd_data.outbox_counter SET position = position + cardinality(p_event)
        RETURNING position - cardinality(p_event) INTO first_position;
        INSERT INTO confirmd.outbox (
            position, incarnation, id, aggregatetype, aggregateid, type, payload, aggregate_version, schema_version,
            occurred_at, network)
        SELECT first_position + e.place, c.incarnation, e.id, e.aggregatetype, e.aggregateid, e.type,
            e.payload::jsonb, e.version, e.schema, clock_timestamp(), p_network
        FROM unnest(p_event, p_event_aggregatetype, p_event_aggregateid, p_event_type, p_event_payload,
                p_event_version, p_event_schema) WITH ORDINALITY
            AS e (id, aggregatetype, aggregateid, type, payload, version, schema, place),
            confirmd_data.outbox_counter c;
    END IF;

    UPDATE confirmd_data.lane SET step = step + 1 WHERE lane = p_lane;
    RETURN p_step + 1;
END $$;
GRANT EXECUTE ON FUNCTION confirmd.commit_step TO confirmd_daemon;
COMMENT ON FUNCTION confirmd.commit_step IS 'The daemon''s one write: everything that follows from a block, a reorganisation, a registration or a decision, in one transaction or not at all. Returns the lane''s next step.';
