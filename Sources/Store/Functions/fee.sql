-- fee = transfer fee + service fee on the rest, rounded up; the same rule as `FeeTerms.fee(on:)` in Payments.
CREATE OR REPLACE FUNCTION confirmd_data.fee(gross numeric, transfer_fee numeric, service_fee_bps int) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN transfer_fee + div((gross - transfer_fee) * service_fee_bps + 9999, 10000);
GRANT EXECUTE ON FUNCTION confirmd_data.fee TO confirmd_daemon;
