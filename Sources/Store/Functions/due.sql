-- What has to arrive so that the merchant gets an amount, where the client bears fees: the rule of
-- `FeeTerms.due(for:serviceByClient:transferByClient:)` in Payments.
CREATE OR REPLACE FUNCTION confirmd_data.due(
    amount numeric, transfer_fee numeric, service_fee_bps int, service_fee_payer text, transfer_fee_payer text
) RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE service_fee_payer
        WHEN 'client' THEN div(amount * 10000 + (9999 - service_fee_bps), 10000 - service_fee_bps)
        ELSE amount END
    + CASE transfer_fee_payer WHEN 'client' THEN transfer_fee ELSE 0 END;
GRANT EXECUTE ON FUNCTION confirmd_data.due TO confirmd_daemon;
