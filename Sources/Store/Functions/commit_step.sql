-- The one write of the daemon: everything that follows from a block (or a registration, or a look at the node) in one
-- transaction, or nothing. Locks, in this order: the lane, networks by name, the owners by id, balances by key, the outbox
-- counter. In the settlement lane there is no network and no cursor; what it decides by time holds only while the networks
-- are at least as far as it saw them.
--
-- Parameters go by name, and what may be thousands of rows goes in arrays, which run in step: they are unnested beside each
-- other in a SELECT list, since those in FROM are copied first. What is small is a JSON object each. Times are seconds since
-- 1970, bytes in JSON hexadecimal, amounts decimal text of base units. observed_ago: how many milliseconds ago a synced node
-- was asked and confirmed that our cursor is its tip. A release reads what the one before sends: what is added to the objects
-- may be missing, and a new parameter has a default.
--
-- Each statement is planned once, at the first step, when its tables may be empty, and goes by index all the same: a plan for
-- small tables would be kept while they grow, and one for the thousands of rows of a full block would read whole tables.
-- LATERAL with LIMIT 1 is for the same end: it leaves no other plan than one look by index for each row.
CREATE OR REPLACE FUNCTION confirmd.commit_step(
    p_lane text,
    -- what the step was made on: epoch, step; of a network its name, tip, watch_number, policy_number, and the block
    -- (anchor_height, anchor_hash) up to which facts come from; in the settlement lane watermarks, {network: {observed, final}}
    p_base jsonb,
    -- where the network is after it: keep_headers, head_height, observed_ago, state, state_reason, finality (the heights at
    -- which tags stand), disconnect_height (blocks above it are no longer on our chain) and then headers, oldest first
    p_cursor jsonb,
    -- owners, and for each expected and version, registrations, refused, totals (as confirmd_data.owner has them); set_aside,
    -- where it is news, why nothing can be decided about it, null where it can be again; invoice, where that changes; outlook,
    -- when it is looked at again, as confirmd_data.dossiers has it, where that changes
    p_owner uuid[], p_owner_change jsonb[],
    -- watches: options with their keys to watch from now on; registrations: options whose registration ends
    p_options jsonb,
    -- deposits as they are now
    p_deposit uuid[], p_deposit_asset text[], p_deposit_owner uuid[], p_deposit_ordinal int[],
    p_deposit_transaction bytea[], p_deposit_locator text[], p_deposit_key bytea[], p_deposit_gross text[],
    p_deposit_status text[], p_deposit_reason text[], p_deposit_late boolean[], p_deposit_seen bigint[],
    p_deposit_height bigint[], p_deposit_hash bytea[], p_deposit_time bigint[], p_deposit_index bigint[],
    p_deposit_maturity int[], p_deposit_credit_required int[], p_deposit_credit_tag text[],
    p_deposit_final_required int[], p_deposit_final_tag text[], p_deposit_due bigint[], p_deposit_due_tag text[],
    p_deposit_fee text[], p_deposit_net text[], p_deposit_disconnected bigint[], p_deposit_gone boolean[],
    p_deposit_credits int[], p_deposit_stays text[],
    -- ledger entries
    p_entry_kind text[], p_entry_project text[], p_entry_asset text[], p_entry_debit text[], p_entry_credit text[],
    p_entry_amount text[], p_entry_deposit uuid[], p_entry_number int[], p_entry_reversal boolean[],
    p_entry_transfer_fee text[], p_entry_service_fee int[],
    -- differences, summed by project and asset
    p_balances jsonb,
    -- events
    p_event uuid[], p_event_aggregatetype text[], p_event_aggregateid text[], p_event_type text[],
    p_event_payload text[], p_event_version bigint[], p_event_schema int[],
    -- what the transactions of deposits spend: outpoints of 36 bytes, hash and index, most significant byte first
    p_transaction bytea[], p_transaction_spends bytea[],
    -- the number of an operator's command, and refusal, where it is not carried out
    p_command jsonb,
    -- what the caller has seen of this database, as confirmd_data.lineage has it
    p_seen jsonb
) RETURNS confirmd_data.lineage_place
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on SET timezone = 'UTC'
SET datestyle = 'ISO, MDY' SET intervalstyle = 'postgres'
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET jit = off AS $$
DECLARE
    fence confirmd_data.lane;
    base record;
    cursor_next record;
    cursor_now confirmd_data.network;
    found_count bigint;
    tip_before bigint;
    is_taken_up boolean;
    first_position bigint;
BEGIN
    SELECT * INTO STRICT base FROM jsonb_to_record(p_base) AS e (
        epoch bigint, step bigint, network text, tip text, watch_number bigint, policy_number bigint, anchor_height bigint,
        anchor_hash text, watermarks jsonb);
    SELECT * INTO STRICT cursor_next FROM jsonb_to_record(coalesce(p_cursor, '{}')) AS e (
        keep_headers bigint, head_height bigint, observed_ago bigint, state text, state_reason text, finality jsonb,
        disconnect_height bigint, headers jsonb);
    PERFORM set_config('lock_timeout', '5s', true);
    -- A lost step without facts only repeats work.
    IF cardinality(p_owner) > 0 OR cardinality(p_event) > 0 OR p_options IS NOT NULL OR p_command IS NOT NULL THEN
        PERFORM confirmd_data.commit_durably();
    ELSE
        PERFORM set_config('synchronous_commit', 'off', true);
    END IF;
    PERFORM confirmd_data.lineage(p_seen);

    SELECT * INTO fence FROM confirmd_data.lane WHERE lane = p_lane FOR NO KEY UPDATE;
    IF fence.epoch IS DISTINCT FROM base.epoch THEN
        RAISE EXCEPTION 'lane % is under epoch %, this step was made under %', p_lane, fence.epoch, base.epoch
            USING ERRCODE = 'CF901';
    END IF;
    -- A step of our own may come late, after its connection was lost and its outcome looked up.
    IF fence.step IS DISTINCT FROM base.step THEN
        RAISE EXCEPTION 'lane % is at step %, this one was made for %', p_lane, fence.step, base.step
            USING ERRCODE = 'CF903';
    END IF;
    IF base.network IS NULL THEN
        PERFORM FROM confirmd_data.network
        WHERE network = ANY (ARRAY(SELECT jsonb_object_keys(base.watermarks))) ORDER BY network FOR SHARE;
        IF EXISTS (
            SELECT FROM (SELECT key AS network, (value ->> 'observed')::bigint AS observed, (value ->> 'final')::bigint AS final
                         FROM jsonb_each(base.watermarks)) e
            JOIN confirmd_data.network n ON n.network = e.network AND n.state <> 'retired'
            WHERE coalesce(n.observed_through < to_timestamp(e.observed), e.observed IS NOT NULL)
               OR coalesce(confirmd_data.final_through(n) < to_timestamp(e.final), e.final IS NOT NULL)) THEN
            RAISE EXCEPTION 'a network stepped back meanwhile' USING ERRCODE = 'CF903';
        END IF;
    ELSE
        SELECT * INTO cursor_now FROM confirmd_data.network WHERE network = base.network FOR NO KEY UPDATE;
    END IF;
    IF cursor_now.state = 'retired' THEN
        RAISE EXCEPTION 'network % is retired', base.network USING ERRCODE = 'CF906';
    END IF;
    IF encode(cursor_now.tip_hash, 'hex') IS DISTINCT FROM base.tip THEN
        RAISE EXCEPTION 'network % is at another block than this step was made on', base.network USING ERRCODE = 'CF903';
    END IF;
    IF cursor_now.watch_number <> base.watch_number THEN
        RAISE EXCEPTION 'network % watches up to number %, this step knew %', base.network, cursor_now.watch_number,
            base.watch_number USING ERRCODE = 'CF904';
    END IF;
    IF cursor_now.policy_number <> base.policy_number THEN
        RAISE EXCEPTION 'network % is under policy %, this step knew %', base.network, cursor_now.policy_number,
            base.policy_number USING ERRCODE = 'CF905';
    END IF;
    IF base.anchor_hash IS NOT NULL AND NOT EXISTS (
        SELECT FROM confirmd_data.header
        WHERE network = base.network AND height = base.anchor_height AND hash = decode(base.anchor_hash, 'hex')) THEN
        RAISE EXCEPTION 'block % of network % is no longer on our chain', base.anchor_height, base.network
            USING ERRCODE = 'CF903';
    END IF;

    -- Only an operator's resume resets the depth; nothing else may go below the floor or to a block that is not stored.
    is_taken_up := p_command IS NOT NULL AND p_command ->> 'refusal' IS NULL AND EXISTS (
        SELECT FROM confirmd_data.operator_command c
        WHERE c.number = (p_command ->> 'number')::bigint AND c.network = base.network
          AND c.kind IN ('resume_network', 'resync_network'));
    IF cursor_next.disconnect_height < cursor_now.floor_height AND NOT is_taken_up THEN
        RAISE EXCEPTION 'network % may not go back to block %: the lowest one that max_reorg_depth allows is %', base.network,
            cursor_next.disconnect_height, cursor_now.floor_height USING ERRCODE = 'CF907',
            HINT = 'confirmd network resume --resync goes back further.';
    END IF;
    IF cursor_next.disconnect_height IS NOT NULL AND cursor_next.headers IS NULL AND NOT EXISTS (
        SELECT FROM confirmd_data.header WHERE network = base.network AND height = cursor_next.disconnect_height) THEN
        RAISE EXCEPTION 'block % of network % is not stored', cursor_next.disconnect_height, base.network USING ERRCODE = 'CF903';
    END IF;

    IF cardinality(p_owner) > 0 THEN
        -- A row that had to be waited for is read again once it is locked.
        SELECT count(*) INTO found_count
        FROM (SELECT owner_id, version FROM confirmd_data.owner WHERE owner_id = ANY (p_owner)
              ORDER BY owner_id FOR NO KEY UPDATE) o
        JOIN (SELECT unnest(p_owner) AS owner_id, (unnest(p_owner_change) ->> 'expected')::bigint AS version) e
            USING (owner_id, version);
        IF found_count <> cardinality(p_owner) THEN
            RAISE EXCEPTION '% owners changed since they were read', cardinality(p_owner) - found_count
                USING ERRCODE = 'CF902';
        END IF;
        UPDATE confirmd_data.owner o
        SET version = (e.change ->> 'version')::bigint, registrations = (e.change ->> 'registrations')::int,
            totals = e.change -> 'totals',
            halted_reason = CASE WHEN e.change ? 'set_aside' THEN e.change ->> 'set_aside' ELSE o.halted_reason END,
            halted_at = CASE WHEN NOT e.change ? 'set_aside' THEN o.halted_at
                WHEN e.change ->> 'set_aside' IS NOT NULL THEN coalesce(o.halted_at, clock_timestamp()) END,
            check_at = CASE WHEN e.outlook IS NULL THEN o.check_at ELSE to_timestamp((e.outlook ->> 'at')::bigint) END,
            check_on = CASE WHEN e.outlook IS NULL THEN o.check_on ELSE e.outlook ->> 'on' END,
            check_mark = CASE WHEN e.outlook IS NULL THEN o.check_mark ELSE e.outlook ->> 'mark' END,
            check_through = CASE WHEN e.outlook IS NULL THEN o.check_through
                WHEN e.outlook ? 'on' THEN coalesce(to_timestamp((e.outlook ->> 'through')::bigint), 'infinity') END,
            undecided = CASE WHEN e.outlook IS NULL THEN o.undecided ELSE e.outlook -> 'undecided' END
        FROM (SELECT owner_id, change, change -> 'outlook' AS outlook
              FROM (SELECT unnest(p_owner) AS owner_id, unnest(p_owner_change) AS change) u) e
        WHERE o.owner_id = e.owner_id;
        UPDATE confirmd_data.invoice i
        SET status = e.invoice ->> 'status', reason = e.invoice ->> 'reason',
            is_final = (e.invoice ->> 'is_final')::boolean, refused = e.refused,
            expired_at = CASE WHEN (e.invoice ->> 'is_expired')::boolean
                THEN coalesce(i.expired_at, clock_timestamp()) END,
            canceled_at = CASE WHEN (e.invoice ->> 'is_canceled')::boolean
                THEN coalesce(i.canceled_at, clock_timestamp()) END,
            marked_numerator = (e.invoice ->> 'marked_numerator')::numeric,
            marked_denominator = (e.invoice ->> 'marked_denominator')::numeric,
            recurrences = e.invoice -> 'recurrences'
        FROM (SELECT owner_id, (change ->> 'refused')::boolean AS refused, change -> 'invoice' AS invoice
              FROM (SELECT unnest(p_owner) AS owner_id, unnest(p_owner_change) AS change) u WHERE change ? 'invoice') e
        WHERE i.invoice_id = e.owner_id;
        UPDATE confirmd_data.static_wallet w SET refused = true
        FROM (SELECT unnest(p_owner) AS owner_id, unnest(p_owner_change) AS change) e
        WHERE w.wallet_id = e.owner_id AND (e.change ->> 'refused')::boolean AND NOT w.refused;
    END IF;

    IF p_options ? 'watches' THEN
        UPDATE confirmd_data.option p SET key = decode(e.key, 'hex'), watch_number = cursor_now.watch_number + e.place
        FROM ROWS FROM (jsonb_to_recordset(p_options -> 'watches') AS (owner uuid, ordinal int, key text)) WITH ORDINALITY
            AS e (owner_id, ordinal, key, place)
        WHERE p.owner_id = e.owner_id AND p.ordinal = e.ordinal AND p.watch_number IS NULL;
        GET DIAGNOSTICS found_count = ROW_COUNT;
        IF found_count <> jsonb_array_length(p_options -> 'watches') THEN
            RAISE EXCEPTION 'options to watch changed since they were read' USING ERRCODE = 'CF902';
        END IF;
        cursor_now.watch_number := cursor_now.watch_number + found_count;
    END IF;
    IF p_options ? 'registrations' THEN
        UPDATE confirmd_data.option p
        SET registered_at = CASE WHEN e.refused IS NULL THEN clock_timestamp() END, refused_reason = e.refused
        FROM jsonb_to_recordset(p_options -> 'registrations') AS e (owner uuid, ordinal int, refused text)
        WHERE p.owner_id = e.owner AND p.ordinal = e.ordinal
          AND p.registered_at IS NULL AND p.refused_reason IS NULL;
        GET DIAGNOSTICS found_count = ROW_COUNT;
        IF found_count <> jsonb_array_length(p_options -> 'registrations') THEN
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
        FROM (SELECT unnest(p_deposit) AS id, unnest(p_deposit_asset) AS asset, unnest(p_deposit_owner) AS owner_id,
                unnest(p_deposit_ordinal) AS ordinal, unnest(p_deposit_transaction) AS transaction,
                unnest(p_deposit_locator) AS locator, unnest(p_deposit_key) AS key, unnest(p_deposit_gross) AS gross,
                unnest(p_deposit_status) AS status, unnest(p_deposit_reason) AS reason,
                unnest(p_deposit_late) AS late, unnest(p_deposit_seen) AS seen, unnest(p_deposit_height) AS height,
                unnest(p_deposit_hash) AS hash, unnest(p_deposit_time) AS time, unnest(p_deposit_index) AS index,
                unnest(p_deposit_maturity) AS maturity, unnest(p_deposit_credit_required) AS credit_required,
                unnest(p_deposit_final_required) AS final_required, unnest(p_deposit_due) AS due,
                unnest(p_deposit_fee) AS fee, unnest(p_deposit_net) AS net,
                unnest(p_deposit_disconnected) AS disconnected, unnest(p_deposit_gone) AS gone,
                unnest(p_deposit_credits) AS credits, unnest(p_deposit_stays) AS stays,
                unnest(p_deposit_credit_tag) AS credit_tag, unnest(p_deposit_final_tag) AS final_tag,
                unnest(p_deposit_due_tag) AS due_tag) e
        JOIN confirmd_data.asset a ON a.asset = e.asset
        CROSS JOIN LATERAL (
            SELECT FROM confirmd_data.option p WHERE p.owner_id = e.owner_id AND p.ordinal = e.ordinal LIMIT 1) p
        ON CONFLICT (deposit_id) DO UPDATE SET owner_id = excluded.owner_id, ordinal = excluded.ordinal,
            status = excluded.status, reason = excluded.reason, late = excluded.late, seen_at = excluded.seen_at,
            block_height = excluded.block_height, block_hash = excluded.block_hash, block_time = excluded.block_time,
            block_index = excluded.block_index, credit_required = excluded.credit_required,
            final_required = excluded.final_required, due_height = excluded.due_height, fee = excluded.fee,
            net = excluded.net, disconnected_height = excluded.disconnected_height, gone = excluded.gone,
            credits = excluded.credits, stays = excluded.stays, credit_tag = excluded.credit_tag,
            final_tag = excluded.final_tag, due_tag = excluded.due_tag;
        GET DIAGNOSTICS found_count = ROW_COUNT;
        IF found_count <> cardinality(p_deposit) THEN
            RAISE EXCEPTION '% deposits have an option or asset that is not there', cardinality(p_deposit) - found_count
                USING ERRCODE = 'foreign_key_violation';
        END IF;
    END IF;

    IF cardinality(p_entry_kind) > 0 THEN
        INSERT INTO confirmd_data.ledger_entry (
            kind, project, asset, debit_account, credit_account, amount, deposit_id, credit_number, is_reversal,
            policy_number, transfer_fee, service_fee_bps)
        SELECT e.kind, e.project, e.asset, e.debit, e.credit, e.amount::numeric, e.deposit_id, e.number, e.reversal,
            coalesce(o.policy_number, base.policy_number), coalesce(e.transfer_fee::numeric, o.transfer_fee),
            coalesce(e.service_fee, o.service_fee_bps)
        FROM (SELECT unnest(p_entry_kind) AS kind, unnest(p_entry_project) AS project, unnest(p_entry_asset) AS asset,
                unnest(p_entry_debit) AS debit, unnest(p_entry_credit) AS credit, unnest(p_entry_amount) AS amount,
                unnest(p_entry_deposit) AS deposit_id, unnest(p_entry_number) AS number,
                unnest(p_entry_reversal) AS reversal, unnest(p_entry_transfer_fee) AS transfer_fee,
                unnest(p_entry_service_fee) AS service_fee) e
        -- A reversal carries the rule of the entry that it takes back.
        LEFT JOIN LATERAL (
            SELECT o.policy_number, o.transfer_fee, o.service_fee_bps FROM confirmd_data.ledger_entry o
            WHERE e.reversal AND o.deposit_id = e.deposit_id AND o.credit_number = e.number AND o.kind = e.kind
              AND NOT o.is_reversal LIMIT 1) o ON true;
    END IF;

    -- Locked in key order first, for two networks' steps may touch balances of the same project.
    IF p_balances IS NOT NULL THEN
        INSERT INTO confirmd_data.balance (project, asset)
        SELECT e.project, e.asset FROM jsonb_to_recordset(p_balances) AS e (project text, asset text)
        ORDER BY e.project, e.asset ON CONFLICT DO NOTHING;
        PERFORM FROM confirmd_data.balance b
        JOIN jsonb_to_recordset(p_balances) AS e (project text, asset text)
            ON b.project = e.project AND b.asset = e.asset
        ORDER BY b.project, b.asset FOR NO KEY UPDATE OF b;
        UPDATE confirmd_data.balance b
        SET credited = b.credited + e.credited, final = b.final + e.final, fees = b.fees + e.fees
        FROM jsonb_to_recordset(p_balances)
            AS e (project text, asset text, credited numeric, final numeric, fees numeric)
        WHERE b.project = e.project AND b.asset = e.asset;
    END IF;

    IF cardinality(p_transaction) > 0 THEN
        INSERT INTO confirmd_data.transaction (network, transaction, spends)
        SELECT base.network, unnest(p_transaction), unnest(p_transaction_spends) ON CONFLICT DO NOTHING;
    END IF;

    IF cursor_next.disconnect_height IS NOT NULL THEN
        DELETE FROM confirmd_data.header WHERE network = base.network AND height > cursor_next.disconnect_height;
    END IF;
    IF cursor_next.headers IS NOT NULL OR cursor_next.disconnect_height IS NOT NULL THEN
        INSERT INTO confirmd_data.header (network, height, hash, parent, time, work)
        SELECT base.network, e.height, decode(e.hash, 'hex'), decode(e.parent, 'hex'), to_timestamp(e.time), e.work
        FROM jsonb_to_recordset(cursor_next.headers)
            AS e (height bigint, hash text, parent text, time bigint, work numeric);
        tip_before := cursor_now.tip_height;
        SELECT h.height, h.hash, h.time INTO STRICT cursor_now.tip_height, cursor_now.tip_hash, cursor_now.tip_time
        FROM confirmd_data.header h WHERE h.network = base.network ORDER BY h.height DESC LIMIT 1;
        -- One header in every window is kept for ever, for a resynchronization after a halt. They grow many: only those
        -- that may have left the window are looked at.
        DELETE FROM confirmd_data.header
        WHERE network = base.network AND height < cursor_now.tip_height - cursor_next.keep_headers
          AND height >= least(coalesce(tip_before, 0), cursor_now.tip_height) - 2 * cursor_next.keep_headers
          AND height % cursor_next.keep_headers <> 0;
    END IF;
    IF base.network IS NOT NULL THEN
        UPDATE confirmd_data.network SET
            tip_height = cursor_now.tip_height, tip_hash = cursor_now.tip_hash, tip_time = cursor_now.tip_time,
            head_height = coalesce(cursor_next.head_height, head_height), watch_number = cursor_now.watch_number,
            reorganized_at = CASE WHEN cursor_next.disconnect_height IS NULL THEN reorganized_at ELSE clock_timestamp() END,
            reorganized_depth = CASE WHEN cursor_next.disconnect_height IS NULL THEN reorganized_depth
                ELSE tip_height - cursor_next.disconnect_height END,
            observed_through = CASE WHEN cursor_next.disconnect_height IS NOT NULL THEN NULL
                WHEN cursor_next.observed_ago IS NULL THEN observed_through
                ELSE greatest(confirmd_data.observed_through(cursor_now),
                    least(clock_timestamp() - cursor_next.observed_ago * interval '1 millisecond',
                        cursor_now.tip_time + max_block_gap)) END,
            floor_height = greatest(
                CASE WHEN NOT is_taken_up THEN floor_height END, cursor_now.tip_height - cursor_next.keep_headers,
                CASE WHEN cursor_now.tip_height IS NOT NULL THEN 0 END),
            state = cursor_next.state, state_reason = cursor_next.state_reason, finality = coalesce(cursor_next.finality, finality),
            version = version + (SELECT count(*) FROM unnest(p_event_aggregatetype) t WHERE t = 'network')
        WHERE network = base.network;
    END IF;

    IF p_command IS NOT NULL THEN
        UPDATE confirmd_data.operator_command c
        SET outcome = CASE WHEN p_command ->> 'refusal' IS NULL THEN 'applied' ELSE 'refused' END,
            detail = p_command ->> 'refusal', decided_at = clock_timestamp()
        WHERE c.number = (p_command ->> 'number')::bigint AND c.outcome IS NULL;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'a command was carried out meanwhile' USING ERRCODE = 'CF902';
        END IF;
        UPDATE confirmd_data.network n SET state = 'retired', state_reason = c.reason
        FROM confirmd_data.operator_command c
        WHERE c.number = (p_command ->> 'number')::bigint AND c.kind = 'retire_network' AND c.outcome = 'applied'
          AND n.network = c.network;
    END IF;

    IF cardinality(p_event) > 0 THEN
        PERFORM confirmd_data.incarnation(p_seen);
        UPDATE confirmd_data.outbox_counter SET position = position + cardinality(p_event)
        RETURNING position - cardinality(p_event) INTO first_position;
        INSERT INTO confirmd.outbox (
            position, incarnation, id, aggregatetype, aggregateid, type, payload, aggregate_version, schema_version,
            occurred_at, network)
        SELECT first_position + e.place, c.incarnation, e.id, e.aggregatetype, e.aggregateid, e.type,
            e.payload::jsonb, e.version, e.schema, clock_timestamp(), base.network
        FROM (SELECT unnest(p_event) AS id, unnest(p_event_aggregatetype) AS aggregatetype,
                unnest(p_event_aggregateid) AS aggregateid, unnest(p_event_type) AS type,
                unnest(p_event_payload) AS payload, unnest(p_event_version) AS version,
                unnest(p_event_schema) AS schema,
                generate_subscripts(p_event, 1) AS place) e,
            confirmd_data.outbox_counter c;
    ELSIF EXISTS (
        SELECT FROM confirmd_data.outbox_counter c, confirmd_data.server_identity() here
        WHERE (c.system_identifier, c.timeline) IS DISTINCT FROM (here.system_identifier, here.timeline)) THEN
        -- Consumers learn of it at once: the next event may be long in coming.
        PERFORM confirmd_data.incarnation(p_seen);
    END IF;

    UPDATE confirmd_data.lane SET step = step + 1 WHERE lane = p_lane;
    RETURN confirmd_data.lineage();
END $$;
GRANT EXECUTE ON FUNCTION confirmd.commit_step TO confirmd_daemon;
COMMENT ON FUNCTION confirmd.commit_step IS 'The daemon''s one write: everything that follows from a block, a reorganization, a registration or a decision, in one transaction or not at all. Returns where the database stands.';
