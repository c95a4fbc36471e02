-- The one write of the daemon: everything that follows from a block (or a registration, or a look at the node) in one
-- transaction, or nothing. Locks, in this order: the lane, networks by name, the owners by id, balances by key, the outbox
-- counter. In the settlement lane p_network is NULL and there is no cursor; what it decides by time holds only while the
-- networks are at least as far as it saw them.
--
-- Arrays of one group run in step; where thousands of rows are usual they are unnested beside each other in a SELECT list,
-- since those in FROM are copied first. Times are seconds since 1970; amounts are decimal text of base units.
-- p_observed_ago: how many milliseconds ago a synced node was asked and confirmed that our cursor is its tip; NULL when none
-- did. An invoice without status is not written: it stays what it is. What came after the first version has a default.
--
-- Each statement is planned once, at the first step, when its tables may be empty, and goes by index all the same: a plan for
-- small tables would be kept while they grow, and one for the thousands of rows of a full block would read whole tables.
-- LATERAL with LIMIT 1 is for the same end: it leaves no other plan than one look by index for each row.
CREATE OR REPLACE FUNCTION confirmd.commit_step(
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
    -- the finality tags that deposits wait for, and the heights at which tags stand now
    p_deposit_credit_tag text[] DEFAULT '{}', p_deposit_final_tag text[] DEFAULT '{}', p_deposit_due_tag text[] DEFAULT '{}',
    p_finality jsonb DEFAULT NULL,
    -- how an owner's deposits add up where they are many, as confirmd_data.owner.totals; a daemon of an older version, which
    -- does not keep them, leaves none behind
    p_owner_totals text[] DEFAULT NULL,
    -- why nothing can be decided about owners, by id; null where it can be again
    p_set_aside jsonb DEFAULT NULL,
    -- what the caller has seen of this database, as confirmd_data.lineage has it
    p_seen jsonb DEFAULT NULL,
    -- when owners are looked at again, as confirmd_data.dossiers has it; NULL where that stays. A daemon of an older version does
    -- not say: those are looked at soon
    p_owner_outlook text[] DEFAULT NULL
) RETURNS confirmd_data.lineage_place
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on SET timezone = 'UTC'
SET datestyle = 'ISO, MDY' SET intervalstyle = 'postgres'
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET jit = off AS $$
DECLARE
    fence confirmd_data.lane;
    cursor_now confirmd_data.network;
    found_count bigint;
    tip_before bigint;
    is_taken_up boolean;
    first_position bigint;
    has_facts boolean :=
        cardinality(p_owner) + cardinality(p_watch_owner) + cardinality(p_event) + cardinality(p_command) > 0;
BEGIN
    PERFORM set_config('lock_timeout', '5s', true);
    -- A lost step without facts only repeats work.
    IF has_facts THEN PERFORM confirmd_data.commit_durably();
    ELSE PERFORM set_config('synchronous_commit', 'off', true); END IF;
    PERFORM confirmd_data.lineage(p_seen);

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

    -- Only an operator's resume resets the depth; nothing else may go below the floor or to a block that is not stored.
    is_taken_up := cardinality(p_command) > 0 AND EXISTS (
        SELECT FROM confirmd_data.operator_command c
        JOIN unnest(p_command, p_command_refusal) AS e (number, refusal) ON e.number = c.number AND e.refusal IS NULL
        WHERE c.network = p_network AND c.kind IN ('resume_network', 'resync_network'));
    IF p_disconnect_height < cursor_now.floor_height AND NOT is_taken_up THEN
        RAISE EXCEPTION 'network % may not go back to block %: the lowest one that max_reorg_depth allows is %', p_network,
            p_disconnect_height, cursor_now.floor_height USING ERRCODE = 'CF907',
            HINT = 'confirmd network resume --resync goes back further.';
    END IF;
    IF p_disconnect_height IS NOT NULL AND cardinality(p_header_height) = 0 AND NOT EXISTS (
        SELECT FROM confirmd_data.header WHERE network = p_network AND height = p_disconnect_height) THEN
        RAISE EXCEPTION 'block % of network % is not stored', p_disconnect_height, p_network USING ERRCODE = 'CF903';
    END IF;

    IF cardinality(p_owner) > 0 THEN
        -- A row that had to be waited for is read again once it is locked.
        SELECT count(*) INTO found_count
        FROM (SELECT owner_id, version FROM confirmd_data.owner WHERE owner_id = ANY (p_owner)
              ORDER BY owner_id FOR NO KEY UPDATE) o
        JOIN unnest(p_owner, p_owner_expected) AS e (owner_id, version) USING (owner_id, version);
        IF found_count <> cardinality(p_owner) THEN
            RAISE EXCEPTION '% owners changed since they were read', cardinality(p_owner) - found_count
                USING ERRCODE = 'CF902';
        END IF;
        UPDATE confirmd_data.owner o SET version = e.version, registrations = e.registrations,
            totals = e.totals::jsonb,
            check_at = CASE WHEN p_owner_outlook IS NULL THEN clock_timestamp() WHEN e.outlook IS NULL THEN o.check_at
                ELSE to_timestamp((e.outlook ->> 'at')::bigint) END,
            check_on = CASE WHEN e.outlook IS NULL THEN o.check_on ELSE e.outlook ->> 'on' END,
            check_mark = CASE WHEN e.outlook IS NULL THEN o.check_mark ELSE e.outlook ->> 'mark' END,
            check_through = CASE WHEN e.outlook IS NULL THEN o.check_through
                WHEN e.outlook ? 'on' THEN coalesce(to_timestamp((e.outlook ->> 'through')::bigint), 'infinity') END,
            undecided = CASE WHEN e.outlook IS NULL THEN o.undecided ELSE e.outlook -> 'undecided' END
        FROM (SELECT unnest(p_owner) AS owner_id, unnest(p_owner_version) AS version,
                unnest(p_owner_registrations) AS registrations, unnest(p_owner_totals) AS totals,
                unnest(p_owner_outlook)::jsonb AS outlook) e
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
        WHERE i.invoice_id = e.owner_id
          AND e.status IS NOT NULL;
        UPDATE confirmd_data.owner o SET halted_reason = e.value,
            halted_at = CASE WHEN e.value IS NOT NULL THEN coalesce(o.halted_at, clock_timestamp()) END
        FROM jsonb_each_text(p_set_aside) e WHERE o.owner_id = e.key::uuid;
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
            coalesce(o.policy_number, p_policy_number), coalesce(e.transfer_fee::numeric, o.transfer_fee),
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
        SELECT p_network, unnest(p_transaction), unnest(p_transaction_spends) ON CONFLICT DO NOTHING;
    END IF;

    IF p_disconnect_height IS NOT NULL THEN
        DELETE FROM confirmd_data.header WHERE network = p_network AND height > p_disconnect_height;
    END IF;
    IF cardinality(p_header_height) > 0 OR p_disconnect_height IS NOT NULL THEN
        INSERT INTO confirmd_data.header (network, height, hash, parent, time, work)
        SELECT p_network, e.height, e.hash, e.parent, to_timestamp(e.time), e.work::numeric
        FROM unnest(p_header_height, p_header_hash, p_header_parent, p_header_time, p_header_work)
            AS e (height, hash, parent, time, work);
        tip_before := cursor_now.tip_height;
        SELECT h.height, h.hash, h.time INTO STRICT cursor_now.tip_height, cursor_now.tip_hash, cursor_now.tip_time
        FROM confirmd_data.header h WHERE h.network = p_network ORDER BY h.height DESC LIMIT 1;
        -- One header in every window is kept for ever, for a resynchronisation after a halt. They grow many: only those
        -- that may have left the window are looked at.
        DELETE FROM confirmd_data.header
        WHERE network = p_network AND height < cursor_now.tip_height - p_keep_headers
          AND height >= least(coalesce(tip_before, 0), cursor_now.tip_height) - 2 * p_keep_headers
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
                ELSE greatest(confirmd_data.observed_through(cursor_now),
                    least(clock_timestamp() - p_observed_ago * interval '1 millisecond', cursor_now.tip_time + max_block_gap)) END,
            floor_height = greatest(
                CASE WHEN NOT is_taken_up THEN floor_height END, cursor_now.tip_height - p_keep_headers,
                CASE WHEN cursor_now.tip_height IS NOT NULL THEN 0 END),
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
    END IF;

    IF cardinality(p_event) > 0 THEN
        PERFORM confirmd_data.incarnation(p_seen);
        UPDATE confirmd_data.outbox_counter SET position = position + cardinality(p_event)
        RETURNING position - cardinality(p_event) INTO first_position;
        INSERT INTO confirmd.outbox (
            position, incarnation, id, aggregatetype, aggregateid, type, payload, aggregate_version, schema_version,
            occurred_at, network)
        SELECT first_position + e.place, c.incarnation, e.id, e.aggregatetype, e.aggregateid, e.type,
            e.payload::jsonb, e.version, e.schema, clock_timestamp(), p_network
        FROM (SELECT unnest(p_event) AS id, unnest(p_event_aggregatetype) AS aggregatetype,
                unnest(p_event_aggregateid) AS aggregateid, unnest(p_event_type) AS type,
                unnest(p_event_payload) AS payload, unnest(p_event_version) AS version,
                unnest(p_event_schema) AS schema,
                generate_subscripts(p_event, 1) AS place) e,
            confirmd_data.outbox_counter c;
    END IF;

    UPDATE confirmd_data.lane SET step = step + 1 WHERE lane = p_lane;
    RETURN confirmd_data.lineage();
END $$;
GRANT EXECUTE ON FUNCTION confirmd.commit_step TO confirmd_daemon;
COMMENT ON FUNCTION confirmd.commit_step IS 'The daemon''s one write: everything that follows from a block, a reorganization, a registration or a decision, in one transaction or not at all. Returns the lane''s next step.';
