-- Adds one option to an invoice under the invoice's own terms.
CREATE OR REPLACE FUNCTION confirmd_data.insert_option(
    i confirmd_data.invoice, place int, asset_code text, on_address text, amount_text text, created timestamptz
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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
GRANT EXECUTE ON FUNCTION confirmd_data.insert_option TO confirmd_daemon;
