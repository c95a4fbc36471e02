CREATE OR REPLACE VIEW confirmd.static_wallet AS
    SELECT w.wallet_id AS id, w.project, w.customer_id, w.asset, p.network, p.address, o.version, w.created_at,
           p.registered_at, p.refused_reason, o.halted_reason
    FROM confirmd_data.static_wallet w
    JOIN confirmd_data.owner o ON o.owner_id = w.wallet_id
    JOIN confirmd_data.option p ON p.owner_id = w.wallet_id;
GRANT SELECT ON confirmd.static_wallet TO confirmd_reader;
COMMENT ON VIEW confirmd.static_wallet IS 'Addresses of customers that take any amount at any time.';
COMMENT ON COLUMN confirmd.static_wallet.id IS 'The wallet''s id: aggregateid of its events.';
COMMENT ON COLUMN confirmd.static_wallet.project IS 'The project it belongs to.';
COMMENT ON COLUMN confirmd.static_wallet.customer_id IS 'The creator''s own name for the customer; unique in a project and asset among those not refused.';
COMMENT ON COLUMN confirmd.static_wallet.asset IS 'What it takes.';
COMMENT ON COLUMN confirmd.static_wallet.network IS 'The network of its asset.';
COMMENT ON COLUMN confirmd.static_wallet.address IS 'Its address, as the creator wrote it.';
COMMENT ON COLUMN confirmd.static_wallet.version IS 'How many events the wallet has had: aggregate_version of the last.';
COMMENT ON COLUMN confirmd.static_wallet.created_at IS 'When it was made.';
COMMENT ON COLUMN confirmd.static_wallet.registered_at IS 'Since when its address is watched and the past was searched; NULL before.';
COMMENT ON COLUMN confirmd.static_wallet.refused_reason IS 'Why it can not be watched: malformed_address, address_of_other_network, address_in_use, unwatchable_script.';
COMMENT ON COLUMN confirmd.static_wallet.halted_reason IS 'Why nothing can be decided about it, while its deposits are recorded; NULL where it can.';
