-- What the creators of invoices and wallets call. Rows that workers lock are only ever touched by foreign keys here
-- (KEY SHARE), so a creator's open transaction holds nobody up.

-- A decimal number of whole coins as base units of the asset.
CREATE FUNCTION confirmd_data.base_units(value text, a confirmd_data.asset) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    base numeric;
BEGIN
    IF value IS NULL OR char_length(value) > 80 OR value !~ '^[0-9]+(\.[0-9]+)?$' THEN
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
END $$;

-- fee = transfer fee + service fee on the rest, rounded up; the same rule as `Fees` in Payments.
CREATE FUNCTION confirmd_data.fee(gross numeric, transfer_fee numeric, service_fee_bps int) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT transfer_fee + div((gross - transfer_fee) * service_fee_bps + 9999, 10000)
$$;

CREATE FUNCTION confirmd_data.find_asset(code text, on_address text) RETURNS confirmd_data.asset
LANGUAGE plpgsql STABLE AS $$
DECLARE
    a confirmd_data.asset;
BEGIN
    SELECT * INTO a FROM confirmd_data.asset WHERE asset = code;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'asset "%" is not listed', coalesce(code, '') USING ERRCODE = 'CF002',
            HINT = 'Assets are listed in networks.d/*.yaml; SELECT asset FROM confirmd.asset shows those in force.';
    END IF;
    IF EXISTS (SELECT FROM confirmd_data.network n WHERE n.network = a.network AND n.state = 'retired') THEN
        RAISE EXCEPTION 'network "%" of asset % is retired', a.network, code USING ERRCODE = 'CF022',
            HINT = 'Use an asset of another network.';
    END IF;
    IF on_address IS NULL OR NOT confirmd_data.is_name(on_address, 200) OR on_address ~ '\s' THEN
        RAISE EXCEPTION 'the address for % must be 1 to 200 characters without blanks', code USING ERRCODE = 'CF005';
    END IF;
    RETURN a;
END $$;

CREATE FUNCTION confirmd_data.find_project(name text) RETURNS confirmd_data.project
LANGUAGE plpgsql STABLE AS $$
DECLARE
    p confirmd_data.project;
BEGIN
    SELECT * INTO p FROM confirmd_data.project WHERE project = name;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no project "%"', coalesce(left(name, 64), '') USING ERRCODE = 'CF001',
            HINT = 'Make it with: confirmd project set NAME';
    END IF;
    RETURN p;
END $$;

-- Adds one option to an invoice under the invoice's own terms.
CREATE FUNCTION confirmd_data.insert_option(
    i confirmd_data.invoice, place int, asset_code text, on_address text, amount_text text, created timestamptz
) RETURNS void LANGUAGE plpgsql AS $$
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
        due_base := CASE i.service_fee_payer
                WHEN 'client' THEN div(amount_base * 10000 + (9999 - service_bps), 10000 - service_bps)
                ELSE amount_base END
            + CASE i.transfer_fee_payer WHEN 'client' THEN a.transfer_fee ELSE 0 END;
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

CREATE FUNCTION confirmd.create_invoice(
    project text, order_id text, options jsonb, expires_in interval DEFAULT '24 hours', metadata jsonb DEFAULT '{}'
) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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
    IF order_id IS NULL OR NOT confirmd_data.is_name(order_id, 200) THEN
        RAISE EXCEPTION 'order_id must be 1 to 200 characters without control characters' USING ERRCODE = 'CF005';
    END IF;
    IF expires_in IS NULL OR expires_in < interval '1 second' OR expires_in > interval '10 years' THEN
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
    INSERT INTO confirmd_data.owner (owner_id, kind, project, created_at) VALUES (id, 'invoice', p.project, created);
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

-- The invoice an operator or creator means, as it is now.
CREATE FUNCTION confirmd_data.find_invoice(id uuid) RETURNS confirmd_data.invoice LANGUAGE plpgsql STABLE AS $$
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

CREATE FUNCTION confirmd.add_option(invoice_id uuid, asset text, address text, amount text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    i confirmd_data.invoice := confirmd_data.find_invoice(invoice_id);
    place int;
BEGIN
    -- Creators wait for each other here, and never hold a row that a worker wants.
    PERFORM pg_advisory_xact_lock(hashtextextended('confirmd add_option ' || invoice_id, 0));
    IF i.status <> 'created' OR i.expired_at IS NOT NULL OR i.canceled_at IS NOT NULL THEN
        RAISE EXCEPTION 'invoice % is % and takes no more options', invoice_id,
            CASE WHEN i.expired_at IS NOT NULL THEN 'expired' ELSE i.status END USING ERRCODE = 'CF021';
    END IF;
    SELECT max(o.ordinal) + 1 INTO place FROM confirmd_data.option o WHERE o.owner_id = invoice_id;
    IF place >= 50 THEN
        RAISE EXCEPTION 'invoice % has 50 options, the most there can be', invoice_id USING ERRCODE = 'CF005';
    END IF;
    PERFORM confirmd_data.insert_option(i, place, asset, address, amount, clock_timestamp());
END $$;

CREATE FUNCTION confirmd.create_static_wallet(project text, customer_id text, asset text, address text) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    p confirmd_data.project := confirmd_data.find_project(project);
    a confirmd_data.asset := confirmd_data.find_asset(asset, address);
    id uuid := gen_random_uuid();
    created timestamptz := clock_timestamp();
    known record;
BEGIN
    IF customer_id IS NULL OR NOT confirmd_data.is_name(customer_id, 200) THEN
        RAISE EXCEPTION 'customer_id must be 1 to 200 characters without control characters' USING ERRCODE = 'CF005';
    END IF;
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
