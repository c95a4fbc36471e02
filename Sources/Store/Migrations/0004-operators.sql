-- What operators call through the command line.

-- Makes a project or changes the named terms of one; NULL leaves a term as it is. Invoices keep the terms they were
-- made with. Fee overrides: {"LTC": 100}, in basis points.
CREATE FUNCTION confirmd.set_project(
    project text, service_fee_bps int DEFAULT NULL, service_fee_payer text DEFAULT NULL,
    transfer_fee_payer text DEFAULT NULL, underpay_tolerance_bps int DEFAULT NULL,
    overpay_tolerance_bps int DEFAULT NULL, auto_confirm_bps int DEFAULT NULL, late_policy text DEFAULT NULL,
    service_fee_bps_for jsonb DEFAULT '{}'
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    code text;
    bps int;
BEGIN
    IF project IS NULL OR NOT confirmd_data.is_name(project, 64) THEN
        RAISE EXCEPTION 'a project needs a name of 1 to 64 characters' USING ERRCODE = 'CF005';
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
    FOR code, bps IN SELECT e.key, e.value::int FROM jsonb_each_text(service_fee_bps_for) e LOOP
        PERFORM confirmd_data.find_asset(code, 'none');
        IF bps NOT BETWEEN 0 AND 9999 THEN
            RAISE EXCEPTION 'the service fee for % must be below 100 %%', code USING ERRCODE = 'CF005';
        END IF;
        INSERT INTO confirmd_data.project_asset AS t (project, asset, service_fee_bps) VALUES (project, code, bps)
        ON CONFLICT ON CONSTRAINT project_asset_pkey DO UPDATE SET service_fee_bps = excluded.service_fee_bps;
    END LOOP;
EXCEPTION WHEN check_violation OR invalid_text_representation OR numeric_value_out_of_range THEN
    RAISE EXCEPTION 'a term of project "%" is out of its range', project USING ERRCODE = 'CF005',
        HINT = 'Fees and the underpay tolerance are 0 to 9999 basis points, auto-confirm 1 to 10000; payers merchant or client; late policy credit or settle.';
END $$;

-- Commands are queued: the daemon carries them out in the order of their numbers, and confirmd.operator_command shows
-- what became of each.
CREATE FUNCTION confirmd_data.queue_command(kind text, invoice_id uuid, network text, reason text) RETURNS bigint
LANGUAGE plpgsql AS $$
#variable_conflict use_variable
DECLARE
    number bigint;
BEGIN
    IF reason IS NULL OR NOT confirmd_data.is_name(reason, 500) THEN
        RAISE EXCEPTION 'a reason of 1 to 500 characters is needed' USING ERRCODE = 'CF005';
    END IF;
    INSERT INTO confirmd_data.operator_command AS c (kind, invoice_id, network, reason)
    VALUES (kind, invoice_id, network, reason) RETURNING c.number INTO number;
    RETURN number;
END $$;

CREATE FUNCTION confirmd.mark_paid(invoice_id uuid, reason text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM confirmd_data.find_invoice(invoice_id);
    RETURN confirmd_data.queue_command('mark_paid', invoice_id, NULL, reason);
END $$;

CREATE FUNCTION confirmd.cancel_invoice(invoice_id uuid, reason text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM confirmd_data.find_invoice(invoice_id);
    RETURN confirmd_data.queue_command('cancel', invoice_id, NULL, reason);
END $$;

CREATE FUNCTION confirmd.retire_network(network text, reason text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
BEGIN
    IF NOT EXISTS (SELECT FROM confirmd_data.network n WHERE n.network = network) THEN
        RAISE EXCEPTION 'there is no network "%"', coalesce(left(network, 64), '') USING ERRCODE = 'CF023',
            HINT = 'SELECT network FROM confirmd.network shows those there are.';
    END IF;
    RETURN confirmd_data.queue_command('retire_network', NULL, network, reason);
END $$;

CREATE FUNCTION confirmd.new_outbox_incarnation(reason text) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT confirmd_data.queue_command('new_incarnation', NULL, NULL, reason)
$$;
