-- The tables behind the contract, and what is in them from the first. Schema confirmd holds what other services may call and
-- read; schema confirmd_data holds the rows themselves, so that their layout can change without anyone noticing.

CREATE TABLE confirmd_data.lane (
    lane text PRIMARY KEY,
    epoch bigint NOT NULL DEFAULT 0 CHECK (epoch >= 0),
    step bigint NOT NULL DEFAULT 0 CHECK (step >= 0),
    holder uuid,
    host text,
    held_until timestamptz,
    time_to_live interval NOT NULL DEFAULT '10 seconds'
) WITH (fillfactor = 50);
INSERT INTO confirmd_data.lane (lane) VALUES ('settlement');

CREATE TABLE confirmd_data.network (
    network text PRIMARY KEY CHECK (network ~ '^[a-z][a-z0-9-]{0,31}$'),
    family text NOT NULL,
    chain text NOT NULL,
    address_space text,
    max_block_gap interval NOT NULL,
    arrival_grace interval NOT NULL,
    tip_height bigint,
    tip_hash bytea CHECK (octet_length(tip_hash) = 32),
    tip_time timestamptz,
    head_height bigint,
    observed_through timestamptz,
    state text NOT NULL DEFAULT 'starting' CHECK (state IN ('starting', 'syncing', 'following', 'halted', 'retired')),
    state_reason text,
    watch_number bigint NOT NULL DEFAULT 0,
    policy_number bigint NOT NULL DEFAULT 0,
    version bigint NOT NULL DEFAULT 0,
    reorganized_at timestamptz,
    reorganized_depth bigint,
    finality jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(finality) = 'object'),
    floor_height bigint CHECK (floor_height >= 0),
    CHECK ((tip_height IS NULL) = (tip_hash IS NULL) AND (tip_height IS NULL) = (tip_time IS NULL))
) WITH (fillfactor = 50);
CREATE UNIQUE INDEX network_chain ON confirmd_data.network (family, chain);
COMMENT ON INDEX confirmd_data.network_chain IS 'One network for each chain, for ever.';

CREATE TABLE confirmd_data.header (
    network text NOT NULL REFERENCES confirmd_data.network,
    height bigint NOT NULL CHECK (height >= 0),
    hash bytea NOT NULL CHECK (octet_length(hash) = 32),
    parent bytea NOT NULL CHECK (octet_length(parent) = 32),
    time timestamptz NOT NULL,
    work numeric(39, 0) NOT NULL CHECK (work > 0),
    PRIMARY KEY (network, height)
);

CREATE TABLE confirmd_data.policy (
    network text NOT NULL REFERENCES confirmd_data.network,
    number bigint NOT NULL CHECK (number > 0),
    thresholds jsonb NOT NULL,
    difference jsonb NOT NULL,
    published_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    published_by text NOT NULL,
    PRIMARY KEY (network, number)
);

CREATE TABLE confirmd_data.asset (
    asset text PRIMARY KEY CHECK (asset ~ '^[A-Z0-9][A-Z0-9_]{0,31}$'),
    network text NOT NULL REFERENCES confirmd_data.network,
    contract bytea,
    decimals int NOT NULL CHECK (decimals BETWEEN 0 AND 36),
    min_deposit numeric(78, 0) NOT NULL CHECK (min_deposit >= 0),
    transfer_fee numeric(78, 0) NOT NULL CHECK (transfer_fee >= 0)
);
CREATE UNIQUE INDEX asset_by_contract ON confirmd_data.asset (network, contract) NULLS NOT DISTINCT;

CREATE TABLE confirmd_data.project (
    project text PRIMARY KEY CHECK (confirmd_data.is_name(project, 64)),
    service_fee_bps int NOT NULL DEFAULT 0 CHECK (service_fee_bps BETWEEN 0 AND 9999),
    service_fee_payer text NOT NULL DEFAULT 'merchant' CHECK (service_fee_payer IN ('merchant', 'client')),
    transfer_fee_payer text NOT NULL DEFAULT 'merchant' CHECK (transfer_fee_payer IN ('merchant', 'client')),
    underpay_tolerance_bps int NOT NULL DEFAULT 0 CHECK (underpay_tolerance_bps BETWEEN 0 AND 9999),
    overpay_tolerance_bps int NOT NULL DEFAULT 0 CHECK (overpay_tolerance_bps BETWEEN 0 AND 1000000),
    auto_confirm_bps int CHECK (auto_confirm_bps BETWEEN 1 AND 10000),
    late_policy text NOT NULL DEFAULT 'credit' CHECK (late_policy IN ('credit', 'settle')),
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE confirmd_data.project_asset (
    project text NOT NULL REFERENCES confirmd_data.project,
    asset text NOT NULL REFERENCES confirmd_data.asset,
    service_fee_bps int NOT NULL CHECK (service_fee_bps BETWEEN 0 AND 9999),
    PRIMARY KEY (project, asset)
);

-- What an address belongs to. Its version counts its events and is what two workers compare before they write. An owner may
-- have very many deposits: from a hundred on, a decision is made on how they add up and on those alone that change. One
-- whose rows can't be read, or whose decision can't be written, is set aside by itself.
CREATE TABLE confirmd_data.owner (
    owner_id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('invoice', 'wallet')),
    project text NOT NULL REFERENCES confirmd_data.project,
    version bigint NOT NULL DEFAULT 0,
    registrations int NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    totals jsonb CHECK (jsonb_typeof(totals) = 'array'),
    halted_reason text,
    halted_at timestamptz,
    check_at timestamptz,
    check_on text,
    check_mark text CHECK (check_mark IN ('observed', 'final')),
    check_through timestamptz,
    undecided jsonb CHECK (undecided ->> 'question' IN ('expiry', 'finality') AND jsonb_typeof(undecided -> 'waits') = 'array'),
    CHECK ((halted_reason IS NULL) = (halted_at IS NULL)),
    CHECK (num_nulls(check_on, check_mark, check_through) IN (0, 3))
) WITH (fillfactor = 80);
CREATE INDEX owner_check_at ON confirmd_data.owner (check_at) WHERE check_at IS NOT NULL;
CREATE INDEX owner_check_on ON confirmd_data.owner (check_on, check_mark, check_through) WHERE check_on IS NOT NULL;
CREATE INDEX owner_undecided ON confirmd_data.owner (owner_id) WHERE undecided IS NOT NULL;
CREATE INDEX owner_halted ON confirmd_data.owner (owner_id) WHERE halted_reason IS NOT NULL;

-- Status, reason and is_final follow from the rest; what time and operators decided is recorded beside the terms.
CREATE TABLE confirmd_data.invoice (
    invoice_id uuid PRIMARY KEY REFERENCES confirmd_data.owner,
    project text NOT NULL,
    order_id text NOT NULL CHECK (confirmd_data.is_name(order_id, 200)),
    status text NOT NULL DEFAULT 'created' CHECK (status IN ('created', 'partial', 'paid', 'overpaid', 'canceled')),
    reason text,
    is_final boolean NOT NULL DEFAULT false,
    refused boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    metadata jsonb NOT NULL,
    content bytea NOT NULL,
    service_fee_bps int NOT NULL,
    service_fee_bps_for jsonb NOT NULL,
    service_fee_payer text NOT NULL,
    transfer_fee_payer text NOT NULL,
    underpay_tolerance_bps int NOT NULL,
    overpay_tolerance_bps int NOT NULL,
    auto_confirm_bps int,
    late_policy text NOT NULL,
    expired_at timestamptz,
    canceled_at timestamptz,
    marked_numerator numeric,
    marked_denominator numeric CHECK (marked_denominator > 0),
    recurrences jsonb NOT NULL DEFAULT '{}',
    CHECK ((marked_numerator IS NULL) = (marked_denominator IS NULL))
) WITH (fillfactor = 80);
-- One index finds an order, refused or not, and lets only one that is not refused have its name.
CREATE UNIQUE INDEX invoice_by_order
    ON confirmd_data.invoice (project, order_id, (CASE WHEN refused THEN invoice_id END)) NULLS NOT DISTINCT;
CREATE INDEX invoice_by_creation ON confirmd_data.invoice (created_at);

CREATE TABLE confirmd_data.static_wallet (
    wallet_id uuid PRIMARY KEY REFERENCES confirmd_data.owner,
    project text NOT NULL,
    customer_id text NOT NULL CHECK (confirmd_data.is_name(customer_id, 200)),
    asset text NOT NULL REFERENCES confirmd_data.asset,
    refused boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX static_wallet_by_customer
    ON confirmd_data.static_wallet (project, customer_id, asset, (CASE WHEN refused THEN wallet_id END)) NULLS NOT DISTINCT;

-- One way to pay an owner. An invoice has several; a wallet has one, without amount.
CREATE TABLE confirmd_data.option (
    owner_id uuid NOT NULL REFERENCES confirmd_data.owner,
    ordinal int NOT NULL CHECK (ordinal >= 0),
    network text NOT NULL,
    asset text NOT NULL REFERENCES confirmd_data.asset,
    address text NOT NULL CHECK (char_length(address) BETWEEN 1 AND 200),
    amount numeric(78, 0) CHECK (amount > 0),
    due numeric(78, 0) CHECK (due > 0),
    service_fee_bps int,
    transfer_fee numeric(78, 0),
    created_at timestamptz NOT NULL,
    key bytea CHECK (octet_length(key) BETWEEN 1 AND 40),
    watch_number bigint,
    registered_at timestamptz,
    refused_reason text,
    PRIMARY KEY (owner_id, ordinal),
    CHECK ((key IS NULL) = (watch_number IS NULL)),
    CHECK (registered_at IS NULL OR key IS NOT NULL)
) WITH (fillfactor = 80);
CREATE INDEX option_unregistered ON confirmd_data.option (network, created_at)
    WHERE registered_at IS NULL AND refused_reason IS NULL;
CREATE INDEX option_by_key ON confirmd_data.option (network, key) WHERE key IS NOT NULL;
CREATE UNIQUE INDEX option_by_watch_number ON confirmd_data.option (network, watch_number) WHERE watch_number IS NOT NULL;
CREATE INDEX option_by_address ON confirmd_data.option USING hash (address);

-- deposit_id is a hash of the identity (network, transaction, locator, asset, key, amount); block and height are where
-- it is now. due_height is the tip height, or that of the tag due_tag, at which its next threshold is passed. Foreign keys
-- would be looked up and locked for every single row: commit_step itself sees to it that its option and asset are there,
-- and nobody deletes rows of those tables.
CREATE TABLE confirmd_data.deposit (
    deposit_id uuid PRIMARY KEY,
    network text NOT NULL,
    asset text NOT NULL,
    owner_id uuid NOT NULL,
    ordinal int NOT NULL,
    transaction bytea NOT NULL CHECK (octet_length(transaction) = 32),
    locator text NOT NULL,
    key bytea NOT NULL,
    gross numeric(78, 0) NOT NULL CHECK (gross > 0),
    status text NOT NULL CHECK (status IN ('detected', 'credited', 'final', 'orphaned', 'reversed', 'dropped', 'rejected')),
    reason text,
    late boolean NOT NULL,
    seen_at timestamptz NOT NULL,
    block_height bigint,
    block_hash bytea CHECK (octet_length(block_hash) = 32),
    block_time timestamptz,
    block_index bigint,
    disconnected_height bigint,
    gone boolean NOT NULL DEFAULT false,
    maturity int NOT NULL CHECK (maturity >= 0),
    credit_required int NOT NULL CHECK (credit_required >= 1),
    final_required int NOT NULL,
    due_height bigint,
    fee numeric(78, 0),
    net numeric(78, 0),
    credits int NOT NULL DEFAULT 0,
    stays jsonb NOT NULL DEFAULT '{}',
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    credit_tag text,
    final_tag text,
    due_tag text,
    CONSTRAINT deposit_required_check CHECK (
        CASE WHEN final_tag IS NOT DISTINCT FROM credit_tag THEN final_required >= credit_required
        ELSE final_tag IS NOT NULL AND final_required >= 1 END),
    -- What no `Deposit` can be.
    CONSTRAINT deposit_block_check CHECK (num_nulls(block_height, block_hash, block_time, block_index) IN (0, 4)),
    CONSTRAINT deposit_unmined_check CHECK (block_height IS NULL OR NOT gone AND disconnected_height IS NULL),
    CONSTRAINT deposit_net_check CHECK (num_nulls(fee, net) = 2 OR coalesce(fee + net = gross AND fee >= 0 AND net >= 0, false)),
    CONSTRAINT deposit_credits_check CHECK (credits >= 0),
    CONSTRAINT deposit_reason_check CHECK (CASE status
        WHEN 'dropped' THEN coalesce(reason IN ('double_spent', 'replaced', 'evicted', 'expired'), false)
        WHEN 'rejected' THEN coalesce(
            reason IN ('unexpected_asset', 'wrong_network', 'own_funds', 'below_minimum', 'below_fee'), false)
        ELSE reason IS NULL END),
    CONSTRAINT deposit_place_check CHECK (CASE
        WHEN status IN ('credited', 'final') THEN block_height IS NOT NULL
        WHEN status IN ('orphaned', 'reversed') THEN disconnected_height IS NOT NULL
        WHEN status = 'dropped' THEN block_height IS NULL AND (gone OR reason <> 'double_spent')
        WHEN status = 'rejected' THEN block_height IS NOT NULL OR gone
        ELSE true END),
    CONSTRAINT deposit_booked_check CHECK (CASE
        WHEN status IN ('credited', 'final', 'reversed') THEN fee IS NOT NULL AND credits > 0
        WHEN status = 'dropped' THEN fee IS NULL OR credits > 0
        ELSE fee IS NULL END)
) WITH (fillfactor = 80);
CREATE INDEX deposit_by_owner ON confirmd_data.deposit (owner_id);
-- A wallet's deposits that may still change, without those of its whole past.
CREATE INDEX deposit_open ON confirmd_data.deposit (owner_id) WHERE status NOT IN ('final', 'rejected', 'dropped');
CREATE INDEX deposit_due ON confirmd_data.deposit (network, due_height) WHERE due_height IS NOT NULL AND due_tag IS NULL;
CREATE INDEX deposit_due_tag ON confirmd_data.deposit (network, due_tag, due_height) WHERE due_tag IS NOT NULL;
CREATE INDEX deposit_by_block ON confirmd_data.deposit (network, block_height) WHERE block_height IS NOT NULL;
CREATE INDEX deposit_detected ON confirmd_data.deposit (network, asset) WHERE status = 'detected';
CREATE INDEX deposit_unmined ON confirmd_data.deposit (network, seen_at)
    WHERE block_height IS NULL AND (status = 'detected' OR NOT gone);
-- By the form that the view shows.
CREATE INDEX deposit_by_transaction ON confirmd_data.deposit USING hash (encode(transaction, 'hex'));

-- What the transactions of deposits spend: a block that spends any of it otherwise makes their deposits impossible.
CREATE TABLE confirmd_data.transaction (
    network text NOT NULL,
    transaction bytea NOT NULL CHECK (octet_length(transaction) = 32),
    spends bytea NOT NULL CHECK (octet_length(spends) > 0 AND octet_length(spends) % 36 = 0),
    PRIMARY KEY (network, transaction)
);

-- One row moves an amount from its debit to its credit account: an entry can not be out of balance. Its project and asset
-- are those of a balance.
CREATE TABLE confirmd_data.ledger_entry (
    entry_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('net', 'fee')),
    project text NOT NULL,
    asset text NOT NULL,
    debit_account text NOT NULL,
    credit_account text NOT NULL,
    amount numeric(78, 0) NOT NULL CHECK (amount > 0),
    deposit_id uuid NOT NULL REFERENCES confirmd_data.deposit,
    credit_number int NOT NULL CHECK (credit_number >= 1),
    is_reversal boolean NOT NULL DEFAULT false,
    policy_number bigint NOT NULL,
    transfer_fee numeric(78, 0) NOT NULL,
    service_fee_bps int NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK (debit_account <> credit_account)
);
-- A deposit's n-th credit is booked once and reversed at most once.
CREATE UNIQUE INDEX ledger_entry_once ON confirmd_data.ledger_entry (deposit_id, credit_number, kind, is_reversal);
CREATE TRIGGER ledger_entry_is_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON confirmd_data.ledger_entry
    FOR EACH STATEMENT EXECUTE FUNCTION confirmd_data.refuse_change();

CREATE TABLE confirmd_data.balance (
    project text NOT NULL REFERENCES confirmd_data.project,
    asset text NOT NULL REFERENCES confirmd_data.asset,
    credited numeric NOT NULL DEFAULT 0 CHECK (credited >= 0),
    final numeric NOT NULL DEFAULT 0 CHECK (final BETWEEN 0 AND credited),
    fees numeric NOT NULL DEFAULT 0 CHECK (fees >= 0),
    PRIMARY KEY (project, asset)
) WITH (fillfactor = 50);

-- What operators asked for, in the order of their numbers, and what became of it. One of a kind waits for each invoice and
-- network.
CREATE TABLE confirmd_data.operator_command (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN (
        'mark_paid', 'cancel', 'retire_network', 'new_incarnation', 'resume_network', 'resync_network', 'remove_consumer')),
    invoice_id uuid REFERENCES confirmd_data.invoice,
    network text REFERENCES confirmd_data.network,
    reason text NOT NULL CHECK (confirmd_data.is_name(reason, 500)),
    requested_by text NOT NULL DEFAULT session_user,
    requested_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    outcome text CHECK (outcome IN ('applied', 'refused')),
    detail text,
    decided_at timestamptz,
    CHECK ((kind IN ('mark_paid', 'cancel')) = (invoice_id IS NOT NULL)),
    CHECK ((kind IN ('retire_network', 'resume_network', 'resync_network')) = (network IS NOT NULL)),
    CHECK ((outcome IS NULL) = (decided_at IS NULL))
);
CREATE INDEX operator_command_waiting ON confirmd_data.operator_command (number) WHERE outcome IS NULL;
CREATE UNIQUE INDEX operator_command_of_invoice ON confirmd_data.operator_command (invoice_id, kind)
    WHERE outcome IS NULL AND invoice_id IS NOT NULL;
CREATE UNIQUE INDEX operator_command_of_network ON confirmd_data.operator_command (network, kind)
    WHERE outcome IS NULL AND network IS NOT NULL;

-- Events in the order of their commits.
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

-- Change data capture reads the columns that Debezium's outbox event router knows, and the two that the rule of every reader
-- is about, under the parent's name.
SET LOCAL client_min_messages = error; -- that wal_level is not logical concerns those alone who use it
CREATE PUBLICATION confirmd_outbox
    FOR TABLE confirmd.outbox (id, aggregatetype, aggregateid, type, payload, position, incarnation)
    WITH (publish = 'insert', publish_via_partition_root = true);

-- Positions are only comparable within an incarnation, because a database that lost commits gives them out again.
CREATE TABLE confirmd.outbox_incarnation (
    incarnation int PRIMARY KEY,
    first_position bigint NOT NULL,
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    reason text NOT NULL
);
INSERT INTO confirmd.outbox_incarnation (incarnation, first_position, reason) VALUES (1, 1, 'first');

CREATE TYPE confirmd_data.lineage_place AS (incarnation int, "position" bigint, system_identifier bigint, timeline int);
COMMENT ON TYPE confirmd_data.lineage_place IS 'Where a database stands: incarnation and last position of its outbox, server and timeline.';

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

-- How far each reader of the outbox has come, which is what retention waits for. A hundred slots for each role: two sessions
-- that come at once can't have the same one.
CREATE TABLE confirmd_data.outbox_consumer (
    consumer text PRIMARY KEY CHECK (confirmd_data.is_name(consumer, 64)),
    role name NOT NULL,
    incarnation int NOT NULL,
    position bigint NOT NULL CHECK (position >= 0),
    registered_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    acknowledged_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    slot int NOT NULL CHECK (slot > 0),
    CONSTRAINT outbox_consumer_slot UNIQUE (role, slot)
) WITH (fillfactor = 50);

SELECT confirmd_data.extend_outbox();

-- Nobody but the owner writes.
GRANT SELECT ON ALL TABLES IN SCHEMA confirmd TO confirmd_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA confirmd_data TO confirmd_daemon;
