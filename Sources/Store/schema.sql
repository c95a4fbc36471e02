SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

CREATE SCHEMA confirmd;

ALTER SCHEMA confirmd OWNER TO confirmd_owner;

COMMENT ON SCHEMA confirmd IS 'The contract of confirmd: functions to call, views and tables to read. Errors have SQLSTATEs of class CF.
For callers: CF001 unknown project, CF002 unknown asset, CF003 malformed amount, CF004 amount too small, CF005 malformed argument, CF006 conflicting repeat (same order_id or customer, other content), CF007 asset or network can not change, CF008 row is written once, CF009 unknown invoice, CF020 invoice refused, CF021 invoice no longer open, CF022 network retired, CF023 unknown network, CF024 asked for before and not carried out yet, CF025 unknown consumer.
For consumers: CF010 consumer of another role, CF011 checkpoint goes back, CF012 checkpoint ahead of the outbox, CF013 incarnation is over, CF014 incarnation has not begun, CF015 too many consumers of one role.
For the daemon alone: CF901 fenced out, CF902 owner changed meanwhile, CF903 cursor moved, CF904 watch number moved, CF905 policy moved, CF906 network retired, CF910 older database than the newest that was seen, CF907 deeper than max_reorg_depth.';

CREATE SCHEMA confirmd_data;

ALTER SCHEMA confirmd_data OWNER TO confirmd_owner;

COMMENT ON SCHEMA confirmd_data IS 'Storage of confirmd. Private: read the views of schema confirmd instead.';

CREATE TYPE confirmd_data.lineage_place AS (
	incarnation integer,
	"position" bigint,
	system_identifier bigint,
	timeline integer
);

ALTER TYPE confirmd_data.lineage_place OWNER TO confirmd_owner;

COMMENT ON TYPE confirmd_data.lineage_place IS 'Where a database stands: incarnation and last position of its outbox, server and timeline.';

CREATE FUNCTION confirmd.acknowledge(consumer text, incarnation integer, last_position bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET standard_conforming_strings TO 'on'
    SET "TimeZone" TO 'UTC'
    SET "DateStyle" TO 'ISO, MDY'
    SET "IntervalStyle" TO 'postgres'
    AS $$
#variable_conflict use_variable
DECLARE
    known confirmd_data.outbox_consumer;
    counter confirmd_data.outbox_counter;
    slot int;
BEGIN
    PERFORM confirmd_data.need_name('a consumer''s name', consumer, 64);
    IF incarnation IS NULL OR last_position IS NULL OR last_position < 0 THEN
        RAISE EXCEPTION 'an incarnation and a position of at least 0 are needed' USING ERRCODE = 'CF005';
    END IF;
    SELECT * INTO known FROM confirmd_data.outbox_consumer c WHERE c.consumer = consumer FOR UPDATE;
    -- The name, or the slot by another session of the same role, may be taken meanwhile.
    WHILE known IS NULL LOOP
        SELECT min(s) INTO slot FROM generate_series(1, 100) s WHERE NOT EXISTS (
            SELECT FROM confirmd_data.outbox_consumer c WHERE c.role = session_user AND c.slot = s);
        IF slot IS NULL THEN
            RAISE EXCEPTION 'role % has 100 consumers already', session_user USING ERRCODE = 'CF015',
                HINT = 'A consumer is one reader that goes on for ever; give it the same name after every restart. Operators remove those that are gone: confirmd outbox remove-consumer.';
        END IF;
        INSERT INTO confirmd_data.outbox_consumer (consumer, role, slot, incarnation, position)
        VALUES (consumer, session_user, slot, incarnation, 0) ON CONFLICT DO NOTHING;
        SELECT * INTO known FROM confirmd_data.outbox_consumer c WHERE c.consumer = consumer FOR UPDATE;
    END LOOP;
    IF known.role <> session_user THEN
        RAISE EXCEPTION 'consumer "%" belongs to another role', consumer USING ERRCODE = 'CF010',
            HINT = 'A name belongs to the role that used it first; SELECT consumer, role FROM confirmd.outbox_consumer shows them. An operator frees one: confirmd outbox remove-consumer.';
    END IF;
    SELECT * INTO STRICT counter FROM confirmd_data.outbox_counter;
    IF incarnation < counter.incarnation THEN
        RAISE EXCEPTION 'incarnation % of the outbox is over, now is %', incarnation, counter.incarnation
            USING ERRCODE = 'CF013',
            HINT = 'Go back to before the first_position of the newer ones in confirmd.outbox_incarnation, and replace state from there.';
    END IF;
    IF incarnation > counter.incarnation THEN
        RAISE EXCEPTION 'incarnation % of the outbox has not begun, now is %', incarnation, counter.incarnation
            USING ERRCODE = 'CF014', HINT = 'The database may be older than what was read: an operator has to look at it.';
    END IF;
    IF last_position > counter.position THEN
        RAISE EXCEPTION 'position % is ahead of the outbox, which ends at %', last_position, counter.position
            USING ERRCODE = 'CF012', HINT = 'The database may have lost what was read: an operator has to look at it.';
    END IF;
    IF last_position < known.position THEN
        RAISE EXCEPTION 'consumer "%" is at position % already, before is %', consumer, known.position, last_position
            USING ERRCODE = 'CF011', HINT = 'Read again from where you like; the checkpoint only moves forward.';
    END IF;
    UPDATE confirmd_data.outbox_consumer c
    SET incarnation = counter.incarnation, position = last_position, acknowledged_at = clock_timestamp()
    WHERE c.consumer = consumer;
END $$;

ALTER FUNCTION confirmd.acknowledge(consumer text, incarnation integer, last_position bigint) OWNER TO confirmd_owner;

COMMENT ON FUNCTION confirmd.acknowledge(consumer text, incarnation integer, last_position bigint) IS 'Stores how far a consumer has read: every position up to and with this one. The name (1 to 64 characters) belongs to the session''s role from its first use on. The place never goes back, never ahead of the outbox, and is of the newest incarnation. Partitions of the outbox are dropped behind every consumer, and only there.';

CREATE FUNCTION confirmd.add_option(invoice_id uuid, asset text, address text, amount text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET standard_conforming_strings TO 'on'
    SET "TimeZone" TO 'UTC'
    SET "DateStyle" TO 'ISO, MDY'
    SET "IntervalStyle" TO 'postgres'
    AS $$
#variable_conflict use_variable
DECLARE
    i confirmd_data.invoice := confirmd_data.find_invoice(invoice_id);
    place int;
    next_place int;
BEGIN
    PERFORM confirmd_data.commit_durably();
    IF i.status <> 'created' OR i.expired_at IS NOT NULL OR i.canceled_at IS NOT NULL THEN
        RAISE EXCEPTION 'invoice % is % and takes no more options', invoice_id,
            CASE WHEN i.expired_at IS NOT NULL THEN 'expired' ELSE i.status END USING ERRCODE = 'CF021';
    END IF;
    LOOP
        SELECT max(o.ordinal) + 1 INTO next_place FROM confirmd_data.option o WHERE o.owner_id = invoice_id;
        IF next_place >= 50 THEN
            RAISE EXCEPTION 'invoice % has 50 options, the most there can be', invoice_id USING ERRCODE = 'CF005';
        END IF;
        BEGIN
            PERFORM confirmd_data.insert_option(i, next_place, asset, address, amount, clock_timestamp());
            RETURN;
        EXCEPTION WHEN unique_violation THEN
            -- Another creator had the place, who was waited for: creators wait for each other here, and hold no row that a
            -- worker wants. A transaction that can't see what came meanwhile is to be repeated as a whole.
            IF next_place = place THEN
                RAISE serialization_failure USING MESSAGE = 'an option was added meanwhile',
                    HINT = 'Repeat the transaction.';
            END IF;
            place := next_place;
        END;
    END LOOP;
END $$;

ALTER FUNCTION confirmd.add_option(invoice_id uuid, asset text, address text, amount text) OWNER TO confirmd_owner;

COMMENT ON FUNCTION confirmd.add_option(invoice_id uuid, asset text, address text, amount text) IS 'Adds one way to pay to an invoice that is still created, on the terms it was made with. amount: in whole coins, NULL where the invoice''s other options have none.';

CREATE FUNCTION confirmd.cancel_invoice(invoice_id uuid, reason text) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET standard_conforming_strings TO 'on'
    SET "TimeZone" TO 'UTC'
    SET "DateStyle" TO 'ISO, MDY'
    SET "IntervalStyle" TO 'postgres'
    AS $$
BEGIN
    PERFORM confirmd_data.find_invoice(invoice_id);
    RETURN confirmd_data.queue_command('cancel', invoice_id, NULL, reason);
END $$;

ALTER FUNCTION confirmd.cancel_invoice(invoice_id uuid, reason text) OWNER TO confirmd_owner;

COMMENT ON FUNCTION confirmd.cancel_invoice(invoice_id uuid, reason text) IS 'Has the daemon cancel an invoice that is created with no deposit pending. Returns the number of the command in confirmd.operator_command, which shows the outcome.';

CREATE FUNCTION confirmd.commit_step(p_lane text, p_base jsonb, p_cursor jsonb, p_owner uuid[], p_owner_change jsonb[], p_options jsonb, p_deposit uuid[], p_deposit_asset text[], p_deposit_owner uuid[], p_deposit_ordinal integer[], p_deposit_transaction bytea[], p_deposit_locator text[], p_deposit_key bytea[], p_deposit_gross text[], p_deposit_status text[], p_deposit_reason text[], p_deposit_late boolean[], p_deposit_seen bigint[], p_deposit_height bigint[], p_deposit_hash bytea[], p_deposit_time bigint[], p_deposit_index bigint[], p_deposit_maturity integer[], p_deposit_credit_required integer[], p_deposit_credit_tag text[], p_deposit_final_required integer[], p_deposit_final_tag text[], p_deposit_due bigint[], p_deposit_due_tag text[], p_deposit_fee text[], p_deposit_net text[], p_deposit_disconnected bigint[], p_deposit_gone boolean[], p_deposit_credits integer[], p_deposit_stays text[], p_entry_kind text[], p_entry_project text[], p_entry_asset text[], p_entry_debit text[], p_entry_credit text[], p_entry_amount text[], p_entry_deposit uuid[], p_entry_number integer[], p_entry_reversal boolean[], p_entry_transfer_fee text[], p_entry_service_fee integer[], p_balances jsonb, p_event uuid[], p_event_aggregatetype text[], p_event_aggregateid text[], p_event_type text[], p_event_payload text[], p_event_version bigint[], p_event_schema integer[], p_transaction bytea[], p_transaction_spends bytea[], p_command jsonb, p_seen jsonb) RETURNS confirmd_data.lineage_place
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET standard_conforming_strings TO 'on'
    SET "TimeZone" TO 'UTC'
    SET "DateStyle" TO 'ISO, MDY'
    SET "IntervalStyle" TO 'postgres'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET jit TO 'off'
    AS $$
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

ALTER FUNCTION confirmd.commit_step(p_lane text, p_base jsonb, p_cursor jsonb, p_owner uuid[], p_owner_change jsonb[], p_options jsonb, p_deposit uuid[], p_deposit_asset text[], p_deposit_owner uuid[], p_deposit_ordinal integer[], p_deposit_transaction bytea[], p_deposit_locator text[], p_deposit_key bytea[], p_deposit_gross text[], p_deposit_status text[], p_deposit_reason text[], p_deposit_late boolean[], p_deposit_seen bigint[], p_deposit_height bigint[], p_deposit_hash bytea[], p_deposit_time bigint[], p_deposit_index bigint[], p_deposit_maturity integer[], p_deposit_credit_required integer[], p_deposit_credit_tag text[], p_deposit_final_required integer[], p_deposit_final_tag text[], p_deposit_due bigint[], p_deposit_due_tag text[], p_deposit_fee text[], p_deposit_net text[], p_deposit_disconnected bigint[], p_deposit_gone boolean[], p_deposit_credits integer[], p_deposit_stays text[], p_entry_kind text[], p_entry_project text[], p_entry_asset text[], p_entry_debit text[], p_entry_credit text[], p_entry_amount text[], p_entry_deposit uuid[], p_entry_number integer[], p_entry_reversal boolean[], p_entry_transfer_fee text[], p_entry_service_fee integer[], p_balances jsonb, p_event uuid[], p_event_aggregatetype text[], p_event_aggregateid text[], p_event_type text[], p_event_payload text[], p_event_version bigint[], p_event_schema integer[], p_transaction bytea[], p_transaction_spends bytea[], p_command jsonb, p_seen jsonb) OWNER TO confirmd_owner;

COMMENT ON FUNCTION confirmd.commit_step(p_lane text, p_base jsonb, p_cursor jsonb, p_owner uuid[], p_owner_change jsonb[], p_options jsonb, p_deposit uuid[], p_deposit_asset text[], p_deposit_owner uuid[], p_deposit_ordinal integer[], p_deposit_transaction bytea[], p_deposit_locator text[], p_deposit_key bytea[], p_deposit_gross text[], p_deposit_status text[], p_deposit_reason text[], p_deposit_late boolean[], p_deposit_seen bigint[], p_deposit_height bigint[], p_deposit_hash bytea[], p_deposit_time bigint[], p_deposit_index bigint[], p_deposit_maturity integer[], p_deposit_credit_required integer[], p_deposit_credit_tag text[], p_deposit_final_required integer[], p_deposit_final_tag text[], p_deposit_due bigint[], p_deposit_due_tag text[], p_deposit_fee text[], p_deposit_net text[], p_deposit_disconnected bigint[], p_deposit_gone boolean[], p_deposit_credits integer[], p_deposit_stays text[], p_entry_kind text[], p_entry_project text[], p_entry_asset text[], p_entry_debit text[], p_entry_credit text[], p_entry_amount text[], p_entry_deposit uuid[], p_entry_number integer[], p_entry_reversal boolean[], p_entry_transfer_fee text[], p_entry_service_fee integer[], p_balances jsonb, p_event uuid[], p_event_aggregatetype text[], p_event_aggregateid text[], p_event_type text[], p_event_payload text[], p_event_version bigint[], p_event_schema integer[], p_transaction bytea[], p_transaction_spends bytea[], p_command jsonb, p_seen jsonb) IS 'The daemon''s one write: everything that follows from a block, a reorganization, a registration or a decision, in one transaction or not at all. Returns where the database stands.';

CREATE FUNCTION confirmd.create_invoice(project text, order_id text, options jsonb, expires_in interval DEFAULT '24:00:00'::interval, metadata jsonb DEFAULT '{}'::jsonb) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET standard_conforming_strings TO 'on'
    SET "TimeZone" TO 'UTC'
    SET "DateStyle" TO 'ISO, MDY'
    SET "IntervalStyle" TO 'postgres'
    AS $$
#variable_conflict use_variable
DECLARE
    p confirmd_data.project := confirmd_data.find_project(project);
    i confirmd_data.invoice;
    entry jsonb;
    place bigint;
    id uuid := gen_random_uuid();
    known record;
    -- Read at the call, not at the start of the creator's transaction, which may be long open.
    created timestamptz := clock_timestamp();
    content_hash bytea;
BEGIN
    PERFORM confirmd_data.commit_durably();
    PERFORM confirmd_data.need_name('order_id', order_id, 200);
    -- The time that it comes to counts: months and days of either sign may stand beside each other in an interval. Its parts
    -- are bounded first, or they would come to no time at all.
    IF expires_in IS NULL OR abs(extract(year FROM expires_in)) > 1000 OR abs(extract(day FROM expires_in)) > 1000000
        OR abs(extract(hour FROM expires_in)) > 100000000
        OR created + expires_in NOT BETWEEN created + interval '1 second' AND created + interval '10 years' THEN
        RAISE EXCEPTION 'expires_in must be between 1 second and 10 years' USING ERRCODE = 'CF005';
    END IF;
    IF metadata IS NULL OR jsonb_typeof(metadata) <> 'object' OR octet_length(metadata::text) > 16384 THEN
        RAISE EXCEPTION 'metadata must be a JSON object of at most 16 kB' USING ERRCODE = 'CF005';
    END IF;
    IF options IS NULL OR jsonb_typeof(options) <> 'array' OR jsonb_array_length(options) NOT BETWEEN 1 AND 50 THEN
        RAISE EXCEPTION 'options must be an array of 1 to 50 objects like {"asset":"LTC","address":"ltc1…","amount":"1.25"}'
            USING ERRCODE = 'CF005';
    END IF;

    content_hash := sha256(convert_to(jsonb_build_array(options, extract(epoch FROM expires_in), metadata)::text, 'UTF8'));
    INSERT INTO confirmd_data.owner (owner_id, kind, project, created_at, check_at)
    VALUES (id, 'invoice', p.project, created, date_trunc('second', created + expires_in));
    INSERT INTO confirmd_data.invoice (
        invoice_id, project, order_id, created_at, expires_at, metadata, content,
        service_fee_bps, service_fee_bps_for, service_fee_payer, transfer_fee_payer,
        underpay_tolerance_bps, overpay_tolerance_bps, auto_confirm_bps, late_policy)
    VALUES (id, p.project, order_id, created, date_trunc('second', created + expires_in), metadata, content_hash,
        p.service_fee_bps,
        coalesce((SELECT jsonb_object_agg(f.asset, f.service_fee_bps) FROM confirmd_data.project_asset f
                  WHERE f.project = p.project), '{}'),
        p.service_fee_payer, p.transfer_fee_payer,
        p.underpay_tolerance_bps, p.overpay_tolerance_bps, p.auto_confirm_bps, p.late_policy)
    ON CONFLICT DO NOTHING RETURNING * INTO i;
    IF NOT FOUND THEN
        DELETE FROM confirmd_data.owner WHERE owner_id = id;
        SELECT n.invoice_id, n.content INTO known FROM confirmd_data.invoice n
            WHERE n.project = p.project AND n.order_id = order_id AND NOT n.refused;
        IF known.content IS DISTINCT FROM content_hash THEN
            RAISE EXCEPTION 'project "%" has an invoice for order "%" already, with other content', p.project, order_id
                USING ERRCODE = 'CF006', HINT = 'Repeat the call with the same arguments, or use another order_id.';
        END IF;
        RETURN known.invoice_id;
    END IF;

    FOR entry, place IN SELECT * FROM jsonb_array_elements(options) WITH ORDINALITY LOOP
        IF jsonb_typeof(entry) <> 'object' OR EXISTS (
            SELECT FROM jsonb_each(entry) e
            WHERE e.key NOT IN ('asset', 'address', 'amount') OR jsonb_typeof(e.value) <> 'string') THEN
            RAISE EXCEPTION 'option % must be an object of the strings asset, address and (optionally) amount', place
                USING ERRCODE = 'CF005';
        END IF;
        PERFORM confirmd_data.insert_option(
            i, (place - 1)::int, entry ->> 'asset', entry ->> 'address', entry ->> 'amount', created);
    END LOOP;
    RETURN id;
END $$;

ALTER FUNCTION confirmd.create_invoice(project text, order_id text, options jsonb, expires_in interval, metadata jsonb) OWNER TO confirmd_owner;

COMMENT ON FUNCTION confirmd.create_invoice(project text, order_id text, options jsonb, expires_in interval, metadata jsonb) IS 'Asks for payment before a deadline through any of 1 to 50 options, [{"asset":"LTC","address":"ltc1…","amount":"1.25"}, …]: amounts in whole coins, in every option or in none. Returns the invoice''s id; the same again returns the same id (idempotent on project and order_id). The terms of the project are copied. metadata: an object of at most 16 kB, never sent in events.';

CREATE FUNCTION confirmd.create_static_wallet(project text, customer_id text, asset text, address text) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET standard_conforming_strings TO 'on'
    SET "TimeZone" TO 'UTC'
    SET "DateStyle" TO 'ISO, MDY'
    SET "IntervalStyle" TO 'postgres'
    AS $$
#variable_conflict use_variable
DECLARE
    p confirmd_data.project := confirmd_data.find_project(project);
    a confirmd_data.asset := confirmd_data.find_asset(asset, address);
    id uuid := gen_random_uuid();
    created timestamptz := clock_timestamp();
    known record;
BEGIN
    PERFORM confirmd_data.commit_durably();
    PERFORM confirmd_data.need_name('customer_id', customer_id, 200);
    INSERT INTO confirmd_data.owner (owner_id, kind, project, created_at) VALUES (id, 'wallet', p.project, created);
    INSERT INTO confirmd_data.static_wallet (wallet_id, project, customer_id, asset, created_at)
    VALUES (id, p.project, customer_id, a.asset, created) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        DELETE FROM confirmd_data.owner WHERE owner_id = id;
        SELECT w.wallet_id, o.address INTO known
            FROM confirmd_data.static_wallet w JOIN confirmd_data.option o ON o.owner_id = w.wallet_id
            WHERE w.project = p.project AND w.customer_id = customer_id AND w.asset = a.asset AND NOT w.refused;
        IF known.address IS DISTINCT FROM address THEN
            RAISE EXCEPTION 'customer "%" of project "%" has a wallet for % already, with another address',
                customer_id, p.project, a.asset USING ERRCODE = 'CF006';
        END IF;
        RETURN known.wallet_id;
    END IF;
    INSERT INTO confirmd_data.option (owner_id, ordinal, network, asset, address, created_at)
    VALUES (id, 0, a.network, a.asset, address, created);
    RETURN id;
END $$;

ALTER FUNCTION confirmd.create_static_wallet(project text, customer_id text, asset text, address text) OWNER TO confirmd_owner;

COMMENT ON FUNCTION confirmd.create_static_wallet(project text, customer_id text, asset text, address text) IS 'Watches an address of a customer for one asset: any amount, no deadline. Returns the wallet''s id; the same again returns the same id (idempotent on project, customer and asset).';

CREATE FUNCTION confirmd.mark_paid(invoice_id uuid, reason text) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET standard_conforming_strings TO 'on'
    SET "TimeZone" TO 'UTC'
    SET "DateStyle" TO 'ISO, MDY'
    SET "IntervalStyle" TO 'postgres'
    AS $$
BEGIN
    PERFORM confirmd_data.find_invoice(invoice_id);
    RETURN confirmd_data.queue_command('mark_paid', invoice_id, NULL, reason);
END $$;

ALTER FUNCTION confirmd.mark_paid(invoice_id uuid, reason text) OWNER TO confirmd_owner;

COMMENT ON FUNCTION confirmd.mark_paid(invoice_id uuid, reason text) IS 'Has the daemon take an invoice as paid at the ratio it has reached, for that reason. Returns the number of the command in confirmd.operator_command, which shows the outcome.';

CREATE FUNCTION confirmd.new_outbox_incarnation(reason text, above integer DEFAULT NULL::integer) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET standard_conforming_strings TO 'on'
    SET "TimeZone" TO 'UTC'
    SET "DateStyle" TO 'ISO, MDY'
    SET "IntervalStyle" TO 'postgres'
    AS $$
#variable_conflict use_variable
DECLARE
    number bigint;
BEGIN
    IF above NOT BETWEEN 0 AND 1000000000 THEN
        RAISE EXCEPTION 'an incarnation is a number from 1 to 1000000000' USING ERRCODE = 'CF005';
    END IF;
    number := confirmd_data.queue_command('new_incarnation', NULL, NULL, reason);
    PERFORM confirmd_data.begin_incarnation(reason, above);
    UPDATE confirmd_data.operator_command c SET outcome = 'applied', decided_at = clock_timestamp()
    WHERE c.number = number;
    RETURN number;
END $$;

ALTER FUNCTION confirmd.new_outbox_incarnation(reason text, above integer) OWNER TO confirmd_owner;

COMMENT ON FUNCTION confirmd.new_outbox_incarnation(reason text, above integer) IS 'Begins a new incarnation of the outbox in the caller''s own transaction, before any further event; to be called after a restore that lost commits. above: the highest incarnation that a consumer has seen, where that is above the newest one here; everything that is kept is then to be read again. Returns the number of its row in confirmd.operator_command.';

CREATE FUNCTION confirmd.remove_consumer(consumer text, reason text) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET standard_conforming_strings TO 'on'
    SET "TimeZone" TO 'UTC'
    SET "DateStyle" TO 'ISO, MDY'
    SET "IntervalStyle" TO 'postgres'
    AS $$
#variable_conflict use_variable
DECLARE
    known confirmd_data.outbox_consumer;
    number bigint;
BEGIN
    number := confirmd_data.queue_command('remove_consumer', NULL, NULL, reason);
    DELETE FROM confirmd_data.outbox_consumer c WHERE c.consumer = consumer RETURNING * INTO known;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no consumer "%"', confirmd_data.shown(consumer) USING ERRCODE = 'CF025',
            HINT = 'SELECT consumer, role FROM confirmd.outbox_consumer shows those there are.';
    END IF;
    UPDATE confirmd_data.operator_command c SET outcome = 'applied', decided_at = clock_timestamp(),
        detail = format('consumer "%s" of role %s at position %s of incarnation %s', confirmd_data.shown(known.consumer),
            known.role, known.position, known.incarnation)
    WHERE c.number = number;
    RETURN number;
END $$;

ALTER FUNCTION confirmd.remove_consumer(consumer text, reason text) OWNER TO confirmd_owner;

COMMENT ON FUNCTION confirmd.remove_consumer(consumer text, reason text) IS 'Removes a consumer of the outbox in the caller''s own transaction, whosever it is: its name is free, and retention no longer waits for it. One that still runs is there again with its next acknowledgment. Returns the number of its row in confirmd.operator_command.';

CREATE FUNCTION confirmd.resume_network(network text, reason text, resync boolean DEFAULT false) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET standard_conforming_strings TO 'on'
    SET "TimeZone" TO 'UTC'
    SET "DateStyle" TO 'ISO, MDY'
    SET "IntervalStyle" TO 'postgres'
    AS $$
#variable_conflict use_variable
DECLARE
    state text;
BEGIN
    SELECT n.state INTO state FROM confirmd_data.network n WHERE n.network = network;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no network "%"', confirmd_data.shown(network) USING ERRCODE = 'CF023',
            HINT = 'SELECT network FROM confirmd.network shows those there are.';
    END IF;
    IF state = 'retired' THEN
        RAISE EXCEPTION 'network "%" is retired', network USING ERRCODE = 'CF022';
    END IF;
    RETURN confirmd_data.queue_command(
        CASE WHEN resync THEN 'resync_network' ELSE 'resume_network' END, NULL, network, reason);
END $$;

ALTER FUNCTION confirmd.resume_network(network text, reason text, resync boolean) OWNER TO confirmd_owner;

COMMENT ON FUNCTION confirmd.resume_network(network text, reason text, resync boolean) IS 'Has the daemon take up a halted network again. resync: first back to the highest stored block that the node has, failing that to below the lowest; every block from there is read again. Returns the number of the command in confirmd.operator_command, which shows the outcome.';

CREATE FUNCTION confirmd.retire_network(network text, reason text) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET standard_conforming_strings TO 'on'
    SET "TimeZone" TO 'UTC'
    SET "DateStyle" TO 'ISO, MDY'
    SET "IntervalStyle" TO 'postgres'
    AS $$
#variable_conflict use_variable
BEGIN
    IF NOT EXISTS (SELECT FROM confirmd_data.network n WHERE n.network = network) THEN
        RAISE EXCEPTION 'there is no network "%"', confirmd_data.shown(network) USING ERRCODE = 'CF023',
            HINT = 'SELECT network FROM confirmd.network shows those there are.';
    END IF;
    RETURN confirmd_data.queue_command('retire_network', NULL, network, reason);
END $$;

ALTER FUNCTION confirmd.retire_network(network text, reason text) OWNER TO confirmd_owner;

COMMENT ON FUNCTION confirmd.retire_network(network text, reason text) IS 'Has the daemon give up a network for good: it holds no invoice back any more, and nothing can be created on it. Returns the number of the command in confirmd.operator_command.';

CREATE FUNCTION confirmd.set_project(project text, service_fee_bps integer DEFAULT NULL::integer, service_fee_payer text DEFAULT NULL::text, transfer_fee_payer text DEFAULT NULL::text, underpay_tolerance_bps integer DEFAULT NULL::integer, overpay_tolerance_bps integer DEFAULT NULL::integer, auto_confirm_bps integer DEFAULT NULL::integer, late_policy text DEFAULT NULL::text, service_fee_bps_for jsonb DEFAULT '{}'::jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET standard_conforming_strings TO 'on'
    SET "TimeZone" TO 'UTC'
    SET "DateStyle" TO 'ISO, MDY'
    SET "IntervalStyle" TO 'postgres'
    AS $_$
#variable_conflict use_variable
DECLARE
    code text;
    rate jsonb;
BEGIN
    PERFORM confirmd_data.commit_durably();
    PERFORM confirmd_data.need_name('a project''s name', project, 64);
    IF jsonb_typeof(service_fee_bps_for) <> 'object' THEN
        RAISE EXCEPTION 'service_fee_bps_for must be an object of basis points by asset, like {"LTC": 100}'
            USING ERRCODE = 'CF005';
    END IF;
    INSERT INTO confirmd_data.project (project) VALUES (project) ON CONFLICT DO NOTHING;
    UPDATE confirmd_data.project t SET
        service_fee_bps = coalesce(service_fee_bps, t.service_fee_bps),
        service_fee_payer = coalesce(service_fee_payer, t.service_fee_payer),
        transfer_fee_payer = coalesce(transfer_fee_payer, t.transfer_fee_payer),
        underpay_tolerance_bps = coalesce(underpay_tolerance_bps, t.underpay_tolerance_bps),
        overpay_tolerance_bps = coalesce(overpay_tolerance_bps, t.overpay_tolerance_bps),
        auto_confirm_bps = coalesce(auto_confirm_bps, t.auto_confirm_bps),
        late_policy = coalesce(late_policy, t.late_policy)
    WHERE t.project = project;
    FOR code, rate IN SELECT e.key, e.value FROM jsonb_each(service_fee_bps_for) e LOOP
        PERFORM confirmd_data.find_asset(code, 'none');
        IF rate::text !~ '^[0-9]{1,4}$' THEN
            RAISE EXCEPTION 'the service fee for % must be a whole number of basis points below 10000 (100 %%)', code
                USING ERRCODE = 'CF005';
        END IF;
        INSERT INTO confirmd_data.project_asset AS t (project, asset, service_fee_bps) VALUES (project, code, rate::int)
        ON CONFLICT ON CONSTRAINT project_asset_pkey DO UPDATE SET service_fee_bps = excluded.service_fee_bps;
    END LOOP;
EXCEPTION WHEN check_violation THEN
    RAISE EXCEPTION 'a term of project "%" is out of its range', project USING ERRCODE = 'CF005',
        HINT = 'Fees and the underpay tolerance are 0 to 9999 basis points, auto-confirm 1 to 10000; payers merchant or client; late policy credit or settle.';
END $_$;

ALTER FUNCTION confirmd.set_project(project text, service_fee_bps integer, service_fee_payer text, transfer_fee_payer text, underpay_tolerance_bps integer, overpay_tolerance_bps integer, auto_confirm_bps integer, late_policy text, service_fee_bps_for jsonb) OWNER TO confirmd_owner;

COMMENT ON FUNCTION confirmd.set_project(project text, service_fee_bps integer, service_fee_payer text, transfer_fee_payer text, underpay_tolerance_bps integer, overpay_tolerance_bps integer, auto_confirm_bps integer, late_policy text, service_fee_bps_for jsonb) IS 'Makes a project or changes those of its terms that are given. Fees and tolerances in basis points; service_fee_bps_for: overrides by asset, {"LTC": 100}. Invoices keep the terms they were made with.';

CREATE FUNCTION confirmd_data.acquire_lane(p_lane text, p_holder uuid, p_host text, p_ttl interval) RETURNS TABLE(epoch bigint)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    -- An epoch that was given out must never be given out again.
    PERFORM confirmd_data.commit_durably();
    UPDATE confirmd_data.lane l SET held_until = clock_timestamp() + p_ttl, time_to_live = p_ttl
    WHERE l.lane = p_lane AND l.held_until > clock_timestamp() + p_ttl;
    RETURN QUERY UPDATE confirmd_data.lane l
        SET holder = p_holder, host = p_host, epoch = l.epoch + 1, held_until = clock_timestamp() + p_ttl,
            time_to_live = p_ttl
        WHERE l.lane = p_lane AND (l.holder IS NULL OR l.holder = p_holder OR l.held_until < clock_timestamp())
        RETURNING l.epoch;
    IF FOUND THEN PERFORM confirmd_data.withdraw_future(p_lane); END IF;
END $$;

ALTER FUNCTION confirmd_data.acquire_lane(p_lane text, p_holder uuid, p_host text, p_ttl interval) OWNER TO confirmd_owner;

SET default_tablespace = '';

SET default_table_access_method = heap;

CREATE TABLE confirmd_data.asset (
    asset text NOT NULL,
    network text NOT NULL,
    contract bytea,
    decimals integer NOT NULL,
    min_deposit numeric(78,0) NOT NULL,
    transfer_fee numeric(78,0) NOT NULL,
    CONSTRAINT asset_asset_check CHECK ((asset ~ '^[A-Z0-9][A-Z0-9_]{0,31}$'::text)),
    CONSTRAINT asset_decimals_check CHECK (((decimals >= 0) AND (decimals <= 36))),
    CONSTRAINT asset_min_deposit_check CHECK ((min_deposit >= (0)::numeric)),
    CONSTRAINT asset_transfer_fee_check CHECK ((transfer_fee >= (0)::numeric))
);

ALTER TABLE confirmd_data.asset OWNER TO confirmd_owner;

CREATE FUNCTION confirmd_data.base_units(value text, a confirmd_data.asset) RETURNS numeric
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    base numeric;
BEGIN
    IF value IS NULL OR char_length(value) > 80 OR value !~ '^[0-9]+([.][0-9]+)?$' THEN
        RAISE EXCEPTION 'an amount must be a decimal number such as "1.25", without sign, exponent or blanks'
            USING ERRCODE = 'CF003';
    END IF;
    base := trim_scale((value || 'e' || a.decimals)::numeric);
    IF scale(base) > 0 THEN
        RAISE EXCEPTION 'amount % has more digits than % has (%)', value, a.asset, a.decimals
            USING ERRCODE = 'CF003', HINT = format('Give at most %s digits after the point.', a.decimals);
    END IF;
    IF base >= 10::numeric ^ 60 THEN
        RAISE EXCEPTION 'amount % is impossibly large', value USING ERRCODE = 'CF003';
    END IF;
    RETURN base;
END $_$;

ALTER FUNCTION confirmd_data.base_units(value text, a confirmd_data.asset) OWNER TO confirmd_owner;

CREATE FUNCTION confirmd_data.begin_incarnation(reason text, above integer DEFAULT NULL::integer) RETURNS integer
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    WITH former AS (SELECT c AS counter FROM confirmd_data.outbox_counter c FOR NO KEY UPDATE),
    counter AS (
        UPDATE confirmd_data.outbox_counter o
        SET incarnation = greatest(above + 1, confirmd_data.next_incarnation(former.counter)),
            system_identifier = here.system_identifier, timeline = here.timeline
        FROM former, confirmd_data.server_identity() here
        RETURNING o.incarnation, o.position, o.incarnation > (former.counter).incarnation + 1 AS is_unknown)
    INSERT INTO confirmd.outbox_incarnation (incarnation, first_position, reason)
    SELECT incarnation,
        CASE WHEN is_unknown THEN coalesce((SELECT min(position) FROM confirmd.outbox), position + 1)
            ELSE position + 1 END, reason
    FROM counter RETURNING incarnation
$$;

ALTER FUNCTION confirmd_data.begin_incarnation(reason text, above integer) OWNER TO confirmd_owner;

CREATE FUNCTION confirmd_data.commit_durably() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF current_setting('synchronous_commit') = 'off' THEN
        PERFORM set_config('synchronous_commit', 'on', true);
    END IF;
END $$;

ALTER FUNCTION confirmd_data.commit_durably() OWNER TO confirmd_owner;

CREATE FUNCTION confirmd_data.dossiers(p_network text, p_keys bytea[], p_due bigint, p_owners uuid[], p_deposits uuid[], p_above bigint, p_finality jsonb, p_open boolean, p_sighted_before bigint, p_set_aside boolean) RETURNS SETOF text
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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

ALTER FUNCTION confirmd_data.dossiers(p_network text, p_keys bytea[], p_due bigint, p_owners uuid[], p_deposits uuid[], p_above bigint, p_finality jsonb, p_open boolean, p_sighted_before bigint, p_set_aside boolean) OWNER TO confirmd_owner;

CREATE FUNCTION confirmd_data.due(amount numeric, transfer_fee numeric, service_fee_bps integer, service_fee_payer text, transfer_fee_payer text) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (CASE service_fee_payer WHEN 'client'::text THEN div(((amount * (10000)::numeric) + ((9999 - service_fee_bps))::numeric), ((10000 - service_fee_bps))::numeric) ELSE amount END + CASE transfer_fee_payer WHEN 'client'::text THEN transfer_fee ELSE (0)::numeric END);

ALTER FUNCTION confirmd_data.due(amount numeric, transfer_fee numeric, service_fee_bps integer, service_fee_payer text, transfer_fee_payer text) OWNER TO confirmd_owner;

CREATE FUNCTION confirmd_data.due_invoices(p_limit integer) RETURNS SETOF uuid
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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

ALTER FUNCTION confirmd_data.due_invoices(p_limit integer) OWNER TO confirmd_owner;

CREATE FUNCTION confirmd_data.extend_outbox() RETURNS text[]
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    size CONSTANT bigint := 1000000;
    being_written bigint;
    partition text;
    made text[] := '{}';
BEGIN
    LOCK TABLE ONLY confirmd.outbox IN SHARE UPDATE EXCLUSIVE MODE NOWAIT;
    SELECT position / size INTO STRICT being_written FROM confirmd_data.outbox_counter;
    FOR number IN being_written .. being_written + 2 LOOP
        partition := 'outbox_' || number;
        CONTINUE WHEN to_regclass('confirmd_data.' || partition) IS NOT NULL;
        EXECUTE format('CREATE TABLE confirmd_data.%I (LIKE confirmd.outbox INCLUDING ALL EXCLUDING COMMENTS)', partition);
        EXECUTE format('CREATE TRIGGER outbox_is_never_emptied BEFORE TRUNCATE ON confirmd_data.%I
            FOR EACH STATEMENT EXECUTE FUNCTION confirmd_data.refuse_change()', partition);
        EXECUTE format('ALTER TABLE confirmd.outbox ATTACH PARTITION confirmd_data.%I FOR VALUES FROM (%s) TO (%s)',
            partition, number * size, (number + 1) * size);
        made := made || partition;
    END LOOP;
    RETURN made;
EXCEPTION WHEN lock_not_available THEN
    RETURN '{}';
END $$;

ALTER FUNCTION confirmd_data.extend_outbox() OWNER TO confirmd_owner;

CREATE FUNCTION confirmd_data.fee(gross numeric, transfer_fee numeric, service_fee_bps integer) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (transfer_fee + div((((gross - transfer_fee) * (service_fee_bps)::numeric) + (9999)::numeric), (10000)::numeric));

ALTER FUNCTION confirmd_data.fee(gross numeric, transfer_fee numeric, service_fee_bps integer) OWNER TO confirmd_owner;

CREATE TABLE confirmd_data.network (
    network text NOT NULL,
    family text NOT NULL,
    chain text NOT NULL,
    address_space text,
    max_block_gap interval NOT NULL,
    arrival_grace interval NOT NULL,
    tip_height bigint,
    tip_hash bytea,
    tip_time timestamp with time zone,
    head_height bigint,
    observed_through timestamp with time zone,
    state text DEFAULT 'starting'::text NOT NULL,
    state_reason text,
    watch_number bigint DEFAULT 0 NOT NULL,
    policy_number bigint DEFAULT 0 NOT NULL,
    version bigint DEFAULT 0 NOT NULL,
    reorganized_at timestamp with time zone,
    reorganized_depth bigint,
    finality jsonb DEFAULT '{}'::jsonb NOT NULL,
    floor_height bigint,
    CONSTRAINT network_check CHECK ((((tip_height IS NULL) = (tip_hash IS NULL)) AND ((tip_height IS NULL) = (tip_time IS NULL)))),
    CONSTRAINT network_finality_check CHECK ((jsonb_typeof(finality) = 'object'::text)),
    CONSTRAINT network_floor_height_check CHECK ((floor_height >= 0)),
    CONSTRAINT network_network_check CHECK ((network ~ '^[a-z][a-z0-9-]{0,31}$'::text)),
    CONSTRAINT network_state_check CHECK ((state = ANY (ARRAY['starting'::text, 'syncing'::text, 'following'::text, 'halted'::text, 'retired'::text]))),
    CONSTRAINT network_tip_hash_check CHECK ((octet_length(tip_hash) = 32))
)
WITH (fillfactor='50');

ALTER TABLE confirmd_data.network OWNER TO confirmd_owner;

COMMENT ON COLUMN confirmd_data.network.address_space IS 'What it shares with the networks on which the same address is somebody''s by the same key; NULL where there are none.';

COMMENT ON COLUMN confirmd_data.network.floor_height IS 'The lowest block that may be gone back to without an operator: max_reorg_depth below the highest one that was ever connected, or below the one that an operator had the network taken up again at since.';

CREATE FUNCTION confirmd_data.final_through(n confirmd_data.network) RETURNS timestamp with time zone
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT least(h.time, clock_timestamp()) FROM confirmd_data.header h
    JOIN confirmd_data.policy p ON p.network = n.network AND p.number = n.policy_number
    WHERE h.network = n.network
      AND h.height = confirmd_data.threshold_height(p.thresholds -> 'final', n.tip_height, n.finality)
$$;

ALTER FUNCTION confirmd_data.final_through(n confirmd_data.network) OWNER TO confirmd_owner;

CREATE FUNCTION confirmd_data.find_asset(code text, on_address text) RETURNS confirmd_data.asset
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    a confirmd_data.asset;
BEGIN
    SELECT * INTO a FROM confirmd_data.asset WHERE asset = code;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'asset "%" is not listed', confirmd_data.shown(code) USING ERRCODE = 'CF002',
            HINT = 'Assets are listed in networks.d/*.yaml; SELECT asset FROM confirmd.asset shows those in force.';
    END IF;
    IF EXISTS (SELECT FROM confirmd_data.network n WHERE n.network = a.network AND n.state = 'retired') THEN
        RAISE EXCEPTION 'network "%" of asset % is retired', a.network, code USING ERRCODE = 'CF022',
            HINT = 'Use an asset of another network.';
    END IF;
    IF on_address IS NULL OR NOT confirmd_data.is_name(on_address, 200) OR on_address ~ '[[:space:]]'
        OR on_address ~ confirmd_data.invisible() THEN
        RAISE EXCEPTION 'the address for % must be 1 to 200 characters without blanks or invisible ones', code USING ERRCODE = 'CF005';
    END IF;
    RETURN a;
END $$;

ALTER FUNCTION confirmd_data.find_asset(code text, on_address text) OWNER TO confirmd_owner;

CREATE FUNCTION confirmd_data.is_name(value text, longest integer) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ((char_length(value) >= 1) AND (char_length(value) <= longest) AND (value !~ '[[:cntrl:]]'::text) AND (value = btrim(value)));

ALTER FUNCTION confirmd_data.is_name(value text, longest integer) OWNER TO confirmd_owner;

CREATE TABLE confirmd_data.invoice (
    invoice_id uuid NOT NULL,
    project text NOT NULL,
    order_id text NOT NULL,
    status text DEFAULT 'created'::text NOT NULL,
    reason text,
    is_final boolean DEFAULT false NOT NULL,
    refused boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    metadata jsonb NOT NULL,
    content bytea NOT NULL,
    service_fee_bps integer NOT NULL,
    service_fee_bps_for jsonb NOT NULL,
    service_fee_payer text NOT NULL,
    transfer_fee_payer text NOT NULL,
    underpay_tolerance_bps integer NOT NULL,
    overpay_tolerance_bps integer NOT NULL,
    auto_confirm_bps integer,
    late_policy text NOT NULL,
    expired_at timestamp with time zone,
    canceled_at timestamp with time zone,
    marked_numerator numeric,
    marked_denominator numeric,
    recurrences jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT invoice_check CHECK (((marked_numerator IS NULL) = (marked_denominator IS NULL))),
    CONSTRAINT invoice_marked_denominator_check CHECK ((marked_denominator > (0)::numeric)),
    CONSTRAINT invoice_order_id_check CHECK (confirmd_data.is_name(order_id, 200)),
    CONSTRAINT invoice_status_check CHECK ((status = ANY (ARRAY['created'::text, 'partial'::text, 'paid'::text, 'overpaid'::text, 'canceled'::text])))
)
WITH (fillfactor='80');

ALTER TABLE confirmd_data.invoice OWNER TO confirmd_owner;

CREATE FUNCTION confirmd_data.find_invoice(id uuid) RETURNS confirmd_data.invoice
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    i confirmd_data.invoice;
BEGIN
    SELECT * INTO i FROM confirmd_data.invoice WHERE invoice_id = id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no invoice %', coalesce(id::text, '') USING ERRCODE = 'CF009';
    END IF;
    IF i.refused THEN
        RAISE EXCEPTION 'invoice % was refused (%)', id, i.reason USING ERRCODE = 'CF020',
            HINT = 'Its order_id is free again: create a new invoice.';
    END IF;
    RETURN i;
END $$;

ALTER FUNCTION confirmd_data.find_invoice(id uuid) OWNER TO confirmd_owner;

CREATE TABLE confirmd_data.project (
    project text NOT NULL,
    service_fee_bps integer DEFAULT 0 NOT NULL,
    service_fee_payer text DEFAULT 'merchant'::text NOT NULL,
    transfer_fee_payer text DEFAULT 'merchant'::text NOT NULL,
    underpay_tolerance_bps integer DEFAULT 0 NOT NULL,
    overpay_tolerance_bps integer DEFAULT 0 NOT NULL,
    auto_confirm_bps integer,
    late_policy text DEFAULT 'credit'::text NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT project_auto_confirm_bps_check CHECK (((auto_confirm_bps >= 1) AND (auto_confirm_bps <= 10000))),
    CONSTRAINT project_late_policy_check CHECK ((late_policy = ANY (ARRAY['credit'::text, 'settle'::text]))),
    CONSTRAINT project_overpay_tolerance_bps_check CHECK (((overpay_tolerance_bps >= 0) AND (overpay_tolerance_bps <= 1000000))),
    CONSTRAINT project_project_check CHECK (confirmd_data.is_name(project, 64)),
    CONSTRAINT project_service_fee_bps_check CHECK (((service_fee_bps >= 0) AND (service_fee_bps <= 9999))),
    CONSTRAINT project_service_fee_payer_check CHECK ((service_fee_payer = ANY (ARRAY['merchant'::text, 'client'::text]))),
    CONSTRAINT project_transfer_fee_payer_check CHECK ((transfer_fee_payer = ANY (ARRAY['merchant'::text, 'client'::text]))),
    CONSTRAINT project_underpay_tolerance_bps_check CHECK (((underpay_tolerance_bps >= 0) AND (underpay_tolerance_bps <= 9999)))
);

ALTER TABLE confirmd_data.project OWNER TO confirmd_owner;

CREATE FUNCTION confirmd_data.find_project(name text) RETURNS confirmd_data.project
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    p confirmd_data.project;
BEGIN
    SELECT * INTO p FROM confirmd_data.project WHERE project = name;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no project "%"', confirmd_data.shown(name) USING ERRCODE = 'CF001',
            HINT = 'Make it with: confirmd project set NAME';
    END IF;
    RETURN p;
END $$;

ALTER FUNCTION confirmd_data.find_project(name text) OWNER TO confirmd_owner;

CREATE FUNCTION confirmd_data.incarnation(p_seen jsonb DEFAULT NULL::jsonb) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    counter confirmd_data.outbox_counter;
    here record;
    reasons text;
BEGIN
    SELECT * INTO STRICT counter FROM confirmd_data.outbox_counter FOR NO KEY UPDATE;
    SELECT * INTO STRICT here FROM confirmd_data.server_identity();
    reasons := concat_ws(', ',
        CASE WHEN counter.system_identifier <> here.system_identifier
            THEN format('system identifier %s became %s', counter.system_identifier, here.system_identifier) END,
        CASE WHEN counter.timeline <> here.timeline
            THEN format('timeline %s became %s', counter.timeline, here.timeline) END,
        CASE WHEN counter.incarnation = (p_seen ->> 'incarnation')::int
                  AND counter.position < (p_seen ->> 'position')::bigint
            THEN format('position %s became %s', p_seen ->> 'position', counter.position) END);
    IF reasons = '' THEN RETURN counter.incarnation; END IF;
    RETURN confirmd_data.begin_incarnation(reasons);
END $$;

ALTER FUNCTION confirmd_data.incarnation(p_seen jsonb) OWNER TO confirmd_owner;

CREATE FUNCTION confirmd_data.insert_option(i confirmd_data.invoice, place integer, asset_code text, on_address text, amount_text text, created timestamp with time zone) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    a confirmd_data.asset := confirmd_data.find_asset(asset_code, on_address);
    service_bps int := coalesce((i.service_fee_bps_for ->> a.asset)::int, i.service_fee_bps);
    amount_base numeric;
    due_base numeric;
BEGIN
    IF EXISTS (SELECT FROM confirmd_data.option o
               WHERE o.owner_id = i.invoice_id AND o.asset = a.asset AND o.address = on_address) THEN
        RAISE EXCEPTION 'the invoice has an option with asset % and this address already', a.asset
            USING ERRCODE = 'CF005';
    END IF;
    IF EXISTS (SELECT FROM confirmd_data.option o
               WHERE o.owner_id = i.invoice_id AND (o.amount IS NULL) <> (amount_text IS NULL)) THEN
        RAISE EXCEPTION 'either every option of an invoice has an amount or none has' USING ERRCODE = 'CF005';
    END IF;
    IF amount_text IS NOT NULL THEN
        amount_base := confirmd_data.base_units(amount_text, a);
        due_base := confirmd_data.due(amount_base, a.transfer_fee, service_bps, i.service_fee_payer, i.transfer_fee_payer);
        IF amount_base = 0 OR amount_base < a.min_deposit THEN
            RAISE EXCEPTION 'amount % is below the smallest deposit of % (%)', amount_text, a.asset,
                confirmd_data.whole(a.min_deposit, a.decimals) USING ERRCODE = 'CF004';
        END IF;
        IF due_base <= a.transfer_fee OR due_base <= confirmd_data.fee(due_base, a.transfer_fee, service_bps) THEN
            RAISE EXCEPTION 'amount % of % would be eaten up by its fees', amount_text, a.asset USING ERRCODE = 'CF004';
        END IF;
    END IF;
    INSERT INTO confirmd_data.option (
        owner_id, ordinal, network, asset, address, amount, due, service_fee_bps, transfer_fee, created_at)
    VALUES (i.invoice_id, place, a.network, a.asset, on_address, amount_base, due_base, service_bps, a.transfer_fee,
        created);
END $$;

ALTER FUNCTION confirmd_data.insert_option(i confirmd_data.invoice, place integer, asset_code text, on_address text, amount_text text, created timestamp with time zone) OWNER TO confirmd_owner;

CREATE FUNCTION confirmd_data.invisible() RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN '[\u0001-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]'::text;

ALTER FUNCTION confirmd_data.invisible() OWNER TO confirmd_owner;

CREATE FUNCTION confirmd_data.lineage(p_seen jsonb DEFAULT NULL::jsonb) RETURNS confirmd_data.lineage_place
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    counter confirmd_data.outbox_counter;
    here confirmd_data.lineage_place;
    seen_incarnation int := p_seen ->> 'incarnation';
    seen_timeline int;
BEGIN
    SELECT * INTO STRICT counter FROM confirmd_data.outbox_counter;
    SELECT counter.incarnation, counter.position, s.system_identifier, s.timeline INTO STRICT here
    FROM confirmd_data.server_identity() s;
    seen_timeline := p_seen -> 'timelines' ->> here.system_identifier::text;
    -- On a new timeline an incarnation is still to begin: it may be above one that was seen on a timeline before it.
    IF (CASE WHEN (counter.system_identifier, counter.timeline) = (here.system_identifier, here.timeline)
            THEN counter.incarnation < seen_incarnation
            ELSE confirmd_data.next_incarnation(counter) <= seen_incarnation END)
       OR counter.incarnation = seen_incarnation AND here.timeline < seen_timeline THEN
        RAISE EXCEPTION 'this is an old database: its outbox is in incarnation % on timeline %, seen was incarnation % on '
            'timeline %. Stop it and have database.url lead to the newest one; only if this is the one to go on with, run: '
            'confirmd outbox new-incarnation --above % --reason …',
            here.incarnation, here.timeline, seen_incarnation, coalesce(seen_timeline::text, '?'), seen_incarnation
            USING ERRCODE = 'CF910';
    END IF;
    RETURN here;
END $$;

ALTER FUNCTION confirmd_data.lineage(p_seen jsonb) OWNER TO confirmd_owner;

CREATE FUNCTION confirmd_data.need_name(what text, value text, longest integer) RETURNS void
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF value IS NULL OR NOT confirmd_data.is_name(value, longest) OR value ~ confirmd_data.invisible() THEN
        RAISE EXCEPTION '% must be 1 to % characters, without control or invisible ones and without blanks at its ends',
            what, longest USING ERRCODE = 'CF005';
    END IF;
END $$;

ALTER FUNCTION confirmd_data.need_name(what text, value text, longest integer) OWNER TO confirmd_owner;

CREATE TABLE confirmd_data.outbox_counter (
    single boolean DEFAULT true NOT NULL,
    "position" bigint NOT NULL,
    incarnation integer NOT NULL,
    system_identifier bigint NOT NULL,
    timeline integer NOT NULL,
    CONSTRAINT outbox_counter_single_check CHECK (single)
)
WITH (fillfactor='50');

ALTER TABLE confirmd_data.outbox_counter OWNER TO confirmd_owner;

CREATE FUNCTION confirmd_data.next_incarnation(counter confirmd_data.outbox_counter) RETURNS integer
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT greatest(
        counter.incarnation + 1,
        CASE WHEN counter.system_identifier = here.system_identifier
            THEN counter.incarnation + 1 + 100 * (here.timeline - counter.timeline - 1) END)
    FROM confirmd_data.server_identity() here
$$;

ALTER FUNCTION confirmd_data.next_incarnation(counter confirmd_data.outbox_counter) OWNER TO confirmd_owner;

CREATE FUNCTION confirmd_data.observed_through(n confirmd_data.network) RETURNS timestamp with time zone
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT CASE WHEN n.observed_through <= clock_timestamp() THEN n.observed_through END
$$;

ALTER FUNCTION confirmd_data.observed_through(n confirmd_data.network) OWNER TO confirmd_owner;

CREATE FUNCTION confirmd_data.publish_network(p_network text, p_family text, p_chain text, p_max_block_gap interval, p_arrival_grace interval, p_thresholds jsonb, p_host text, p_introduce boolean, p_asset text[], p_contract bytea[], p_decimals integer[], p_min_deposit text[], p_transfer_fee text[], p_address_space text DEFAULT NULL::text) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    current confirmd_data.network;
    other confirmd_data.network;
    changed record;
    latest jsonb;
BEGIN
    IF p_network = 'settlement' THEN
        RAISE EXCEPTION 'no network can be called settlement' USING ERRCODE = 'CF005';
    END IF;
    INSERT INTO confirmd_data.network (network, family, chain, address_space, max_block_gap, arrival_grace)
    VALUES (p_network, p_family, p_chain, p_address_space, p_max_block_gap, p_arrival_grace) ON CONFLICT DO NOTHING;
    SELECT * INTO current FROM confirmd_data.network WHERE network = p_network FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        -- A retired network's name is no way round: what it has booked would be found again by a look back.
        SELECT * INTO STRICT other FROM confirmd_data.network WHERE family = p_family AND chain = p_chain;
        RAISE EXCEPTION 'network "%" can''t be %, for network "%" is%', p_network, p_chain, other.network,
            CASE other.state WHEN 'retired' THEN ' (it is retired)' ELSE '' END USING ERRCODE = 'CF007',
            HINT = 'A chain has one network for ever: a payment would count once for each. List all its assets under that one.';
    END IF;
    INSERT INTO confirmd_data.lane (lane) VALUES (p_network) ON CONFLICT DO NOTHING;
    IF (current.family, current.chain) IS DISTINCT FROM (p_family, p_chain) THEN
        RAISE EXCEPTION 'network "%" is % % in the database, % % in the configuration', p_network,
            current.family, current.chain, p_family, p_chain USING ERRCODE = 'CF007',
            HINT = 'A network keeps its chain for ever: give the other chain another network name.';
    END IF;

    SELECT n.asset, n.network AS new_network, a.network, n.decimals AS new_decimals, a.decimals INTO changed
    FROM unnest(p_asset, p_contract, p_decimals) AS n0 (asset, contract, decimals)
    CROSS JOIN LATERAL (SELECT n0.asset, p_network AS network, n0.contract, n0.decimals) n
    JOIN confirmd_data.asset a ON a.asset = n.asset
    WHERE (a.network, a.contract, a.decimals) IS DISTINCT FROM (n.network, n.contract, n.decimals) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'asset % has % decimals on % in the database, % on % in the configuration (or another contract)',
            changed.asset, changed.decimals, changed.network, changed.new_decimals, changed.new_network
            USING ERRCODE = 'CF007',
            HINT = 'An asset keeps its network, contract and decimals for ever: give the other one another code.';
    END IF;
    INSERT INTO confirmd_data.asset AS a (asset, network, contract, decimals, min_deposit, transfer_fee)
    SELECT n.asset, p_network, n.contract, n.decimals, n.min_deposit::numeric, n.transfer_fee::numeric
    FROM unnest(p_asset, p_contract, p_decimals, p_min_deposit, p_transfer_fee)
        AS n (asset, contract, decimals, min_deposit, transfer_fee)
    ON CONFLICT (asset) DO UPDATE SET min_deposit = excluded.min_deposit, transfer_fee = excluded.transfer_fee
    WHERE NOT p_introduce
      AND (a.min_deposit, a.transfer_fee) IS DISTINCT FROM (excluded.min_deposit, excluded.transfer_fee);
    IF p_introduce THEN RETURN current.policy_number; END IF;

    SELECT thresholds INTO latest FROM confirmd_data.policy
    WHERE network = p_network AND number = current.policy_number;
    IF latest IS DISTINCT FROM p_thresholds THEN
        current.policy_number := current.policy_number + 1;
        INSERT INTO confirmd_data.policy (network, number, thresholds, difference, published_by)
        VALUES (p_network, current.policy_number, p_thresholds,
            coalesce((SELECT jsonb_object_agg(key, jsonb_build_object('from', o.value, 'to', n.value))
                      FROM jsonb_each(latest) o FULL JOIN jsonb_each(p_thresholds) n USING (key)
                      WHERE o.value IS DISTINCT FROM n.value), '{}'),
            p_host);
    END IF;
    UPDATE confirmd_data.network SET max_block_gap = p_max_block_gap, arrival_grace = p_arrival_grace,
        address_space = coalesce(p_address_space, address_space), policy_number = current.policy_number
    WHERE network = p_network;
    RETURN current.policy_number;
END $$;

ALTER FUNCTION confirmd_data.publish_network(p_network text, p_family text, p_chain text, p_max_block_gap interval, p_arrival_grace interval, p_thresholds jsonb, p_host text, p_introduce boolean, p_asset text[], p_contract bytea[], p_decimals integer[], p_min_deposit text[], p_transfer_fee text[], p_address_space text) OWNER TO confirmd_owner;

CREATE FUNCTION confirmd_data.queue_command(kind text, invoice_id uuid, network text, reason text) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
#variable_conflict use_variable
DECLARE
    number bigint;
BEGIN
    PERFORM confirmd_data.need_name('a reason', reason, 500);
    PERFORM confirmd_data.commit_durably();
    INSERT INTO confirmd_data.operator_command AS c (kind, invoice_id, network, reason)
    VALUES (kind, invoice_id, network, reason) ON CONFLICT DO NOTHING RETURNING c.number INTO number;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the same was asked for before and waits to be carried out' USING ERRCODE = 'CF024',
            HINT = 'A daemon does that (confirmd run); SELECT * FROM confirmd.operator_command WHERE outcome IS NULL shows what waits.';
    END IF;
    RETURN number;
END $$;

ALTER FUNCTION confirmd_data.queue_command(kind text, invoice_id uuid, network text, reason text) OWNER TO confirmd_owner;

CREATE FUNCTION confirmd_data.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    RAISE EXCEPTION '% rows are written once and never changed', TG_TABLE_NAME
        USING ERRCODE = 'CF008', HINT = 'Corrections are new rows: reversals in the ledger, later events in the outbox.';
END $$;

ALTER FUNCTION confirmd_data.refuse_change() OWNER TO confirmd_owner;

CREATE FUNCTION confirmd_data.release_lane(p_lane text, p_holder uuid, p_epoch bigint) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    UPDATE confirmd_data.lane SET holder = NULL, host = NULL, held_until = NULL
    WHERE lane = p_lane AND holder = p_holder AND epoch = p_epoch;
    RETURN FOUND;
END $$;

ALTER FUNCTION confirmd_data.release_lane(p_lane text, p_holder uuid, p_epoch bigint) OWNER TO confirmd_owner;

CREATE FUNCTION confirmd_data.renew_lane(p_lane text, p_holder uuid, p_epoch bigint, p_ttl interval) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    UPDATE confirmd_data.lane SET held_until = clock_timestamp() + p_ttl, time_to_live = p_ttl
    WHERE lane = p_lane AND holder = p_holder AND epoch = p_epoch;
    IF NOT FOUND THEN RETURN false; END IF;
    PERFORM confirmd_data.withdraw_future(p_lane);
    RETURN true;
END $$;

ALTER FUNCTION confirmd_data.renew_lane(p_lane text, p_holder uuid, p_epoch bigint, p_ttl interval) OWNER TO confirmd_owner;

CREATE FUNCTION confirmd_data.server_identity(OUT system_identifier bigint, OUT timeline integer) RETURNS record
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT system_identifier, ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::int
    FROM pg_control_system()
$$;

ALTER FUNCTION confirmd_data.server_identity(OUT system_identifier bigint, OUT timeline integer) OWNER TO confirmd_owner;

CREATE FUNCTION confirmd_data.shown(value text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN regexp_replace(COALESCE("left"(value, 64), ''::text), confirmd_data.invisible(), '?'::text, 'g'::text);

ALTER FUNCTION confirmd_data.shown(value text) OWNER TO confirmd_owner;

CREATE FUNCTION confirmd_data.sibling_keys(p_network text, p_known jsonb) RETURNS TABLE(network text, watch_number bigint, key bytea)
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT p.network, p.watch_number, p.key FROM confirmd_data.siblings(p_network) s
    JOIN confirmd_data.option p ON p.network = s.network
        AND p.watch_number > coalesce((p_known ->> s.network)::bigint, 0)
    JOIN confirmd_data.invoice i ON i.invoice_id = p.owner_id AND NOT i.is_final
$$;

ALTER FUNCTION confirmd_data.sibling_keys(p_network text, p_known jsonb) OWNER TO confirmd_owner;

CREATE FUNCTION confirmd_data.siblings(p_network text) RETURNS TABLE(network text)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
 SELECT other.network
    FROM (confirmd_data.network here
      JOIN confirmd_data.network other ON (((other.address_space = here.address_space) AND (other.network <> here.network))))
   WHERE ((here.network = siblings.p_network) AND (other.state <> 'retired'::text));
END;

ALTER FUNCTION confirmd_data.siblings(p_network text) OWNER TO confirmd_owner;

CREATE FUNCTION confirmd_data.standing(p_lane text, p_seen jsonb DEFAULT NULL::jsonb) RETURNS TABLE(epoch bigint, step bigint, tip_height bigint, tip_hash bytea, watch_number bigint, policy_number bigint, is_halted boolean, version bigint, finality text, floor_height bigint)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    PERFORM FROM confirmd_data.lane l WHERE l.lane = p_lane FOR NO KEY UPDATE;
    PERFORM confirmd_data.lineage(p_seen);
    PERFORM confirmd_data.incarnation(p_seen);
    RETURN QUERY SELECT l.epoch, l.step, n.tip_height, n.tip_hash, n.watch_number, n.policy_number,
            n.state = 'halted', n.version, coalesce(n.finality, '{}')::text, n.floor_height
        FROM confirmd_data.lane l LEFT JOIN confirmd_data.network n ON n.network = l.lane WHERE l.lane = p_lane;
END $$;

ALTER FUNCTION confirmd_data.standing(p_lane text, p_seen jsonb) OWNER TO confirmd_owner;

CREATE FUNCTION confirmd_data.threshold_height(threshold jsonb, tip bigint, finality jsonb) RETURNS bigint
    LANGUAGE sql IMMUTABLE
    RETURN CASE jsonb_typeof(threshold) WHEN 'number'::text THEN ((tip - ((threshold #>> '{}'::text[]))::bigint) + 1) ELSE (((finality ->> split_part((threshold #>> '{}'::text[]), '+'::text, 1)))::bigint - (COALESCE(NULLIF(split_part((threshold #>> '{}'::text[]), '+'::text, 2), ''::text), '0'::text))::bigint) END;

ALTER FUNCTION confirmd_data.threshold_height(threshold jsonb, tip bigint, finality jsonb) OWNER TO confirmd_owner;

CREATE FUNCTION confirmd_data.trim_outbox(older_than interval) RETURNS text[]
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    size CONSTANT bigint := 1000000;
    read_through bigint;
    head bigint;
    number bigint;
    partition text;
    is_old boolean;
    dropped text[] := '{}';
BEGIN
    SELECT least(min(c.position), o.position - 1), o.position INTO read_through, head
    FROM confirmd_data.outbox_consumer c CROSS JOIN confirmd_data.outbox_counter o GROUP BY o.position;
    FOR number, partition IN
        SELECT substring(c.relname FROM '[0-9]+$')::bigint AS number, c.relname
        FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'confirmd.outbox'::regclass ORDER BY number
    LOOP
        EXIT WHEN (number + 1) * size - 1 <= read_through IS NOT TRUE;
        -- The last events of this partition and of those after it.
        SELECT min(e.occurred_at) < clock_timestamp() - older_than INTO is_old FROM confirmd.outbox e
        WHERE e.position = ANY (ARRAY(SELECT generate_series((number + 1) * size - 1, head, size)) || head);
        EXIT WHEN NOT is_old;
        BEGIN
            LOCK TABLE ONLY confirmd.outbox IN ACCESS EXCLUSIVE MODE NOWAIT;
            EXECUTE format('LOCK TABLE confirmd_data.%I IN ACCESS EXCLUSIVE MODE NOWAIT', partition);
            EXECUTE format('DROP TABLE confirmd_data.%I', partition);
        EXCEPTION WHEN lock_not_available THEN
            EXIT;
        END;
        dropped := dropped || partition;
    END LOOP;
    RETURN dropped;
END $_$;

ALTER FUNCTION confirmd_data.trim_outbox(older_than interval) OWNER TO confirmd_owner;

CREATE FUNCTION confirmd_data.whole(base numeric, decimals integer) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN trim_scale(((((base)::text || 'e-'::text) || (decimals)::text))::numeric);

ALTER FUNCTION confirmd_data.whole(base numeric, decimals integer) OWNER TO confirmd_owner;

CREATE FUNCTION confirmd_data.withdraw_future(p_network text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    corrected uuid[];
BEGIN
    UPDATE confirmd_data.network n SET observed_through = NULL
    FROM (SELECT network FROM confirmd_data.network
          WHERE network = p_network AND observed_through > clock_timestamp() FOR NO KEY UPDATE SKIP LOCKED) ahead
    WHERE n.network = ahead.network;

    SELECT array_agg(owner_id) INTO corrected FROM (
        SELECT o.owner_id FROM confirmd_data.owner o
        WHERE o.owner_id IN (
            SELECT d.owner_id FROM confirmd_data.deposit d
            WHERE d.network = p_network AND d.block_height IS NULL AND (d.status = 'detected' OR NOT d.gone)
              AND d.seen_at > clock_timestamp() LIMIT 1000)
        FOR NO KEY UPDATE SKIP LOCKED) o;
    IF corrected IS NULL THEN RETURN; END IF;
    UPDATE confirmd_data.deposit d SET seen_at = date_trunc('second', clock_timestamp())
    WHERE d.network = p_network AND d.block_height IS NULL AND (d.status = 'detected' OR NOT d.gone)
      AND d.seen_at > clock_timestamp() AND d.owner_id = ANY (corrected);
    -- Until when they are waited for is another time now.
    UPDATE confirmd_data.owner SET check_at = clock_timestamp()
    WHERE owner_id = ANY (corrected) AND check_at > clock_timestamp();
END $$;

ALTER FUNCTION confirmd_data.withdraw_future(p_network text) OWNER TO confirmd_owner;

CREATE VIEW confirmd.asset AS
 SELECT asset.asset,
    asset.network,
    ('0x'::text || encode(asset.contract, 'hex'::text)) AS contract,
    asset.decimals,
    confirmd_data.whole(asset.min_deposit, asset.decimals) AS min_deposit,
    asset.min_deposit AS min_deposit_base,
    confirmd_data.whole(asset.transfer_fee, asset.decimals) AS transfer_fee,
    asset.transfer_fee AS transfer_fee_base
   FROM confirmd_data.asset;

ALTER TABLE confirmd.asset OWNER TO confirmd_owner;

COMMENT ON VIEW confirmd.asset IS 'Coins and tokens that are listed. Network, contract and decimals never change under a code.';

COMMENT ON COLUMN confirmd.asset.asset IS 'Code of the asset, unique in the installation.';

COMMENT ON COLUMN confirmd.asset.network IS 'The network it lives on.';

COMMENT ON COLUMN confirmd.asset.contract IS 'Address of the token''s contract, 0x and hexadecimal; NULL for the network''s own coin.';

COMMENT ON COLUMN confirmd.asset.decimals IS 'Digits after the point of a whole coin; base units are whole coins × 10^decimals.';

COMMENT ON COLUMN confirmd.asset.min_deposit IS 'Smallest deposit that a static wallet takes and smallest amount of an option, in whole coins.';

COMMENT ON COLUMN confirmd.asset.min_deposit_base IS 'The same in base units.';

COMMENT ON COLUMN confirmd.asset.transfer_fee IS 'Flat fee of each deposit, in whole coins.';

COMMENT ON COLUMN confirmd.asset.transfer_fee_base IS 'The same in base units.';

CREATE TABLE confirmd_data.balance (
    project text NOT NULL,
    asset text NOT NULL,
    credited numeric DEFAULT 0 NOT NULL,
    final numeric DEFAULT 0 NOT NULL,
    fees numeric DEFAULT 0 NOT NULL,
    CONSTRAINT balance_check CHECK (((final >= (0)::numeric) AND (final <= credited))),
    CONSTRAINT balance_credited_check CHECK ((credited >= (0)::numeric)),
    CONSTRAINT balance_fees_check CHECK ((fees >= (0)::numeric))
)
WITH (fillfactor='50');

ALTER TABLE confirmd_data.balance OWNER TO confirmd_owner;

CREATE VIEW confirmd.balance AS
 SELECT b.project,
    b.asset,
    confirmd_data.whole(b.credited, a.decimals) AS credited,
    b.credited AS credited_base,
    confirmd_data.whole(b.final, a.decimals) AS final,
    b.final AS final_base,
    confirmd_data.whole(b.fees, a.decimals) AS fees,
    b.fees AS fees_base
   FROM (confirmd_data.balance b
     JOIN confirmd_data.asset a ON ((a.asset = b.asset)));

ALTER TABLE confirmd.balance OWNER TO confirmd_owner;

COMMENT ON VIEW confirmd.balance IS 'Sums of the live entries by project and asset. It is not a spendable balance: withdrawals happen elsewhere.';

COMMENT ON COLUMN confirmd.balance.project IS 'The project.';

COMMENT ON COLUMN confirmd.balance.asset IS 'The asset.';

COMMENT ON COLUMN confirmd.balance.credited IS 'Net of all deposits credited and not reversed, in whole coins.';

COMMENT ON COLUMN confirmd.balance.credited_base IS 'The same in base units.';

COMMENT ON COLUMN confirmd.balance.final IS 'The part of it past the final threshold, in whole coins.';

COMMENT ON COLUMN confirmd.balance.final_base IS 'The same in base units.';

COMMENT ON COLUMN confirmd.balance.fees IS 'Fees of all deposits credited and not reversed, in whole coins.';

COMMENT ON COLUMN confirmd.balance.fees_base IS 'The same in base units.';

CREATE TABLE confirmd_data.deposit (
    deposit_id uuid NOT NULL,
    network text NOT NULL,
    asset text NOT NULL,
    owner_id uuid NOT NULL,
    ordinal integer NOT NULL,
    transaction bytea NOT NULL,
    locator text NOT NULL,
    key bytea NOT NULL,
    gross numeric(78,0) NOT NULL,
    status text NOT NULL,
    reason text,
    late boolean NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    block_height bigint,
    block_hash bytea,
    block_time timestamp with time zone,
    block_index bigint,
    disconnected_height bigint,
    gone boolean DEFAULT false NOT NULL,
    maturity integer NOT NULL,
    credit_required integer NOT NULL,
    final_required integer NOT NULL,
    due_height bigint,
    fee numeric(78,0),
    net numeric(78,0),
    credits integer DEFAULT 0 NOT NULL,
    stays jsonb DEFAULT '{}'::jsonb NOT NULL,
    recorded_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    credit_tag text,
    final_tag text,
    due_tag text,
    CONSTRAINT deposit_block_check CHECK ((num_nulls(block_height, block_hash, block_time, block_index) = ANY (ARRAY[0, 4]))),
    CONSTRAINT deposit_block_hash_check CHECK ((octet_length(block_hash) = 32)),
    CONSTRAINT deposit_booked_check CHECK (
CASE
    WHEN (status = ANY (ARRAY['credited'::text, 'final'::text, 'reversed'::text])) THEN ((fee IS NOT NULL) AND (credits > 0))
    WHEN (status = 'dropped'::text) THEN ((fee IS NULL) OR (credits > 0))
    ELSE (fee IS NULL)
END),
    CONSTRAINT deposit_credit_required_check CHECK ((credit_required >= 1)),
    CONSTRAINT deposit_credits_check CHECK ((credits >= 0)),
    CONSTRAINT deposit_gross_check CHECK ((gross > (0)::numeric)),
    CONSTRAINT deposit_maturity_check CHECK ((maturity >= 0)),
    CONSTRAINT deposit_net_check CHECK (((num_nulls(fee, net) = 2) OR COALESCE((((fee + net) = gross) AND (fee >= (0)::numeric) AND (net >= (0)::numeric)), false))),
    CONSTRAINT deposit_place_check CHECK (
CASE
    WHEN (status = ANY (ARRAY['credited'::text, 'final'::text])) THEN (block_height IS NOT NULL)
    WHEN (status = ANY (ARRAY['orphaned'::text, 'reversed'::text])) THEN (disconnected_height IS NOT NULL)
    WHEN (status = 'dropped'::text) THEN ((block_height IS NULL) AND (gone OR (reason <> 'double_spent'::text)))
    WHEN (status = 'rejected'::text) THEN ((block_height IS NOT NULL) OR gone)
    ELSE true
END),
    CONSTRAINT deposit_reason_check CHECK (
CASE status
    WHEN 'dropped'::text THEN COALESCE((reason = ANY (ARRAY['double_spent'::text, 'replaced'::text, 'evicted'::text, 'expired'::text])), false)
    WHEN 'rejected'::text THEN COALESCE((reason = ANY (ARRAY['unexpected_asset'::text, 'wrong_network'::text, 'own_funds'::text, 'below_minimum'::text, 'below_fee'::text])), false)
    ELSE (reason IS NULL)
END),
    CONSTRAINT deposit_required_check CHECK (
CASE
    WHEN (NOT (final_tag IS DISTINCT FROM credit_tag)) THEN (final_required >= credit_required)
    ELSE ((final_tag IS NOT NULL) AND (final_required >= 1))
END),
    CONSTRAINT deposit_status_check CHECK ((status = ANY (ARRAY['detected'::text, 'credited'::text, 'final'::text, 'orphaned'::text, 'reversed'::text, 'dropped'::text, 'rejected'::text]))),
    CONSTRAINT deposit_transaction_check CHECK ((octet_length(transaction) = 32)),
    CONSTRAINT deposit_unmined_check CHECK (((block_height IS NULL) OR ((NOT gone) AND (disconnected_height IS NULL))))
)
WITH (fillfactor='80');

ALTER TABLE confirmd_data.deposit OWNER TO confirmd_owner;

CREATE TABLE confirmd_data.option (
    owner_id uuid NOT NULL,
    ordinal integer NOT NULL,
    network text NOT NULL,
    asset text NOT NULL,
    address text NOT NULL,
    amount numeric(78,0),
    due numeric(78,0),
    service_fee_bps integer,
    transfer_fee numeric(78,0),
    created_at timestamp with time zone NOT NULL,
    key bytea,
    watch_number bigint,
    registered_at timestamp with time zone,
    refused_reason text,
    CONSTRAINT option_address_check CHECK (((char_length(address) >= 1) AND (char_length(address) <= 200))),
    CONSTRAINT option_amount_check CHECK ((amount > (0)::numeric)),
    CONSTRAINT option_check CHECK (((key IS NULL) = (watch_number IS NULL))),
    CONSTRAINT option_check1 CHECK (((registered_at IS NULL) OR (key IS NOT NULL))),
    CONSTRAINT option_due_check CHECK ((due > (0)::numeric)),
    CONSTRAINT option_key_check CHECK (((octet_length(key) >= 1) AND (octet_length(key) <= 40))),
    CONSTRAINT option_ordinal_check CHECK ((ordinal >= 0))
)
WITH (fillfactor='80');

ALTER TABLE confirmd_data.option OWNER TO confirmd_owner;

CREATE TABLE confirmd_data.owner (
    owner_id uuid NOT NULL,
    kind text NOT NULL,
    project text NOT NULL,
    version bigint DEFAULT 0 NOT NULL,
    registrations integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    totals jsonb,
    halted_reason text,
    halted_at timestamp with time zone,
    check_at timestamp with time zone,
    check_on text,
    check_mark text,
    check_through timestamp with time zone,
    undecided jsonb,
    CONSTRAINT owner_check CHECK (((halted_reason IS NULL) = (halted_at IS NULL))),
    CONSTRAINT owner_check1 CHECK ((num_nulls(check_on, check_mark, check_through) = ANY (ARRAY[0, 3]))),
    CONSTRAINT owner_check_mark_check CHECK ((check_mark = ANY (ARRAY['observed'::text, 'final'::text]))),
    CONSTRAINT owner_kind_check CHECK ((kind = ANY (ARRAY['invoice'::text, 'wallet'::text]))),
    CONSTRAINT owner_totals_check CHECK ((jsonb_typeof(totals) = 'array'::text)),
    CONSTRAINT owner_undecided_check CHECK ((((undecided ->> 'question'::text) = ANY (ARRAY['expiry'::text, 'finality'::text])) AND (jsonb_typeof((undecided -> 'waits'::text)) = 'array'::text)))
)
WITH (fillfactor='80');

ALTER TABLE confirmd_data.owner OWNER TO confirmd_owner;

COMMENT ON COLUMN confirmd_data.owner.totals IS 'How its deposits add up: objects with what those have in common that count alike, how many there are, and their gross in base units. NULL while they are few; of a wallet those below final alone.';

COMMENT ON COLUMN confirmd_data.owner.halted_reason IS 'Why nothing can be decided about it; NULL where it can.';

COMMENT ON COLUMN confirmd_data.owner.halted_at IS 'Since when.';

COMMENT ON COLUMN confirmd_data.owner.check_at IS 'From when on the settlement lane looks at it again, as the last decision said; NULL where time alone changes nothing.';

COMMENT ON COLUMN confirmd_data.owner.check_on IS 'The network that it also waits for; NULL where it waits for none.';

COMMENT ON COLUMN confirmd_data.owner.check_mark IS 'Which time of that network has to come to check_through: that which it is observed through, or that which it is final through.';

COMMENT ON COLUMN confirmd_data.owner.check_through IS 'How far the network has to be; infinity where only its retirement will do.';

COMMENT ON COLUMN confirmd_data.owner.undecided IS 'What is not decided though the deadline has passed, and what that waits for, as confirmd.invoice has it.';

CREATE TABLE confirmd_data.static_wallet (
    wallet_id uuid NOT NULL,
    project text NOT NULL,
    customer_id text NOT NULL,
    asset text NOT NULL,
    refused boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT static_wallet_customer_id_check CHECK (confirmd_data.is_name(customer_id, 200))
)
WITH (fillfactor='80');

ALTER TABLE confirmd_data.static_wallet OWNER TO confirmd_owner;

CREATE VIEW confirmd.deposit AS
 SELECT d.deposit_id AS id,
    d.network,
    d.asset,
    i.invoice_id,
    w.wallet_id,
    o.project,
    p.address,
    encode(d.transaction, 'hex'::text) AS transaction,
    d.locator,
    d.status,
    d.reason,
    d.late,
    confirmd_data.whole(d.gross, a.decimals) AS gross,
    d.gross AS gross_base,
    confirmd_data.whole(d.fee, a.decimals) AS fee,
    d.fee AS fee_base,
    confirmd_data.whole(d.net, a.decimals) AS net,
    d.net AS net_base,
        CASE
            WHEN (d.block_height IS NULL) THEN (0)::bigint
            ELSE GREATEST(((n.tip_height - d.block_height) + 1), (0)::bigint)
        END AS confirmations,
    d.credit_required AS required,
    d.final_required,
    d.seen_at,
    d.block_height,
    encode(d.block_hash, 'hex'::text) AS block_hash,
    d.block_time,
    d.block_index,
    d.recorded_at,
    d.credit_tag AS required_tag,
    d.final_tag AS final_required_tag
   FROM ((((((confirmd_data.deposit d
     JOIN confirmd_data.owner o ON ((o.owner_id = d.owner_id)))
     LEFT JOIN confirmd_data.invoice i ON ((i.invoice_id = d.owner_id)))
     LEFT JOIN confirmd_data.static_wallet w ON ((w.wallet_id = d.owner_id)))
     JOIN confirmd_data.option p ON (((p.owner_id = d.owner_id) AND (p.ordinal = d.ordinal))))
     JOIN confirmd_data.asset a ON ((a.asset = d.asset)))
     JOIN confirmd_data.network n ON ((n.network = d.network)));

ALTER TABLE confirmd.deposit OWNER TO confirmd_owner;

COMMENT ON VIEW confirmd.deposit IS 'Transfers to watched addresses. A deposit is a network, transaction, locator, asset, address and amount; its block may change.';

COMMENT ON COLUMN confirmd.deposit.id IS 'A hash of the deposit''s identity: the same on every machine and after every loss.';

COMMENT ON COLUMN confirmd.deposit.network IS 'The network it arrived on.';

COMMENT ON COLUMN confirmd.deposit.asset IS 'What arrived.';

COMMENT ON COLUMN confirmd.deposit.invoice_id IS 'The invoice it pays; NULL for a wallet''s.';

COMMENT ON COLUMN confirmd.deposit.wallet_id IS 'The static wallet it pays; NULL for an invoice''s.';

COMMENT ON COLUMN confirmd.deposit.project IS 'The project of either.';

COMMENT ON COLUMN confirmd.deposit.address IS 'The watched address.';

COMMENT ON COLUMN confirmd.deposit.transaction IS 'Hash of its transaction, in hexadecimal.';

COMMENT ON COLUMN confirmd.deposit.locator IS 'Where in the transaction it is: vout:1, log:3, call:0.2.';

COMMENT ON COLUMN confirmd.deposit.status IS 'detected, credited, final; sideways orphaned, reversed, dropped, rejected.';

COMMENT ON COLUMN confirmd.deposit.reason IS 'Why it was dropped (double_spent, replaced, evicted, expired) or rejected (below_minimum, below_fee, unexpected_asset, wrong_network, own_funds).';

COMMENT ON COLUMN confirmd.deposit.late IS 'It was seen after the deadline, or after the invoice was canceled or refused.';

COMMENT ON COLUMN confirmd.deposit.gross IS 'What arrived, in whole coins.';

COMMENT ON COLUMN confirmd.deposit.gross_base IS 'The same in base units.';

COMMENT ON COLUMN confirmd.deposit.fee IS 'What was deducted when it was credited, in whole coins.';

COMMENT ON COLUMN confirmd.deposit.fee_base IS 'The same in base units.';

COMMENT ON COLUMN confirmd.deposit.net IS 'What was booked to the project, in whole coins: gross less fee.';

COMMENT ON COLUMN confirmd.deposit.net_base IS 'The same in base units.';

COMMENT ON COLUMN confirmd.deposit.confirmations IS 'Blocks from its own to the tip; 0 outside a block.';

COMMENT ON COLUMN confirmd.deposit.required IS 'Confirmations at which it is credited.';

COMMENT ON COLUMN confirmd.deposit.final_required IS 'Confirmations at which it is final.';

COMMENT ON COLUMN confirmd.deposit.seen_at IS 'Earliest time of a block of it or of its first sighting: what deadlines are compared with.';

COMMENT ON COLUMN confirmd.deposit.block_height IS 'Height of its block; NULL outside a block.';

COMMENT ON COLUMN confirmd.deposit.block_hash IS 'Hash of its block, in hexadecimal.';

COMMENT ON COLUMN confirmd.deposit.block_time IS 'Time its block states.';

COMMENT ON COLUMN confirmd.deposit.block_index IS 'Its place in the block; other nodes may count otherwise.';

COMMENT ON COLUMN confirmd.deposit.recorded_at IS 'When the daemon first recorded it.';

COMMENT ON COLUMN confirmd.deposit.required_tag IS 'The finality tag that "required" is counted from, so that 1 is at or below its block; NULL is the tip.';

COMMENT ON COLUMN confirmd.deposit.final_required_tag IS 'The same for "final_required".';

CREATE VIEW confirmd.invoice AS
 SELECT i.invoice_id AS id,
    i.project,
    i.order_id,
    i.status,
    i.reason,
    i.is_final,
    o.version,
    i.created_at,
    i.expires_at,
    i.metadata,
    i.underpay_tolerance_bps,
    i.overpay_tolerance_bps,
    i.auto_confirm_bps,
    i.late_policy,
    i.expired_at,
    i.canceled_at,
    o.halted_reason,
    o.undecided
   FROM (confirmd_data.invoice i
     JOIN confirmd_data.owner o ON ((o.owner_id = i.invoice_id)));

ALTER TABLE confirmd.invoice OWNER TO confirmd_owner;

COMMENT ON VIEW confirmd.invoice IS 'Invoices with their status and the terms they were made with.';

COMMENT ON COLUMN confirmd.invoice.id IS 'The invoice''s id: aggregateid of its events.';

COMMENT ON COLUMN confirmd.invoice.project IS 'The project it was made for.';

COMMENT ON COLUMN confirmd.invoice.order_id IS 'The creator''s own name for it; unique in a project among those not refused.';

COMMENT ON COLUMN confirmd.invoice.status IS 'created, partial, paid, overpaid or canceled; it follows from the facts and may follow them back.';

COMMENT ON COLUMN confirmd.invoice.reason IS 'What the status alone does not say: auto_confirmed, marked_paid, duplicate, expired, canceled, or why it was refused.';

COMMENT ON COLUMN confirmd.invoice.is_final IS 'Only an operator, a deep reorganization or a late deposit that settles can still change the status.';

COMMENT ON COLUMN confirmd.invoice.version IS 'How many events the invoice has had: aggregate_version of the last.';

COMMENT ON COLUMN confirmd.invoice.created_at IS 'When it was made.';

COMMENT ON COLUMN confirmd.invoice.expires_at IS 'Its deadline: a deposit seen at this second is still in time.';

COMMENT ON COLUMN confirmd.invoice.metadata IS 'The creator''s own object.';

COMMENT ON COLUMN confirmd.invoice.underpay_tolerance_bps IS 'As in confirmd.project when it was made.';

COMMENT ON COLUMN confirmd.invoice.overpay_tolerance_bps IS 'As in confirmd.project when it was made.';

COMMENT ON COLUMN confirmd.invoice.auto_confirm_bps IS 'As in confirmd.project when it was made.';

COMMENT ON COLUMN confirmd.invoice.late_policy IS 'As in confirmd.project when it was made.';

COMMENT ON COLUMN confirmd.invoice.expired_at IS 'When it was recorded that no payment in time can come any more; NULL before.';

COMMENT ON COLUMN confirmd.invoice.canceled_at IS 'When an operator''s cancel took effect; NULL without one.';

COMMENT ON COLUMN confirmd.invoice.halted_reason IS 'Why nothing can be decided about it, while its deposits are recorded; NULL where it can.';

COMMENT ON COLUMN confirmd.invoice.undecided IS 'What is not decided though its deadline has passed: {"question": "expiry" or "finality", "waits": [{"for": "registration", "observation", "pending", "unfinal" or "finality", "network": …}, …]}, as the last decision said. NULL before the deadline, and when all is decided.';

CREATE VIEW confirmd.invoice_option AS
 SELECT p.owner_id AS invoice_id,
    p.ordinal,
    p.network,
    p.asset,
    p.address,
    confirmd_data.whole(p.amount, a.decimals) AS amount,
    p.amount AS amount_base,
    confirmd_data.whole(p.due, a.decimals) AS due,
    p.due AS due_base,
    confirmd_data.whole(d.credited, a.decimals) AS credited,
    d.credited AS credited_base,
    confirmd_data.whole(r.remaining, a.decimals) AS remaining,
    r.remaining AS remaining_base,
    confirmd_data.whole(d.detected, a.decimals) AS detected,
    d.detected AS detected_base,
    p.registered_at,
    p.refused_reason
   FROM ((((confirmd_data.option p
     JOIN confirmd_data.invoice i ON ((i.invoice_id = p.owner_id)))
     JOIN confirmd_data.asset a ON ((a.asset = p.asset)))
     CROSS JOIN LATERAL ( SELECT COALESCE(sum(deposit.gross) FILTER (WHERE ((deposit.status = ANY (ARRAY['credited'::text, 'final'::text])) AND ((NOT deposit.late) OR (i.late_policy = 'settle'::text)))), (0)::numeric) AS credited,
            COALESCE(sum(deposit.gross) FILTER (WHERE (deposit.status = 'detected'::text)), (0)::numeric) AS detected
           FROM confirmd_data.deposit
          WHERE ((deposit.owner_id = p.owner_id) AND (deposit.ordinal = p.ordinal))) d)
     CROSS JOIN LATERAL ( SELECT
                CASE
                    WHEN (p.due IS NOT NULL) THEN GREATEST((p.due - d.credited), (0)::numeric)
                    ELSE NULL::numeric
                END AS remaining) r);

ALTER TABLE confirmd.invoice_option OWNER TO confirmd_owner;

COMMENT ON VIEW confirmd.invoice_option IS 'The ways to pay each invoice, and what came in through each.';

COMMENT ON COLUMN confirmd.invoice_option.invoice_id IS 'The invoice it belongs to.';

COMMENT ON COLUMN confirmd.invoice_option.ordinal IS 'Its place among the invoice''s options, from 0.';

COMMENT ON COLUMN confirmd.invoice_option.network IS 'The network of its asset.';

COMMENT ON COLUMN confirmd.invoice_option.asset IS 'What is to be paid.';

COMMENT ON COLUMN confirmd.invoice_option.address IS 'Where to, as the creator wrote it.';

COMMENT ON COLUMN confirmd.invoice_option.amount IS 'What the merchant asks for, in whole coins; NULL: any amount.';

COMMENT ON COLUMN confirmd.invoice_option.amount_base IS 'The same in base units.';

COMMENT ON COLUMN confirmd.invoice_option.due IS 'What the client has to pay, the fees that the client bears included, in whole coins.';

COMMENT ON COLUMN confirmd.invoice_option.due_base IS 'The same in base units.';

COMMENT ON COLUMN confirmd.invoice_option.credited IS 'Gross of its credited and final deposits that count, in whole coins.';

COMMENT ON COLUMN confirmd.invoice_option.credited_base IS 'The same in base units.';

COMMENT ON COLUMN confirmd.invoice_option.remaining IS 'What is left of the due, never negative, in whole coins; NULL where any amount will do.';

COMMENT ON COLUMN confirmd.invoice_option.remaining_base IS 'The same in base units.';

COMMENT ON COLUMN confirmd.invoice_option.detected IS 'Gross of its deposits below the credit threshold, in whole coins.';

COMMENT ON COLUMN confirmd.invoice_option.detected_base IS 'The same in base units.';

COMMENT ON COLUMN confirmd.invoice_option.registered_at IS 'Since when its address is watched and the past was searched; NULL before.';

COMMENT ON COLUMN confirmd.invoice_option.refused_reason IS 'Why it can not be watched: malformed_address, address_of_other_network, address_in_use, unwatchable_script.';

CREATE TABLE confirmd_data.lane (
    lane text NOT NULL,
    epoch bigint DEFAULT 0 NOT NULL,
    step bigint DEFAULT 0 NOT NULL,
    holder uuid,
    host text,
    held_until timestamp with time zone,
    time_to_live interval DEFAULT '00:00:10'::interval NOT NULL,
    CONSTRAINT lane_epoch_check CHECK ((epoch >= 0)),
    CONSTRAINT lane_step_check CHECK ((step >= 0))
)
WITH (fillfactor='50');

ALTER TABLE confirmd_data.lane OWNER TO confirmd_owner;

COMMENT ON COLUMN confirmd_data.lane.time_to_live IS 'How long its lease lasts from each renewal: one that ends later than that from now was written by a clock that was put back since.';

CREATE VIEW confirmd.lane AS
 SELECT l.lane,
    l.epoch,
        CASE
            WHEN l.is_held THEN l.host
            ELSE NULL::text
        END AS held_by,
        CASE
            WHEN l.is_held THEN l.held_until
            ELSE NULL::timestamp with time zone
        END AS held_until
   FROM ( SELECT lane.lane,
            lane.epoch,
            lane.step,
            lane.holder,
            lane.host,
            lane.held_until,
            lane.time_to_live,
            ((lane.held_until >= clock_timestamp()) AND (lane.held_until <= (clock_timestamp() + lane.time_to_live))) AS is_held
           FROM confirmd_data.lane) l;

ALTER TABLE confirmd.lane OWNER TO confirmd_owner;

COMMENT ON VIEW confirmd.lane IS 'Who is at work where: a lane for each network, and settlement for deadlines and commands.';

COMMENT ON COLUMN confirmd.lane.lane IS 'Name of the network, or settlement.';

COMMENT ON COLUMN confirmd.lane.epoch IS 'How often the lane changed hands between daemons.';

COMMENT ON COLUMN confirmd.lane.held_by IS 'Host of the daemon at work in it; NULL when there is none.';

COMMENT ON COLUMN confirmd.lane.held_until IS 'When that daemon''s lease runs out unless renewed; NULL when there is none, or when it ends later than any can.';

CREATE TABLE confirmd_data.ledger_entry (
    entry_id bigint NOT NULL,
    kind text NOT NULL,
    project text NOT NULL,
    asset text NOT NULL,
    debit_account text NOT NULL,
    credit_account text NOT NULL,
    amount numeric(78,0) NOT NULL,
    deposit_id uuid NOT NULL,
    credit_number integer NOT NULL,
    is_reversal boolean DEFAULT false NOT NULL,
    policy_number bigint NOT NULL,
    transfer_fee numeric(78,0) NOT NULL,
    service_fee_bps integer NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT ledger_entry_amount_check CHECK ((amount > (0)::numeric)),
    CONSTRAINT ledger_entry_check CHECK ((debit_account <> credit_account)),
    CONSTRAINT ledger_entry_credit_number_check CHECK ((credit_number >= 1)),
    CONSTRAINT ledger_entry_kind_check CHECK ((kind = ANY (ARRAY['net'::text, 'fee'::text])))
);

ALTER TABLE confirmd_data.ledger_entry OWNER TO confirmd_owner;

CREATE VIEW confirmd.ledger_entry AS
 SELECT e.entry_id AS id,
    e.kind,
    e.project,
    e.asset,
    e.debit_account,
    e.credit_account,
    confirmd_data.whole(e.amount, a.decimals) AS amount,
    e.amount AS amount_base,
    e.deposit_id,
    e.credit_number,
    e.is_reversal,
    e.policy_number,
    confirmd_data.whole(e.transfer_fee, a.decimals) AS transfer_fee,
    e.transfer_fee AS transfer_fee_base,
    e.service_fee_bps,
    e.created_at
   FROM (confirmd_data.ledger_entry e
     JOIN confirmd_data.asset a ON ((a.asset = e.asset)));

ALTER TABLE confirmd.ledger_entry OWNER TO confirmd_owner;

COMMENT ON VIEW confirmd.ledger_entry IS 'Double entry: each row moves an amount from one account to another and is never changed; a reversal is a row of its own.';

COMMENT ON COLUMN confirmd.ledger_entry.id IS 'Grows with time; not dense.';

COMMENT ON COLUMN confirmd.ledger_entry.kind IS 'net or fee.';

COMMENT ON COLUMN confirmd.ledger_entry.project IS 'The project it is booked for.';

COMMENT ON COLUMN confirmd.ledger_entry.asset IS 'The asset moved.';

COMMENT ON COLUMN confirmd.ledger_entry.debit_account IS 'The account it is taken from.';

COMMENT ON COLUMN confirmd.ledger_entry.credit_account IS 'The account it is given to.';

COMMENT ON COLUMN confirmd.ledger_entry.amount IS 'How much, always positive, in whole coins.';

COMMENT ON COLUMN confirmd.ledger_entry.amount_base IS 'The same in base units.';

COMMENT ON COLUMN confirmd.ledger_entry.deposit_id IS 'The deposit it is due to.';

COMMENT ON COLUMN confirmd.ledger_entry.credit_number IS 'How often the deposit had been credited, this time included.';

COMMENT ON COLUMN confirmd.ledger_entry.is_reversal IS 'It takes back the entry of the same deposit, credit_number and kind.';

COMMENT ON COLUMN confirmd.ledger_entry.policy_number IS 'The thresholds in force at the time, in confirmd.policy.';

COMMENT ON COLUMN confirmd.ledger_entry.transfer_fee IS 'The rule applied: flat fee, in whole coins.';

COMMENT ON COLUMN confirmd.ledger_entry.transfer_fee_base IS 'The same in base units.';

COMMENT ON COLUMN confirmd.ledger_entry.service_fee_bps IS 'The rule applied: service fee in basis points.';

COMMENT ON COLUMN confirmd.ledger_entry.created_at IS 'When it was booked.';

CREATE VIEW confirmd.network AS
 SELECT n.network,
    n.family,
    n.chain,
    n.tip_height,
    encode(n.tip_hash, 'hex'::text) AS tip_hash,
    n.tip_time,
    n.head_height,
    confirmd_data.observed_through(n.*) AS observed_through,
    n.state,
    n.state_reason,
    n.max_block_gap,
    n.arrival_grace,
    n.policy_number,
    l.epoch,
    l.held_by,
    l.held_until,
    n.reorganized_at,
    n.reorganized_depth,
    n.finality
   FROM (confirmd_data.network n
     LEFT JOIN confirmd.lane l ON ((l.lane = n.network)));

ALTER TABLE confirmd.network OWNER TO confirmd_owner;

COMMENT ON VIEW confirmd.network IS 'One chain each, with how far it is followed and by whom.';

COMMENT ON COLUMN confirmd.network.network IS 'Name of the network, such as litecoin.';

COMMENT ON COLUMN confirmd.network.family IS 'The adapter that reads it: bitcoin, evm or tron.';

COMMENT ON COLUMN confirmd.network.chain IS 'Which chain it is: litecoin/main, bitcoin/regtest … on the bitcoin family, the chain''s id elsewhere.';

COMMENT ON COLUMN confirmd.network.tip_height IS 'Height of the last block committed; NULL before the first run.';

COMMENT ON COLUMN confirmd.network.tip_hash IS 'Hash of that block, in hexadecimal.';

COMMENT ON COLUMN confirmd.network.tip_time IS 'Time that block states.';

COMMENT ON COLUMN confirmd.network.head_height IS 'Height of the best node''s tip when it was last seen.';

COMMENT ON COLUMN confirmd.network.observed_through IS 'Every block there was at this time has been read; deadlines wait for it. NULL when that is not known.';

COMMENT ON COLUMN confirmd.network.state IS 'starting, syncing, following, halted or retired.';

COMMENT ON COLUMN confirmd.network.state_reason IS 'Why it is halted or retired.';

COMMENT ON COLUMN confirmd.network.max_block_gap IS 'How long the chain may be silent before its tip is no longer trusted to be the newest.';

COMMENT ON COLUMN confirmd.network.arrival_grace IS 'How far observed_through has to be beyond a deadline before an invoice expires.';

COMMENT ON COLUMN confirmd.network.policy_number IS 'Number of the thresholds in force, in confirmd.policy.';

COMMENT ON COLUMN confirmd.network.epoch IS 'How often the network changed hands between daemons.';

COMMENT ON COLUMN confirmd.network.held_by IS 'Host of the daemon that follows it; NULL when none does.';

COMMENT ON COLUMN confirmd.network.held_until IS 'When that daemon''s lease runs out unless renewed; NULL when there is none.';

COMMENT ON COLUMN confirmd.network.reorganized_at IS 'When blocks were disconnected last; NULL when never.';

COMMENT ON COLUMN confirmd.network.reorganized_depth IS 'How many they were.';

COMMENT ON COLUMN confirmd.network.finality IS 'The heights at which the chain''s finality tags (safe, finalized, solidified, chainlock) stand, by tag; those that no threshold names are not looked at.';

CREATE TABLE confirmd_data.operator_command (
    number bigint NOT NULL,
    kind text NOT NULL,
    invoice_id uuid,
    network text,
    reason text NOT NULL,
    requested_by text DEFAULT SESSION_USER NOT NULL,
    requested_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    outcome text,
    detail text,
    decided_at timestamp with time zone,
    CONSTRAINT operator_command_check CHECK (((kind = ANY (ARRAY['mark_paid'::text, 'cancel'::text])) = (invoice_id IS NOT NULL))),
    CONSTRAINT operator_command_check1 CHECK (((kind = ANY (ARRAY['retire_network'::text, 'resume_network'::text, 'resync_network'::text])) = (network IS NOT NULL))),
    CONSTRAINT operator_command_check2 CHECK (((outcome IS NULL) = (decided_at IS NULL))),
    CONSTRAINT operator_command_kind_check CHECK ((kind = ANY (ARRAY['mark_paid'::text, 'cancel'::text, 'retire_network'::text, 'new_incarnation'::text, 'resume_network'::text, 'resync_network'::text, 'remove_consumer'::text]))),
    CONSTRAINT operator_command_outcome_check CHECK ((outcome = ANY (ARRAY['applied'::text, 'refused'::text]))),
    CONSTRAINT operator_command_reason_check CHECK (confirmd_data.is_name(reason, 500))
);

ALTER TABLE confirmd_data.operator_command OWNER TO confirmd_owner;

CREATE VIEW confirmd.operator_command AS
 SELECT operator_command.number,
    operator_command.kind,
    operator_command.invoice_id,
    operator_command.network,
    operator_command.reason,
    operator_command.requested_by,
    operator_command.requested_at,
    operator_command.outcome,
    operator_command.detail,
    operator_command.decided_at
   FROM confirmd_data.operator_command;

ALTER TABLE confirmd.operator_command OWNER TO confirmd_owner;

COMMENT ON VIEW confirmd.operator_command IS 'What operators asked for, and what became of it.';

COMMENT ON COLUMN confirmd.operator_command.number IS 'Its number, which the function that was called returned.';

COMMENT ON COLUMN confirmd.operator_command.kind IS 'mark_paid, cancel, retire_network, resume_network, resync_network, new_incarnation or remove_consumer.';

COMMENT ON COLUMN confirmd.operator_command.invoice_id IS 'The invoice it is about; NULL for others.';

COMMENT ON COLUMN confirmd.operator_command.network IS 'The network it is about; NULL for others.';

COMMENT ON COLUMN confirmd.operator_command.reason IS 'The operator''s reason.';

COMMENT ON COLUMN confirmd.operator_command.requested_by IS 'The role that asked.';

COMMENT ON COLUMN confirmd.operator_command.requested_at IS 'When it was asked for.';

COMMENT ON COLUMN confirmd.operator_command.outcome IS 'applied or refused; NULL while it waits.';

COMMENT ON COLUMN confirmd.operator_command.detail IS 'Why it was refused, or what exactly was removed.';

COMMENT ON COLUMN confirmd.operator_command.decided_at IS 'When it was applied or refused.';

CREATE TABLE confirmd.outbox (
    "position" bigint NOT NULL,
    incarnation integer NOT NULL,
    id uuid NOT NULL,
    aggregatetype text NOT NULL,
    aggregateid text NOT NULL,
    type text NOT NULL,
    payload jsonb NOT NULL,
    aggregate_version bigint NOT NULL,
    schema_version integer NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    network text,
    CONSTRAINT outbox_aggregatetype_check CHECK ((aggregatetype = ANY (ARRAY['invoice'::text, 'wallet'::text, 'network'::text])))
)
PARTITION BY RANGE ("position");

ALTER TABLE confirmd.outbox OWNER TO confirmd_owner;

COMMENT ON TABLE confirmd.outbox IS 'Every change that other services may want to know, insert-only, in the order of commits. Rule for readers: remember incarnation and position; read what is above, in order; store the new place together with the effect. A hole is a fault, never a delay; so is a newest incarnation below the one remembered: this is an old database then.';

COMMENT ON COLUMN confirmd.outbox."position" IS 'Dense, from 1, in the order of commits.';

COMMENT ON COLUMN confirmd.outbox.incarnation IS 'The incarnation it was written in.';

COMMENT ON COLUMN confirmd.outbox.id IS 'A hash of the fact: the same fact has the same id, also when it is told again after a loss.';

COMMENT ON COLUMN confirmd.outbox.aggregatetype IS 'invoice, wallet or network.';

COMMENT ON COLUMN confirmd.outbox.aggregateid IS 'Whose story it belongs to: the invoice''s or wallet''s id, or the network''s name.';

COMMENT ON COLUMN confirmd.outbox.type IS 'What happened, such as invoice.status_changed or deposit.credited.';

COMMENT ON COLUMN confirmd.outbox.payload IS 'All about it, by the JSON Schema of its type; amounts are strings in whole coins and (…_base) base units.';

COMMENT ON COLUMN confirmd.outbox.aggregate_version IS 'Counts the aggregate''s events from 1.';

COMMENT ON COLUMN confirmd.outbox.schema_version IS 'Version of the payload''s shape.';

COMMENT ON COLUMN confirmd.outbox.occurred_at IS 'When it was written, by the database''s clock.';

COMMENT ON COLUMN confirmd.outbox.network IS 'The network whose block decided it; NULL where time or an operator did.';

CREATE TABLE confirmd_data.outbox_consumer (
    consumer text NOT NULL,
    role name NOT NULL,
    incarnation integer NOT NULL,
    "position" bigint NOT NULL,
    registered_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    acknowledged_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    slot integer NOT NULL,
    CONSTRAINT outbox_consumer_consumer_check CHECK (confirmd_data.is_name(consumer, 64)),
    CONSTRAINT outbox_consumer_position_check CHECK (("position" >= 0)),
    CONSTRAINT outbox_consumer_slot_check CHECK ((slot > 0))
)
WITH (fillfactor='50');

ALTER TABLE confirmd_data.outbox_consumer OWNER TO confirmd_owner;

COMMENT ON COLUMN confirmd_data.outbox_consumer.slot IS 'Which of its role''s consumers it is: a new one takes the lowest free number up to 100.';

CREATE VIEW confirmd.outbox_consumer AS
 SELECT c.consumer,
    c.role,
    c.incarnation,
    c."position",
    (o."position" - c."position") AS lag,
    ( SELECT e.occurred_at
           FROM confirmd.outbox e
          WHERE (e."position" = (c."position" + 1))) AS waiting_since,
    c.registered_at,
    c.acknowledged_at
   FROM (confirmd_data.outbox_consumer c
     CROSS JOIN confirmd_data.outbox_counter o);

ALTER TABLE confirmd.outbox_consumer OWNER TO confirmd_owner;

COMMENT ON VIEW confirmd.outbox_consumer IS 'Who reads the outbox, how far it has come, and how far behind it is.';

COMMENT ON COLUMN confirmd.outbox_consumer.consumer IS 'The consumer''s name.';

COMMENT ON COLUMN confirmd.outbox_consumer.role IS 'The role that used the name first, and alone may until an operator removes it.';

COMMENT ON COLUMN confirmd.outbox_consumer.incarnation IS 'The incarnation its place is of.';

COMMENT ON COLUMN confirmd.outbox_consumer."position" IS 'The last position it has dealt with.';

COMMENT ON COLUMN confirmd.outbox_consumer.lag IS 'How many events it has still to read.';

COMMENT ON COLUMN confirmd.outbox_consumer.waiting_since IS 'When the first of them was written; NULL when there is none.';

COMMENT ON COLUMN confirmd.outbox_consumer.registered_at IS 'When it first acknowledged.';

COMMENT ON COLUMN confirmd.outbox_consumer.acknowledged_at IS 'When it last did.';

CREATE TABLE confirmd.outbox_incarnation (
    incarnation integer NOT NULL,
    first_position bigint NOT NULL,
    started_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    reason text NOT NULL
);

ALTER TABLE confirmd.outbox_incarnation OWNER TO confirmd_owner;

COMMENT ON TABLE confirmd.outbox_incarnation IS 'Begins of the outbox''s incarnations. When there are some above yours, commits may have been lost: go back to before the smallest of their first positions (never forward), and replace state from there. When the newest is below yours, this is an old database that was started again: stop, and apply nothing from it.';

COMMENT ON COLUMN confirmd.outbox_incarnation.incarnation IS 'Counts from 1; numbers may be left out.';

COMMENT ON COLUMN confirmd.outbox_incarnation.first_position IS 'From which position on events may be others than in the incarnations before: the first that was given out in it, or, where it leaves numbers out, the first that was kept.';

COMMENT ON COLUMN confirmd.outbox_incarnation.started_at IS 'When it began.';

COMMENT ON COLUMN confirmd.outbox_incarnation.reason IS 'What showed that commits may be lost: another system identifier or timeline, an earlier position than a daemon had seen, or an operator''s reason.';

CREATE TABLE confirmd_data.policy (
    network text NOT NULL,
    number bigint NOT NULL,
    thresholds jsonb NOT NULL,
    difference jsonb NOT NULL,
    published_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    published_by text NOT NULL,
    CONSTRAINT policy_number_check CHECK ((number > 0))
);

ALTER TABLE confirmd_data.policy OWNER TO confirmd_owner;

CREATE VIEW confirmd.policy AS
 SELECT policy.network,
    policy.number,
    policy.thresholds,
    policy.difference,
    policy.published_at,
    policy.published_by
   FROM confirmd_data.policy;

ALTER TABLE confirmd.policy OWNER TO confirmd_owner;

COMMENT ON VIEW confirmd.policy IS 'Every set of confirmation thresholds that was ever in force, by network.';

COMMENT ON COLUMN confirmd.policy.network IS 'Name of the network.';

COMMENT ON COLUMN confirmd.policy.number IS 'Counts a network''s policies from 1.';

COMMENT ON COLUMN confirmd.policy.thresholds IS 'What is waited for: credit and final, each a number of confirmations or a finality tag with blocks on top ("finalized+32"), tiers, quorum; while they are raised, caution with the causes, until when (seconds since 1970), and what is configured.';

COMMENT ON COLUMN confirmd.policy.difference IS 'What changed against the number before.';

COMMENT ON COLUMN confirmd.policy.published_at IS 'When it came into force.';

COMMENT ON COLUMN confirmd.policy.published_by IS 'Host of the daemon whose configuration it is.';

CREATE TABLE confirmd_data.project_asset (
    project text NOT NULL,
    asset text NOT NULL,
    service_fee_bps integer NOT NULL,
    CONSTRAINT project_asset_service_fee_bps_check CHECK (((service_fee_bps >= 0) AND (service_fee_bps <= 9999)))
);

ALTER TABLE confirmd_data.project_asset OWNER TO confirmd_owner;

CREATE VIEW confirmd.project AS
 SELECT p.project,
    p.service_fee_bps,
    p.service_fee_payer,
    p.transfer_fee_payer,
    p.underpay_tolerance_bps,
    p.overpay_tolerance_bps,
    p.auto_confirm_bps,
    p.late_policy,
    p.created_at,
    COALESCE(( SELECT jsonb_object_agg(a.asset, a.service_fee_bps) AS jsonb_object_agg
           FROM confirmd_data.project_asset a
          WHERE (a.project = p.project)), '{}'::jsonb) AS service_fee_bps_for
   FROM confirmd_data.project p;

ALTER TABLE confirmd.project OWNER TO confirmd_owner;

COMMENT ON VIEW confirmd.project IS 'Merchants'' shops with the terms that their next invoices are made with.';

COMMENT ON COLUMN confirmd.project.project IS 'Name of the project.';

COMMENT ON COLUMN confirmd.project.service_fee_bps IS 'Service fee in basis points of a deposit less its transfer fee.';

COMMENT ON COLUMN confirmd.project.service_fee_payer IS 'Who bears the service fee: merchant (deducted) or client (added to what is due).';

COMMENT ON COLUMN confirmd.project.transfer_fee_payer IS 'Who bears the transfer fee: merchant or client.';

COMMENT ON COLUMN confirmd.project.underpay_tolerance_bps IS 'By how much less than due an invoice is still paid, in basis points.';

COMMENT ON COLUMN confirmd.project.overpay_tolerance_bps IS 'By how much more than due an invoice is not yet overpaid, in basis points.';

COMMENT ON COLUMN confirmd.project.auto_confirm_bps IS 'From what part of the due, in basis points, a partial invoice is paid at its deadline; NULL: never.';

COMMENT ON COLUMN confirmd.project.late_policy IS 'Whether deposits after the deadline settle their invoice (settle) or are only credited (credit).';

COMMENT ON COLUMN confirmd.project.created_at IS 'When the project was made.';

COMMENT ON COLUMN confirmd.project.service_fee_bps_for IS 'Service fees of single assets, by asset, in basis points.';

CREATE VIEW confirmd.static_wallet AS
 SELECT w.wallet_id AS id,
    w.project,
    w.customer_id,
    w.asset,
    p.network,
    p.address,
    o.version,
    w.created_at,
    p.registered_at,
    p.refused_reason,
    o.halted_reason
   FROM ((confirmd_data.static_wallet w
     JOIN confirmd_data.owner o ON ((o.owner_id = w.wallet_id)))
     JOIN confirmd_data.option p ON ((p.owner_id = w.wallet_id)));

ALTER TABLE confirmd.static_wallet OWNER TO confirmd_owner;

COMMENT ON VIEW confirmd.static_wallet IS 'Addresses of customers that take any amount at any time.';

COMMENT ON COLUMN confirmd.static_wallet.id IS 'The wallet''s id: aggregateid of its events.';

COMMENT ON COLUMN confirmd.static_wallet.project IS 'The project it belongs to.';

COMMENT ON COLUMN confirmd.static_wallet.customer_id IS 'The creator''s own name for the customer; unique in a project and asset among those not refused.';

COMMENT ON COLUMN confirmd.static_wallet.asset IS 'What it takes.';

COMMENT ON COLUMN confirmd.static_wallet.network IS 'The network of its asset.';

COMMENT ON COLUMN confirmd.static_wallet.address IS 'Its address, as the creator wrote it.';

COMMENT ON COLUMN confirmd.static_wallet.version IS 'How many events the wallet has had: aggregate_version of the last.';

COMMENT ON COLUMN confirmd.static_wallet.created_at IS 'When it was made.';

COMMENT ON COLUMN confirmd.static_wallet.registered_at IS 'Since when its address is watched and the past was searched; NULL before.';

COMMENT ON COLUMN confirmd.static_wallet.refused_reason IS 'Why it can not be watched: malformed_address, address_of_other_network, address_in_use, unwatchable_script.';

COMMENT ON COLUMN confirmd.static_wallet.halted_reason IS 'Why nothing can be decided about it, while its deposits are recorded; NULL where it can.';

CREATE TABLE confirmd_data.definitions (
    single boolean DEFAULT true NOT NULL,
    checksum bytea NOT NULL,
    applied_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    release integer DEFAULT 1 NOT NULL,
    CONSTRAINT definitions_release_check CHECK ((release > 0)),
    CONSTRAINT definitions_single_check CHECK (single)
);

ALTER TABLE confirmd_data.definitions OWNER TO confirmd_owner;

COMMENT ON TABLE confirmd_data.definitions IS 'Which text of all functions and views was applied last: SHA-256 over it.';

COMMENT ON COLUMN confirmd_data.definitions.release IS 'Which release of the schema it is. A program works with that of its own release and of the next one.';

CREATE TABLE confirmd_data.header (
    network text NOT NULL,
    height bigint NOT NULL,
    hash bytea NOT NULL,
    parent bytea NOT NULL,
    "time" timestamp with time zone NOT NULL,
    work numeric(39,0) NOT NULL,
    CONSTRAINT header_hash_check CHECK ((octet_length(hash) = 32)),
    CONSTRAINT header_height_check CHECK ((height >= 0)),
    CONSTRAINT header_parent_check CHECK ((octet_length(parent) = 32)),
    CONSTRAINT header_work_check CHECK ((work > (0)::numeric))
);

ALTER TABLE confirmd_data.header OWNER TO confirmd_owner;

ALTER TABLE confirmd_data.ledger_entry ALTER COLUMN entry_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME confirmd_data.ledger_entry_entry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE confirmd_data.migration (
    number integer NOT NULL,
    name text NOT NULL,
    checksum bytea NOT NULL,
    applied_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

ALTER TABLE confirmd_data.migration OWNER TO confirmd_owner;

ALTER TABLE confirmd_data.operator_command ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME confirmd_data.operator_command_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE confirmd_data.outbox_0 (
    "position" bigint NOT NULL,
    incarnation integer NOT NULL,
    id uuid NOT NULL,
    aggregatetype text NOT NULL,
    aggregateid text NOT NULL,
    type text NOT NULL,
    payload jsonb NOT NULL,
    aggregate_version bigint NOT NULL,
    schema_version integer NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    network text,
    CONSTRAINT outbox_aggregatetype_check CHECK ((aggregatetype = ANY (ARRAY['invoice'::text, 'wallet'::text, 'network'::text])))
);

ALTER TABLE confirmd_data.outbox_0 OWNER TO confirmd_owner;

CREATE TABLE confirmd_data.outbox_1 (
    "position" bigint NOT NULL,
    incarnation integer NOT NULL,
    id uuid NOT NULL,
    aggregatetype text NOT NULL,
    aggregateid text NOT NULL,
    type text NOT NULL,
    payload jsonb NOT NULL,
    aggregate_version bigint NOT NULL,
    schema_version integer NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    network text,
    CONSTRAINT outbox_aggregatetype_check CHECK ((aggregatetype = ANY (ARRAY['invoice'::text, 'wallet'::text, 'network'::text])))
);

ALTER TABLE confirmd_data.outbox_1 OWNER TO confirmd_owner;

CREATE TABLE confirmd_data.outbox_2 (
    "position" bigint NOT NULL,
    incarnation integer NOT NULL,
    id uuid NOT NULL,
    aggregatetype text NOT NULL,
    aggregateid text NOT NULL,
    type text NOT NULL,
    payload jsonb NOT NULL,
    aggregate_version bigint NOT NULL,
    schema_version integer NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    network text,
    CONSTRAINT outbox_aggregatetype_check CHECK ((aggregatetype = ANY (ARRAY['invoice'::text, 'wallet'::text, 'network'::text])))
);

ALTER TABLE confirmd_data.outbox_2 OWNER TO confirmd_owner;

CREATE TABLE confirmd_data.transaction (
    network text NOT NULL,
    transaction bytea NOT NULL,
    spends bytea NOT NULL,
    CONSTRAINT transaction_spends_check CHECK (((octet_length(spends) > 0) AND ((octet_length(spends) % 36) = 0))),
    CONSTRAINT transaction_transaction_check CHECK ((octet_length(transaction) = 32))
);

ALTER TABLE confirmd_data.transaction OWNER TO confirmd_owner;

ALTER TABLE ONLY confirmd.outbox ATTACH PARTITION confirmd_data.outbox_0 FOR VALUES FROM ('0') TO ('1000000');

ALTER TABLE ONLY confirmd.outbox ATTACH PARTITION confirmd_data.outbox_1 FOR VALUES FROM ('1000000') TO ('2000000');

ALTER TABLE ONLY confirmd.outbox ATTACH PARTITION confirmd_data.outbox_2 FOR VALUES FROM ('2000000') TO ('3000000');

ALTER TABLE ONLY confirmd.outbox_incarnation
    ADD CONSTRAINT outbox_incarnation_pkey PRIMARY KEY (incarnation);

ALTER TABLE ONLY confirmd.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY ("position");

ALTER TABLE ONLY confirmd_data.asset
    ADD CONSTRAINT asset_pkey PRIMARY KEY (asset);

ALTER TABLE ONLY confirmd_data.balance
    ADD CONSTRAINT balance_pkey PRIMARY KEY (project, asset);

ALTER TABLE ONLY confirmd_data.definitions
    ADD CONSTRAINT definitions_pkey PRIMARY KEY (single);

ALTER TABLE ONLY confirmd_data.deposit
    ADD CONSTRAINT deposit_pkey PRIMARY KEY (deposit_id);

ALTER TABLE ONLY confirmd_data.header
    ADD CONSTRAINT header_pkey PRIMARY KEY (network, height);

ALTER TABLE ONLY confirmd_data.invoice
    ADD CONSTRAINT invoice_pkey PRIMARY KEY (invoice_id);

ALTER TABLE ONLY confirmd_data.lane
    ADD CONSTRAINT lane_pkey PRIMARY KEY (lane);

ALTER TABLE ONLY confirmd_data.ledger_entry
    ADD CONSTRAINT ledger_entry_pkey PRIMARY KEY (entry_id);

ALTER TABLE ONLY confirmd_data.migration
    ADD CONSTRAINT migration_pkey PRIMARY KEY (number);

ALTER TABLE ONLY confirmd_data.network
    ADD CONSTRAINT network_pkey PRIMARY KEY (network);

ALTER TABLE ONLY confirmd_data.operator_command
    ADD CONSTRAINT operator_command_pkey PRIMARY KEY (number);

ALTER TABLE ONLY confirmd_data.option
    ADD CONSTRAINT option_pkey PRIMARY KEY (owner_id, ordinal);

ALTER TABLE ONLY confirmd_data.outbox_0
    ADD CONSTRAINT outbox_0_pkey PRIMARY KEY ("position");

ALTER TABLE ONLY confirmd_data.outbox_1
    ADD CONSTRAINT outbox_1_pkey PRIMARY KEY ("position");

ALTER TABLE ONLY confirmd_data.outbox_2
    ADD CONSTRAINT outbox_2_pkey PRIMARY KEY ("position");

ALTER TABLE ONLY confirmd_data.outbox_consumer
    ADD CONSTRAINT outbox_consumer_pkey PRIMARY KEY (consumer);

ALTER TABLE ONLY confirmd_data.outbox_consumer
    ADD CONSTRAINT outbox_consumer_slot UNIQUE (role, slot);

ALTER TABLE ONLY confirmd_data.outbox_counter
    ADD CONSTRAINT outbox_counter_pkey PRIMARY KEY (single);

ALTER TABLE ONLY confirmd_data.owner
    ADD CONSTRAINT owner_pkey PRIMARY KEY (owner_id);

ALTER TABLE ONLY confirmd_data.policy
    ADD CONSTRAINT policy_pkey PRIMARY KEY (network, number);

ALTER TABLE ONLY confirmd_data.project_asset
    ADD CONSTRAINT project_asset_pkey PRIMARY KEY (project, asset);

ALTER TABLE ONLY confirmd_data.project
    ADD CONSTRAINT project_pkey PRIMARY KEY (project);

ALTER TABLE ONLY confirmd_data.static_wallet
    ADD CONSTRAINT static_wallet_pkey PRIMARY KEY (wallet_id);

ALTER TABLE ONLY confirmd_data.transaction
    ADD CONSTRAINT transaction_pkey PRIMARY KEY (network, transaction);

CREATE UNIQUE INDEX asset_by_contract ON confirmd_data.asset USING btree (network, contract) NULLS NOT DISTINCT;

CREATE INDEX deposit_by_block ON confirmd_data.deposit USING btree (network, block_height) WHERE (block_height IS NOT NULL);

CREATE INDEX deposit_by_owner ON confirmd_data.deposit USING btree (owner_id);

CREATE INDEX deposit_by_transaction ON confirmd_data.deposit USING hash (encode(transaction, 'hex'::text));

CREATE INDEX deposit_detected ON confirmd_data.deposit USING btree (network, asset) WHERE (status = 'detected'::text);

CREATE INDEX deposit_due ON confirmd_data.deposit USING btree (network, due_height) WHERE ((due_height IS NOT NULL) AND (due_tag IS NULL));

CREATE INDEX deposit_due_tag ON confirmd_data.deposit USING btree (network, due_tag, due_height) WHERE (due_tag IS NOT NULL);

CREATE INDEX deposit_open ON confirmd_data.deposit USING btree (owner_id) WHERE (status <> ALL (ARRAY['final'::text, 'rejected'::text, 'dropped'::text]));

CREATE INDEX deposit_unmined ON confirmd_data.deposit USING btree (network, seen_at) WHERE ((block_height IS NULL) AND ((status = 'detected'::text) OR (NOT gone)));

CREATE INDEX invoice_by_creation ON confirmd_data.invoice USING btree (created_at);

CREATE UNIQUE INDEX invoice_by_order ON confirmd_data.invoice USING btree (project, order_id, (
CASE
    WHEN refused THEN invoice_id
    ELSE NULL::uuid
END)) NULLS NOT DISTINCT;

CREATE UNIQUE INDEX ledger_entry_once ON confirmd_data.ledger_entry USING btree (deposit_id, credit_number, kind, is_reversal);

CREATE UNIQUE INDEX network_chain ON confirmd_data.network USING btree (family, chain);

COMMENT ON INDEX confirmd_data.network_chain IS 'One network for each chain, for ever.';

CREATE UNIQUE INDEX operator_command_of_invoice ON confirmd_data.operator_command USING btree (invoice_id, kind) WHERE ((outcome IS NULL) AND (invoice_id IS NOT NULL));

CREATE UNIQUE INDEX operator_command_of_network ON confirmd_data.operator_command USING btree (network, kind) WHERE ((outcome IS NULL) AND (network IS NOT NULL));

CREATE INDEX operator_command_waiting ON confirmd_data.operator_command USING btree (number) WHERE (outcome IS NULL);

CREATE INDEX option_by_address ON confirmd_data.option USING hash (address);

CREATE INDEX option_by_key ON confirmd_data.option USING btree (network, key) WHERE (key IS NOT NULL);

CREATE UNIQUE INDEX option_by_watch_number ON confirmd_data.option USING btree (network, watch_number) WHERE (watch_number IS NOT NULL);

CREATE INDEX option_unregistered ON confirmd_data.option USING btree (network, created_at) WHERE ((registered_at IS NULL) AND (refused_reason IS NULL));

CREATE INDEX owner_check_at ON confirmd_data.owner USING btree (check_at) WHERE (check_at IS NOT NULL);

CREATE INDEX owner_check_on ON confirmd_data.owner USING btree (check_on, check_mark, check_through) WHERE (check_on IS NOT NULL);

CREATE INDEX owner_halted ON confirmd_data.owner USING btree (owner_id) WHERE (halted_reason IS NOT NULL);

CREATE INDEX owner_undecided ON confirmd_data.owner USING btree (owner_id) WHERE (undecided IS NOT NULL);

CREATE UNIQUE INDEX static_wallet_by_customer ON confirmd_data.static_wallet USING btree (project, customer_id, asset, (
CASE
    WHEN refused THEN wallet_id
    ELSE NULL::uuid
END)) NULLS NOT DISTINCT;

ALTER INDEX confirmd.outbox_pkey ATTACH PARTITION confirmd_data.outbox_0_pkey;

ALTER INDEX confirmd.outbox_pkey ATTACH PARTITION confirmd_data.outbox_1_pkey;

ALTER INDEX confirmd.outbox_pkey ATTACH PARTITION confirmd_data.outbox_2_pkey;

CREATE TRIGGER outbox_is_immutable BEFORE DELETE OR UPDATE ON confirmd.outbox FOR EACH ROW EXECUTE FUNCTION confirmd_data.refuse_change();

CREATE TRIGGER outbox_is_never_emptied BEFORE TRUNCATE ON confirmd.outbox FOR EACH STATEMENT EXECUTE FUNCTION confirmd_data.refuse_change();

CREATE TRIGGER ledger_entry_is_immutable BEFORE DELETE OR UPDATE OR TRUNCATE ON confirmd_data.ledger_entry FOR EACH STATEMENT EXECUTE FUNCTION confirmd_data.refuse_change();

CREATE TRIGGER outbox_is_never_emptied BEFORE TRUNCATE ON confirmd_data.outbox_0 FOR EACH STATEMENT EXECUTE FUNCTION confirmd_data.refuse_change();

CREATE TRIGGER outbox_is_never_emptied BEFORE TRUNCATE ON confirmd_data.outbox_1 FOR EACH STATEMENT EXECUTE FUNCTION confirmd_data.refuse_change();

CREATE TRIGGER outbox_is_never_emptied BEFORE TRUNCATE ON confirmd_data.outbox_2 FOR EACH STATEMENT EXECUTE FUNCTION confirmd_data.refuse_change();

ALTER TABLE ONLY confirmd_data.asset
    ADD CONSTRAINT asset_network_fkey FOREIGN KEY (network) REFERENCES confirmd_data.network(network);

ALTER TABLE ONLY confirmd_data.balance
    ADD CONSTRAINT balance_asset_fkey FOREIGN KEY (asset) REFERENCES confirmd_data.asset(asset);

ALTER TABLE ONLY confirmd_data.balance
    ADD CONSTRAINT balance_project_fkey FOREIGN KEY (project) REFERENCES confirmd_data.project(project);

ALTER TABLE ONLY confirmd_data.header
    ADD CONSTRAINT header_network_fkey FOREIGN KEY (network) REFERENCES confirmd_data.network(network);

ALTER TABLE ONLY confirmd_data.invoice
    ADD CONSTRAINT invoice_invoice_id_fkey FOREIGN KEY (invoice_id) REFERENCES confirmd_data.owner(owner_id);

ALTER TABLE ONLY confirmd_data.ledger_entry
    ADD CONSTRAINT ledger_entry_deposit_id_fkey FOREIGN KEY (deposit_id) REFERENCES confirmd_data.deposit(deposit_id);

ALTER TABLE ONLY confirmd_data.operator_command
    ADD CONSTRAINT operator_command_invoice_id_fkey FOREIGN KEY (invoice_id) REFERENCES confirmd_data.invoice(invoice_id);

ALTER TABLE ONLY confirmd_data.operator_command
    ADD CONSTRAINT operator_command_network_fkey FOREIGN KEY (network) REFERENCES confirmd_data.network(network);

ALTER TABLE ONLY confirmd_data.option
    ADD CONSTRAINT option_asset_fkey FOREIGN KEY (asset) REFERENCES confirmd_data.asset(asset);

ALTER TABLE ONLY confirmd_data.option
    ADD CONSTRAINT option_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES confirmd_data.owner(owner_id);

ALTER TABLE ONLY confirmd_data.owner
    ADD CONSTRAINT owner_project_fkey FOREIGN KEY (project) REFERENCES confirmd_data.project(project);

ALTER TABLE ONLY confirmd_data.policy
    ADD CONSTRAINT policy_network_fkey FOREIGN KEY (network) REFERENCES confirmd_data.network(network);

ALTER TABLE ONLY confirmd_data.project_asset
    ADD CONSTRAINT project_asset_asset_fkey FOREIGN KEY (asset) REFERENCES confirmd_data.asset(asset);

ALTER TABLE ONLY confirmd_data.project_asset
    ADD CONSTRAINT project_asset_project_fkey FOREIGN KEY (project) REFERENCES confirmd_data.project(project);

ALTER TABLE ONLY confirmd_data.static_wallet
    ADD CONSTRAINT static_wallet_asset_fkey FOREIGN KEY (asset) REFERENCES confirmd_data.asset(asset);

ALTER TABLE ONLY confirmd_data.static_wallet
    ADD CONSTRAINT static_wallet_wallet_id_fkey FOREIGN KEY (wallet_id) REFERENCES confirmd_data.owner(owner_id);

CREATE PUBLICATION confirmd_outbox WITH (publish = 'insert', publish_via_partition_root = true);

ALTER PUBLICATION confirmd_outbox OWNER TO confirmd_owner;

ALTER PUBLICATION confirmd_outbox ADD TABLE ONLY confirmd.outbox ("position", incarnation, id, aggregatetype, aggregateid, type, payload);

GRANT USAGE ON SCHEMA confirmd TO confirmd_reader;

GRANT USAGE ON SCHEMA confirmd_data TO confirmd_daemon;

REVOKE ALL ON FUNCTION confirmd.acknowledge(consumer text, incarnation integer, last_position bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION confirmd.acknowledge(consumer text, incarnation integer, last_position bigint) TO confirmd_reader;

REVOKE ALL ON FUNCTION confirmd.add_option(invoice_id uuid, asset text, address text, amount text) FROM PUBLIC;
GRANT ALL ON FUNCTION confirmd.add_option(invoice_id uuid, asset text, address text, amount text) TO confirmd_creator;

REVOKE ALL ON FUNCTION confirmd.cancel_invoice(invoice_id uuid, reason text) FROM PUBLIC;
GRANT ALL ON FUNCTION confirmd.cancel_invoice(invoice_id uuid, reason text) TO confirmd_operator;

REVOKE ALL ON FUNCTION confirmd.commit_step(p_lane text, p_base jsonb, p_cursor jsonb, p_owner uuid[], p_owner_change jsonb[], p_options jsonb, p_deposit uuid[], p_deposit_asset text[], p_deposit_owner uuid[], p_deposit_ordinal integer[], p_deposit_transaction bytea[], p_deposit_locator text[], p_deposit_key bytea[], p_deposit_gross text[], p_deposit_status text[], p_deposit_reason text[], p_deposit_late boolean[], p_deposit_seen bigint[], p_deposit_height bigint[], p_deposit_hash bytea[], p_deposit_time bigint[], p_deposit_index bigint[], p_deposit_maturity integer[], p_deposit_credit_required integer[], p_deposit_credit_tag text[], p_deposit_final_required integer[], p_deposit_final_tag text[], p_deposit_due bigint[], p_deposit_due_tag text[], p_deposit_fee text[], p_deposit_net text[], p_deposit_disconnected bigint[], p_deposit_gone boolean[], p_deposit_credits integer[], p_deposit_stays text[], p_entry_kind text[], p_entry_project text[], p_entry_asset text[], p_entry_debit text[], p_entry_credit text[], p_entry_amount text[], p_entry_deposit uuid[], p_entry_number integer[], p_entry_reversal boolean[], p_entry_transfer_fee text[], p_entry_service_fee integer[], p_balances jsonb, p_event uuid[], p_event_aggregatetype text[], p_event_aggregateid text[], p_event_type text[], p_event_payload text[], p_event_version bigint[], p_event_schema integer[], p_transaction bytea[], p_transaction_spends bytea[], p_command jsonb, p_seen jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION confirmd.commit_step(p_lane text, p_base jsonb, p_cursor jsonb, p_owner uuid[], p_owner_change jsonb[], p_options jsonb, p_deposit uuid[], p_deposit_asset text[], p_deposit_owner uuid[], p_deposit_ordinal integer[], p_deposit_transaction bytea[], p_deposit_locator text[], p_deposit_key bytea[], p_deposit_gross text[], p_deposit_status text[], p_deposit_reason text[], p_deposit_late boolean[], p_deposit_seen bigint[], p_deposit_height bigint[], p_deposit_hash bytea[], p_deposit_time bigint[], p_deposit_index bigint[], p_deposit_maturity integer[], p_deposit_credit_required integer[], p_deposit_credit_tag text[], p_deposit_final_required integer[], p_deposit_final_tag text[], p_deposit_due bigint[], p_deposit_due_tag text[], p_deposit_fee text[], p_deposit_net text[], p_deposit_disconnected bigint[], p_deposit_gone boolean[], p_deposit_credits integer[], p_deposit_stays text[], p_entry_kind text[], p_entry_project text[], p_entry_asset text[], p_entry_debit text[], p_entry_credit text[], p_entry_amount text[], p_entry_deposit uuid[], p_entry_number integer[], p_entry_reversal boolean[], p_entry_transfer_fee text[], p_entry_service_fee integer[], p_balances jsonb, p_event uuid[], p_event_aggregatetype text[], p_event_aggregateid text[], p_event_type text[], p_event_payload text[], p_event_version bigint[], p_event_schema integer[], p_transaction bytea[], p_transaction_spends bytea[], p_command jsonb, p_seen jsonb) TO confirmd_daemon;

REVOKE ALL ON FUNCTION confirmd.create_invoice(project text, order_id text, options jsonb, expires_in interval, metadata jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION confirmd.create_invoice(project text, order_id text, options jsonb, expires_in interval, metadata jsonb) TO confirmd_creator;

REVOKE ALL ON FUNCTION confirmd.create_static_wallet(project text, customer_id text, asset text, address text) FROM PUBLIC;
GRANT ALL ON FUNCTION confirmd.create_static_wallet(project text, customer_id text, asset text, address text) TO confirmd_creator;

REVOKE ALL ON FUNCTION confirmd.mark_paid(invoice_id uuid, reason text) FROM PUBLIC;
GRANT ALL ON FUNCTION confirmd.mark_paid(invoice_id uuid, reason text) TO confirmd_operator;

REVOKE ALL ON FUNCTION confirmd.new_outbox_incarnation(reason text, above integer) FROM PUBLIC;
GRANT ALL ON FUNCTION confirmd.new_outbox_incarnation(reason text, above integer) TO confirmd_operator;

REVOKE ALL ON FUNCTION confirmd.remove_consumer(consumer text, reason text) FROM PUBLIC;
GRANT ALL ON FUNCTION confirmd.remove_consumer(consumer text, reason text) TO confirmd_operator;

REVOKE ALL ON FUNCTION confirmd.resume_network(network text, reason text, resync boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION confirmd.resume_network(network text, reason text, resync boolean) TO confirmd_operator;

REVOKE ALL ON FUNCTION confirmd.retire_network(network text, reason text) FROM PUBLIC;
GRANT ALL ON FUNCTION confirmd.retire_network(network text, reason text) TO confirmd_operator;

REVOKE ALL ON FUNCTION confirmd.set_project(project text, service_fee_bps integer, service_fee_payer text, transfer_fee_payer text, underpay_tolerance_bps integer, overpay_tolerance_bps integer, auto_confirm_bps integer, late_policy text, service_fee_bps_for jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION confirmd.set_project(project text, service_fee_bps integer, service_fee_payer text, transfer_fee_payer text, underpay_tolerance_bps integer, overpay_tolerance_bps integer, auto_confirm_bps integer, late_policy text, service_fee_bps_for jsonb) TO confirmd_operator;

REVOKE ALL ON FUNCTION confirmd_data.acquire_lane(p_lane text, p_holder uuid, p_host text, p_ttl interval) FROM PUBLIC;
GRANT ALL ON FUNCTION confirmd_data.acquire_lane(p_lane text, p_holder uuid, p_host text, p_ttl interval) TO confirmd_daemon;

GRANT SELECT ON TABLE confirmd_data.asset TO confirmd_daemon;

REVOKE ALL ON FUNCTION confirmd_data.base_units(value text, a confirmd_data.asset) FROM PUBLIC;
GRANT ALL ON FUNCTION confirmd_data.base_units(value text, a confirmd_data.asset) TO confirmd_daemon;

REVOKE ALL ON FUNCTION confirmd_data.begin_incarnation(reason text, above integer) FROM PUBLIC;
GRANT ALL ON FUNCTION confirmd_data.begin_incarnation(reason text, above integer) TO confirmd_daemon;

REVOKE ALL ON FUNCTION confirmd_data.commit_durably() FROM PUBLIC;
GRANT ALL ON FUNCTION confirmd_data.commit_durably() TO confirmd_daemon;

REVOKE ALL ON FUNCTION confirmd_data.dossiers(p_network text, p_keys bytea[], p_due bigint, p_owners uuid[], p_deposits uuid[], p_above bigint, p_finality jsonb, p_open boolean, p_sighted_before bigint, p_set_aside boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION confirmd_data.dossiers(p_network text, p_keys bytea[], p_due bigint, p_owners uuid[], p_deposits uuid[], p_above bigint, p_finality jsonb, p_open boolean, p_sighted_before bigint, p_set_aside boolean) TO confirmd_daemon;

REVOKE ALL ON FUNCTION confirmd_data.due(amount numeric, transfer_fee numeric, service_fee_bps integer, service_fee_payer text, transfer_fee_payer text) FROM PUBLIC;
GRANT ALL ON FUNCTION confirmd_data.due(amount numeric, transfer_fee numeric, service_fee_bps integer, service_fee_payer text, transfer_fee_payer text) TO confirmd_daemon;

REVOKE ALL ON FUNCTION confirmd_data.due_invoices(p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION confirmd_data.due_invoices(p_limit integer) TO confirmd_daemon;

REVOKE ALL ON FUNCTION confirmd_data.extend_outbox() FROM PUBLIC;
GRANT ALL ON FUNCTION confirmd_data.extend_outbox() TO confirmd_daemon;

REVOKE ALL ON FUNCTION confirmd_data.fee(gross numeric, transfer_fee numeric, service_fee_bps integer) FROM PUBLIC;
GRANT ALL ON FUNCTION confirmd_data.fee(gross numeric, transfer_fee numeric, service_fee_bps integer) TO confirmd_daemon;

GRANT SELECT ON TABLE confirmd_data.network TO confirmd_daemon;

REVOKE ALL ON FUNCTION confirmd_data.final_through(n confirmd_data.network) FROM PUBLIC;
GRANT ALL ON FUNCTION confirmd_data.final_through(n confirmd_data.network) TO confirmd_daemon;

REVOKE ALL ON FUNCTION confirmd_data.find_asset(code text, on_address text) FROM PUBLIC;
GRANT ALL ON FUNCTION confirmd_data.find_asset(code text, on_address text) TO confirmd_daemon;

REVOKE ALL ON FUNCTION confirmd_data.is_name(value text, longest integer) FROM PUBLIC;
GRANT ALL ON FUNCTION confirmd_data.is_name(value text, longest integer) TO confirmd_daemon;

GRANT SELECT ON TABLE confirmd_data.invoice TO confirmd_daemon;

REVOKE ALL ON FUNCTION confirmd_data.find_invoice(id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION confirmd_data.find_invoice(id uuid) TO confirmd_daemon;

GRANT SELECT ON TABLE confirmd_data.project TO confirmd_daemon;

REVOKE ALL ON FUNCTION confirmd_data.find_project(name text) FROM PUBLIC;
GRANT ALL ON FUNCTION confirmd_data.find_project(name text) TO confirmd_daemon;

REVOKE ALL ON FUNCTION confirmd_data.incarnation(p_seen jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION confirmd_data.incarnation(p_seen jsonb) TO confirmd_daemon;

REVOKE ALL ON FUNCTION confirmd_data.insert_option(i confirmd_data.invoice, place integer, asset_code text, on_address text, amount_text text, created timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION confirmd_data.insert_option(i confirmd_data.invoice, place integer, asset_code text, on_address text, amount_text text, created timestamp with time zone) TO confirmd_daemon;

REVOKE ALL ON FUNCTION confirmd_data.invisible() FROM PUBLIC;
GRANT ALL ON FUNCTION confirmd_data.invisible() TO confirmd_daemon;

REVOKE ALL ON FUNCTION confirmd_data.lineage(p_seen jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION confirmd_data.lineage(p_seen jsonb) TO confirmd_daemon;

REVOKE ALL ON FUNCTION confirmd_data.need_name(what text, value text, longest integer) FROM PUBLIC;
GRANT ALL ON FUNCTION confirmd_data.need_name(what text, value text, longest integer) TO confirmd_daemon;

GRANT SELECT ON TABLE confirmd_data.outbox_counter TO confirmd_daemon;

REVOKE ALL ON FUNCTION confirmd_data.next_incarnation(counter confirmd_data.outbox_counter) FROM PUBLIC;

REVOKE ALL ON FUNCTION confirmd_data.observed_through(n confirmd_data.network) FROM PUBLIC;
GRANT ALL ON FUNCTION confirmd_data.observed_through(n confirmd_data.network) TO confirmd_reader;
GRANT ALL ON FUNCTION confirmd_data.observed_through(n confirmd_data.network) TO confirmd_daemon;

REVOKE ALL ON FUNCTION confirmd_data.publish_network(p_network text, p_family text, p_chain text, p_max_block_gap interval, p_arrival_grace interval, p_thresholds jsonb, p_host text, p_introduce boolean, p_asset text[], p_contract bytea[], p_decimals integer[], p_min_deposit text[], p_transfer_fee text[], p_address_space text) FROM PUBLIC;
GRANT ALL ON FUNCTION confirmd_data.publish_network(p_network text, p_family text, p_chain text, p_max_block_gap interval, p_arrival_grace interval, p_thresholds jsonb, p_host text, p_introduce boolean, p_asset text[], p_contract bytea[], p_decimals integer[], p_min_deposit text[], p_transfer_fee text[], p_address_space text) TO confirmd_daemon;

REVOKE ALL ON FUNCTION confirmd_data.queue_command(kind text, invoice_id uuid, network text, reason text) FROM PUBLIC;
GRANT ALL ON FUNCTION confirmd_data.queue_command(kind text, invoice_id uuid, network text, reason text) TO confirmd_daemon;

REVOKE ALL ON FUNCTION confirmd_data.refuse_change() FROM PUBLIC;
GRANT ALL ON FUNCTION confirmd_data.refuse_change() TO confirmd_daemon;

REVOKE ALL ON FUNCTION confirmd_data.release_lane(p_lane text, p_holder uuid, p_epoch bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION confirmd_data.release_lane(p_lane text, p_holder uuid, p_epoch bigint) TO confirmd_daemon;

REVOKE ALL ON FUNCTION confirmd_data.renew_lane(p_lane text, p_holder uuid, p_epoch bigint, p_ttl interval) FROM PUBLIC;
GRANT ALL ON FUNCTION confirmd_data.renew_lane(p_lane text, p_holder uuid, p_epoch bigint, p_ttl interval) TO confirmd_daemon;

REVOKE ALL ON FUNCTION confirmd_data.server_identity(OUT system_identifier bigint, OUT timeline integer) FROM PUBLIC;
GRANT ALL ON FUNCTION confirmd_data.server_identity(OUT system_identifier bigint, OUT timeline integer) TO confirmd_daemon;

REVOKE ALL ON FUNCTION confirmd_data.shown(value text) FROM PUBLIC;
GRANT ALL ON FUNCTION confirmd_data.shown(value text) TO confirmd_daemon;

REVOKE ALL ON FUNCTION confirmd_data.sibling_keys(p_network text, p_known jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION confirmd_data.sibling_keys(p_network text, p_known jsonb) TO confirmd_daemon;

REVOKE ALL ON FUNCTION confirmd_data.siblings(p_network text) FROM PUBLIC;
GRANT ALL ON FUNCTION confirmd_data.siblings(p_network text) TO confirmd_daemon;

REVOKE ALL ON FUNCTION confirmd_data.standing(p_lane text, p_seen jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION confirmd_data.standing(p_lane text, p_seen jsonb) TO confirmd_daemon;

REVOKE ALL ON FUNCTION confirmd_data.threshold_height(threshold jsonb, tip bigint, finality jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION confirmd_data.threshold_height(threshold jsonb, tip bigint, finality jsonb) TO confirmd_daemon;

REVOKE ALL ON FUNCTION confirmd_data.trim_outbox(older_than interval) FROM PUBLIC;
GRANT ALL ON FUNCTION confirmd_data.trim_outbox(older_than interval) TO confirmd_daemon;

REVOKE ALL ON FUNCTION confirmd_data.whole(base numeric, decimals integer) FROM PUBLIC;
GRANT ALL ON FUNCTION confirmd_data.whole(base numeric, decimals integer) TO confirmd_reader;
GRANT ALL ON FUNCTION confirmd_data.whole(base numeric, decimals integer) TO confirmd_daemon;

REVOKE ALL ON FUNCTION confirmd_data.withdraw_future(p_network text) FROM PUBLIC;
GRANT ALL ON FUNCTION confirmd_data.withdraw_future(p_network text) TO confirmd_daemon;

GRANT SELECT ON TABLE confirmd.asset TO confirmd_reader;

GRANT SELECT ON TABLE confirmd_data.balance TO confirmd_daemon;

GRANT SELECT ON TABLE confirmd.balance TO confirmd_reader;

GRANT SELECT ON TABLE confirmd_data.deposit TO confirmd_daemon;

GRANT SELECT ON TABLE confirmd_data.option TO confirmd_daemon;

GRANT SELECT ON TABLE confirmd_data.owner TO confirmd_daemon;

GRANT SELECT ON TABLE confirmd_data.static_wallet TO confirmd_daemon;

GRANT SELECT ON TABLE confirmd.deposit TO confirmd_reader;

GRANT SELECT ON TABLE confirmd.invoice TO confirmd_reader;

GRANT SELECT ON TABLE confirmd.invoice_option TO confirmd_reader;

GRANT SELECT ON TABLE confirmd_data.lane TO confirmd_daemon;

GRANT SELECT ON TABLE confirmd.lane TO confirmd_reader;

GRANT SELECT ON TABLE confirmd_data.ledger_entry TO confirmd_daemon;

GRANT SELECT ON TABLE confirmd.ledger_entry TO confirmd_reader;

GRANT SELECT ON TABLE confirmd.network TO confirmd_reader;

GRANT SELECT ON TABLE confirmd_data.operator_command TO confirmd_daemon;

GRANT SELECT ON TABLE confirmd.operator_command TO confirmd_reader;

GRANT SELECT ON TABLE confirmd.outbox TO confirmd_reader;

GRANT SELECT ON TABLE confirmd_data.outbox_consumer TO confirmd_daemon;

GRANT SELECT ON TABLE confirmd.outbox_consumer TO confirmd_reader;

GRANT SELECT ON TABLE confirmd.outbox_incarnation TO confirmd_reader;

GRANT SELECT ON TABLE confirmd_data.policy TO confirmd_daemon;

GRANT SELECT ON TABLE confirmd.policy TO confirmd_reader;

GRANT SELECT ON TABLE confirmd_data.project_asset TO confirmd_daemon;

GRANT SELECT ON TABLE confirmd.project TO confirmd_reader;

GRANT SELECT ON TABLE confirmd.static_wallet TO confirmd_reader;

GRANT SELECT ON TABLE confirmd_data.definitions TO confirmd_daemon;

GRANT SELECT ON TABLE confirmd_data.header TO confirmd_daemon;

GRANT SELECT ON TABLE confirmd_data.migration TO confirmd_daemon;

GRANT SELECT ON TABLE confirmd_data.outbox_0 TO confirmd_daemon;

GRANT SELECT ON TABLE confirmd_data.outbox_1 TO confirmd_daemon;

GRANT SELECT ON TABLE confirmd_data.outbox_2 TO confirmd_daemon;

GRANT SELECT ON TABLE confirmd_data.transaction TO confirmd_daemon;

ALTER DEFAULT PRIVILEGES FOR ROLE confirmd_owner REVOKE ALL ON FUNCTIONS  FROM PUBLIC;

