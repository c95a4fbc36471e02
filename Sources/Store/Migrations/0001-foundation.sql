-- The tables behind the contract. Schema confirmd holds what other services may call and read; schema confirmd_data
-- holds the rows themselves, so that they can be arranged anew without anyone noticing.

-- confirmd_data is there already: it holds the record of applied migrations.
CREATE SCHEMA confirmd;
COMMENT ON SCHEMA confirmd_data IS 'Storage of confirmd. Private: read the views of schema confirmd instead.';

-- Text of bounded length, without control characters or blanks at its ends.
CREATE FUNCTION confirmd_data.is_name(value text, longest int) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT char_length(value) BETWEEN 1 AND longest AND value !~ '[[:cntrl:]]' AND value = btrim(value)
$$;

-- Base units as a decimal number of whole coins, exactly: division would round, moving the point does not.
CREATE FUNCTION confirmd_data.whole(base numeric, decimals int) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT trim_scale((base::text || 'e-' || decimals)::numeric)
$$;

CREATE TABLE confirmd_data.lane (
    lane text PRIMARY KEY,
    epoch bigint NOT NULL DEFAULT 0 CHECK (epoch >= 0),
    step bigint NOT NULL DEFAULT 0 CHECK (step >= 0),
    holder uuid,
    host text,
    held_until timestamptz
) WITH (fillfactor = 50);

CREATE TABLE confirmd_data.network (
    network text PRIMARY KEY CHECK (network ~ '^[a-z][a-z0-9-]{0,31}$'),
    family text NOT NULL,
    chain text NOT NULL,
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
    CHECK ((tip_height IS NULL) = (tip_hash IS NULL) AND (tip_height IS NULL) = (tip_time IS NULL))
) WITH (fillfactor = 50);

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

-- What an address belongs to. Its version counts its events and is what two workers compare before they write.
CREATE TABLE confirmd_data.owner (
    owner_id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('invoice', 'wallet')),
    project text NOT NULL REFERENCES confirmd_data.project,
    version bigint NOT NULL DEFAULT 0,
    registrations int NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL
) WITH (fillfactor = 80);

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
CREATE UNIQUE INDEX invoice_by_order ON confirmd_data.invoice (project, order_id) WHERE NOT refused;
CREATE INDEX invoice_by_creation ON confirmd_data.invoice (created_at);
CREATE INDEX invoice_unexpired ON confirmd_data.invoice (expires_at)
    WHERE expired_at IS NULL AND canceled_at IS NULL AND NOT refused;
CREATE INDEX invoice_unfinal ON confirmd_data.invoice (expires_at)
    WHERE NOT is_final AND (expired_at IS NOT NULL OR canceled_at IS NOT NULL OR refused);

CREATE TABLE confirmd_data.static_wallet (
    wallet_id uuid PRIMARY KEY REFERENCES confirmd_data.owner,
    project text NOT NULL,
    customer_id text NOT NULL CHECK (confirmd_data.is_name(customer_id, 200)),
    asset text NOT NULL REFERENCES confirmd_data.asset,
    refused boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX static_wallet_by_customer ON confirmd_data.static_wallet (project, customer_id, asset) WHERE NOT refused;

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

-- deposit_id is a hash of the identity (network, transaction, locator, asset, key, amount); block and height are where
-- it is now. due_height is the tip height at which its next threshold is passed.
CREATE TABLE confirmd_data.deposit (
    deposit_id uuid PRIMARY KEY,
    network text NOT NULL,
    asset text NOT NULL REFERENCES confirmd_data.asset,
    owner_id uuid NOT NULL REFERENCES confirmd_data.owner,
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
    final_required int NOT NULL CHECK (final_required >= credit_required),
    due_height bigint,
    fee numeric(78, 0),
    net numeric(78, 0),
    credits int NOT NULL DEFAULT 0,
    stays jsonb NOT NULL DEFAULT '{}',
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    FOREIGN KEY (owner_id, ordinal) REFERENCES confirmd_data.option,
    CHECK ((block_height IS NULL) = (block_hash IS NULL)),
    CHECK ((status IN ('credited', 'final')) <= (net IS NOT NULL AND fee IS NOT NULL)),
    CHECK (net + fee = gross)
) WITH (fillfactor = 80);
CREATE INDEX deposit_by_owner ON confirmd_data.deposit (owner_id);
CREATE INDEX deposit_due ON confirmd_data.deposit (network, due_height) WHERE due_height IS NOT NULL;
CREATE INDEX deposit_by_transaction ON confirmd_data.deposit (transaction);

-- One row moves an amount from its debit to its credit account: an entry can not be out of balance.
CREATE TABLE confirmd_data.ledger_entry (
    entry_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('net', 'fee')),
    project text NOT NULL REFERENCES confirmd_data.project,
    asset text NOT NULL REFERENCES confirmd_data.asset,
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

CREATE TABLE confirmd_data.balance (
    project text NOT NULL REFERENCES confirmd_data.project,
    asset text NOT NULL REFERENCES confirmd_data.asset,
    credited numeric NOT NULL DEFAULT 0 CHECK (credited >= 0),
    final numeric NOT NULL DEFAULT 0 CHECK (final BETWEEN 0 AND credited),
    fees numeric NOT NULL DEFAULT 0 CHECK (fees >= 0),
    PRIMARY KEY (project, asset)
) WITH (fillfactor = 50);

-- What operators asked for, in the order of their numbers, and what became of it.
CREATE TABLE confirmd_data.operator_command (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('mark_paid', 'cancel', 'retire_network', 'new_incarnation')),
    invoice_id uuid REFERENCES confirmd_data.invoice,
    network text REFERENCES confirmd_data.network,
    reason text NOT NULL CHECK (confirmd_data.is_name(reason, 500)),
    requested_by text NOT NULL DEFAULT session_user,
    requested_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    outcome text CHECK (outcome IN ('applied', 'refused')),
    detail text,
    decided_at timestamptz,
    CHECK ((kind IN ('mark_paid', 'cancel')) = (invoice_id IS NOT NULL)),
    CHECK ((kind = 'retire_network') = (network IS NOT NULL)),
    CHECK ((outcome IS NULL) = (decided_at IS NULL))
);
CREATE INDEX operator_command_waiting ON confirmd_data.operator_command (number) WHERE outcome IS NULL;

CREATE FUNCTION confirmd_data.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% rows are written once and never changed', TG_TABLE_NAME
        USING ERRCODE = 'CF008', HINT = 'Corrections are new rows: reversals in the ledger, later events in the outbox.';
END $$;
CREATE TRIGGER ledger_entry_is_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON confirmd_data.ledger_entry
    FOR EACH STATEMENT EXECUTE FUNCTION confirmd_data.refuse_change();
