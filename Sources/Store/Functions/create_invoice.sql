CREATE OR REPLACE FUNCTION confirmd.create_invoice(
    project text, order_id text, options jsonb, expires_in interval DEFAULT '24 hours', metadata jsonb DEFAULT '{}'
) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on SET timezone = 'UTC'
SET datestyle = 'ISO, MDY' SET intervalstyle = 'postgres' AS $$
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
GRANT EXECUTE ON FUNCTION confirmd.create_invoice TO confirmd_creator;
COMMENT ON FUNCTION confirmd.create_invoice IS 'Asks for payment before a deadline through any of 1 to 50 options, [{"asset":"LTC","address":"ltc1…","amount":"1.25"}, …]: amounts in whole coins, in every option or in none. Returns the invoice''s id; the same again returns the same id (idempotent on project and order_id). The terms of the project are copied. metadata: an object of at most 16 kB, never sent in events.';
