CREATE OR REPLACE VIEW confirmd.asset AS
    SELECT asset, network, '0x' || encode(contract, 'hex') AS contract, decimals,
           confirmd_data.whole(min_deposit, decimals) AS min_deposit, min_deposit AS min_deposit_base,
           confirmd_data.whole(transfer_fee, decimals) AS transfer_fee, transfer_fee AS transfer_fee_base
    FROM confirmd_data.asset;
GRANT SELECT ON confirmd.asset TO confirmd_reader;
COMMENT ON VIEW confirmd.asset IS 'Coins and tokens that are listed. Network, contract and decimals never change under a code.';
COMMENT ON COLUMN confirmd.asset.asset IS 'Code of the asset, unique in the installation.';
COMMENT ON COLUMN confirmd.asset.network IS 'The network it lives on.';
COMMENT ON COLUMN confirmd.asset.contract IS 'Address of the token''s contract, 0x and hexadecimal; NULL for the network''s own coin.';
COMMENT ON COLUMN confirmd.asset.decimals IS 'Digits after the point of a whole coin; base units are whole coins × 10^decimals.';
COMMENT ON COLUMN confirmd.asset.min_deposit IS 'Smallest deposit that a static wallet takes and smallest amount of an option, in whole coins.';
COMMENT ON COLUMN confirmd.asset.min_deposit_base IS 'The same in base units.';
COMMENT ON COLUMN confirmd.asset.transfer_fee IS 'Flat fee of each deposit, in whole coins.';
COMMENT ON COLUMN confirmd.asset.transfer_fee_base IS 'The same in base units.';
