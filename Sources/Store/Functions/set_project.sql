-- Makes a project or changes the named terms of one; NULL leaves a term as it is. Invoices keep the terms they were
-- made with. Fee overrides: {"LTC": 100}, in basis points.
CREATE OR REPLACE FUNCTION confirmd.set_project(
    project text, service_fee_bps int DEFAULT NULL, service_fee_payer text DEFAULT NULL,
    transfer_fee_payer text DEFAULT NULL, underpay_tolerance_bps int DEFAULT NULL,
    overpay_tolerance_bps int DEFAULT NULL, auto_confirm_bps int DEFAULT NULL, late_policy text DEFAULT NULL,
    service_fee_bps_for jsonb DEFAULT '{}'
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on SET timezone = 'UTC'
SET datestyle = 'ISO, MDY' SET intervalstyle = 'postgres' AS $$
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
END $$;
GRANT EXECUTE ON FUNCTION confirmd.set_project TO confirmd_operator;
COMMENT ON FUNCTION confirmd.set_project IS 'Makes a project or changes those of its terms that are given. Fees and tolerances in basis points; service_fee_bps_for: overrides by asset, {"LTC": 100}. Invoices keep the terms they were made with.';
