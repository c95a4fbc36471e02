CREATE OR REPLACE VIEW confirmd.balance AS
    SELECT b.project, b.asset,
           confirmd_data.whole(b.credited, a.decimals) AS credited, b.credited AS credited_base,
           confirmd_data.whole(b.final, a.decimals) AS final, b.final AS final_base,
           confirmd_data.whole(b.fees, a.decimals) AS fees, b.fees AS fees_base
    FROM confirmd_data.balance b JOIN confirmd_data.asset a ON a.asset = b.asset;
GRANT SELECT ON confirmd.balance TO confirmd_reader;
COMMENT ON VIEW confirmd.balance IS 'Sums of the live entries by project and asset. It is not a spendable balance: withdrawals happen elsewhere.';
COMMENT ON COLUMN confirmd.balance.project IS 'The project.';
COMMENT ON COLUMN confirmd.balance.asset IS 'The asset.';
COMMENT ON COLUMN confirmd.balance.credited IS 'Net of all deposits credited and not reversed, in whole coins.';
COMMENT ON COLUMN confirmd.balance.credited_base IS 'The same in base units.';
COMMENT ON COLUMN confirmd.balance.final IS 'The part of it past the final threshold, in whole coins.';
COMMENT ON COLUMN confirmd.balance.final_base IS 'The same in base units.';
COMMENT ON COLUMN confirmd.balance.fees IS 'Fees of all deposits credited and not reversed, in whole coins.';
COMMENT ON COLUMN confirmd.balance.fees_base IS 'The same in base units.';
