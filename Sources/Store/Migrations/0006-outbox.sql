-- The outbox: events in the order of their commits, the places of those who read them, and its incarnations.

CREATE TABLE confirmd.outbox (
    position bigint PRIMARY KEY,
    incarnation int NOT NULL,
    id uuid NOT NULL,
    aggregatetype text NOT NULL CHECK (aggregatetype IN ('invoice', 'wallet', 'network')),
    aggregateid text NOT NULL,
    type text NOT NULL,
    payload jsonb NOT NULL,
    aggregate_version bigint NOT NULL,
    schema_version int NOT NULL,
    occurred_at timestamptz NOT NULL,
    network text
) PARTITION BY RANGE (position);

-- Row triggers reach every partition by themselves; those on TRUNCATE are made with each.
CREATE TRIGGER outbox_is_immutable BEFORE UPDATE OR DELETE ON confirmd.outbox
    FOR EACH ROW EXECUTE FUNCTION confirmd_data.refuse_change();
CREATE TRIGGER outbox_is_never_emptied BEFORE TRUNCATE ON confirmd.outbox
    FOR EACH STATEMENT EXECUTE FUNCTION confirmd_data.refuse_change();

-- Change data capture reads the columns that Debezium's outbox event router knows, under the parent's name.
SET LOCAL client_min_messages = error; -- that wal_level is not logical concerns those alone who use it
CREATE PUBLICATION confirmd_outbox FOR TABLE confirmd.outbox (id, aggregatetype, aggregateid, type, payload)
    WITH (publish = 'insert', publish_via_partition_root = true);

-- Incarnations: positions are only comparable within one, because a database that lost commits gives them out again.

CREATE TABLE confirmd.outbox_incarnation (
    incarnation int PRIMARY KEY,
    first_position bigint NOT NULL,
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    reason text NOT NULL
);

-- Both change when another server, or the same with another past, writes on: a promotion begins a new timeline.
CREATE FUNCTION confirmd_data.server_identity(OUT system_identifier bigint, OUT timeline int) LANGUAGE sql AS $$
    SELECT system_identifier, ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::int
    FROM pg_control_system()
$$;

-- The one row that numbers events; locked last in every step.
CREATE TABLE confirmd_data.outbox_counter (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    position bigint NOT NULL,
    incarnation int NOT NULL,
    system_identifier bigint NOT NULL,
    timeline int NOT NULL
) WITH (fillfactor = 50);
INSERT INTO confirmd_data.outbox_counter (position, incarnation, system_identifier, timeline)
SELECT 0, 1, system_identifier, timeline FROM confirmd_data.server_identity();
INSERT INTO confirmd.outbox_incarnation (incarnation, first_position, reason) VALUES (1, 1, 'first');

CREATE FUNCTION confirmd_data.begin_incarnation(reason text) RETURNS int LANGUAGE sql AS $$
    WITH counter AS (
        UPDATE confirmd_data.outbox_counter o SET incarnation = o.incarnation + 1,
            system_identifier = here.system_identifier, timeline = here.timeline
        FROM confirmd_data.server_identity() here RETURNING o.incarnation, o.position)
    INSERT INTO confirmd.outbox_incarnation (incarnation, first_position, reason)
    SELECT incarnation, position + 1, reason FROM counter RETURNING incarnation
$$;

-- The incarnation of the events that the caller is about to write; it holds the counter from here on.
CREATE FUNCTION confirmd_data.incarnation() RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    counter confirmd_data.outbox_counter;
    here record;
BEGIN
    SELECT * INTO STRICT counter FROM confirmd_data.outbox_counter FOR NO KEY UPDATE;
    SELECT * INTO STRICT here FROM confirmd_data.server_identity();
    IF (counter.system_identifier, counter.timeline) = (here.system_identifier, here.timeline) THEN
        RETURN counter.incarnation;
    END IF;
    RETURN confirmd_data.begin_incarnation(concat_ws(', ',
        CASE WHEN counter.system_identifier <> here.system_identifier
            THEN format('system identifier %s became %s', counter.system_identifier, here.system_identifier) END,
        CASE WHEN counter.timeline <> here.timeline
            THEN format('timeline %s became %s', counter.timeline, here.timeline) END));
END $$;

-- Consumers: how far each has read, which is what retention waits for.

CREATE TABLE confirmd_data.outbox_consumer (
    consumer text PRIMARY KEY CHECK (confirmd_data.is_name(consumer, 64)),
    role name NOT NULL,
    incarnation int NOT NULL,
    position bigint NOT NULL CHECK (position >= 0),
    registered_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    acknowledged_at timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (fillfactor = 50);

CREATE VIEW confirmd.outbox_consumer AS
    SELECT c.consumer, c.role, c.incarnation, c.position, o.position - c.position AS lag,
           (SELECT e.occurred_at FROM confirmd.outbox e WHERE e.position = c.position + 1) AS waiting_since,
           c.registered_at, c.acknowledged_at
    FROM confirmd_data.outbox_consumer c CROSS JOIN confirmd_data.outbox_counter o;

-- Takes no lock that a worker waits for: it reads the counter as it was committed, and its own row is nobody else's.
CREATE FUNCTION confirmd.acknowledge(consumer text, incarnation int, last_position bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    known confirmd_data.outbox_consumer;
    counter confirmd_data.outbox_counter;
BEGIN
    IF consumer IS NULL OR NOT confirmd_data.is_name(consumer, 64) THEN
        RAISE EXCEPTION 'a consumer needs a name of 1 to 64 characters' USING ERRCODE = 'CF005';
    END IF;
    IF incarnation IS NULL OR last_position IS NULL OR last_position < 0 THEN
        RAISE EXCEPTION 'an incarnation and a position of at least 0 are needed' USING ERRCODE = 'CF005';
    END IF;
    SELECT * INTO known FROM confirmd_data.outbox_consumer c WHERE c.consumer = consumer FOR UPDATE;
    IF known IS NULL THEN
        IF (SELECT count(*) FROM confirmd_data.outbox_consumer c WHERE c.role = session_user) >= 100 THEN
            RAISE EXCEPTION 'role % has 100 consumers already', session_user USING ERRCODE = 'CF015',
                HINT = 'A consumer is one reader that goes on for ever; give it the same name after every restart.';
        END IF;
        INSERT INTO confirmd_data.outbox_consumer (consumer, role, incarnation, position)
        VALUES (consumer, session_user, incarnation, 0) ON CONFLICT DO NOTHING;
        SELECT * INTO STRICT known FROM confirmd_data.outbox_consumer c WHERE c.consumer = consumer FOR UPDATE;
    END IF;
    IF known.role <> session_user THEN
        RAISE EXCEPTION 'consumer "%" belongs to another role', consumer USING ERRCODE = 'CF010',
            HINT = 'A name belongs to the role that used it first; SELECT consumer, role FROM confirmd.outbox_consumer shows them.';
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

-- Partitions of a million positions. Both functions give up at once, until next time, where they would have to wait
-- for a lock: whoever came after them would wait with them.

-- Has two partitions ready beyond the one being written, and returns those it made. Attaching, unlike CREATE TABLE …
-- PARTITION OF, leaves readers and writers alone.
CREATE FUNCTION confirmd_data.extend_outbox() RETURNS text[] LANGUAGE plpgsql AS $$
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
        EXECUTE format('CREATE TABLE confirmd_data.%I (LIKE confirmd.outbox INCLUDING ALL)', partition);
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
SELECT confirmd_data.extend_outbox();

-- Drops partitions that every consumer has read to their end and whose last event is older than that; returns those it
-- dropped. Without any consumer nobody knows who still wants to read, so all stay; so does the one with the last event.
CREATE FUNCTION confirmd_data.trim_outbox(older_than interval) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
    size CONSTANT bigint := 1000000;
    read_through bigint;
    number bigint;
    partition text;
    is_old boolean;
    dropped text[] := '{}';
BEGIN
    SELECT least(min(c.position), o.position - 1) INTO read_through
    FROM confirmd_data.outbox_consumer c CROSS JOIN confirmd_data.outbox_counter o GROUP BY o.position;
    FOR number, partition IN
        SELECT substring(c.relname FROM '[0-9]+$')::bigint AS number, c.relname
        FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'confirmd.outbox'::regclass ORDER BY number
    LOOP
        EXIT WHEN (number + 1) * size - 1 <= read_through IS NOT TRUE;
        EXECUTE format('SELECT occurred_at < clock_timestamp() - $1 FROM confirmd_data.%I
            ORDER BY position DESC LIMIT 1', partition) INTO is_old USING older_than;
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
END $$;
