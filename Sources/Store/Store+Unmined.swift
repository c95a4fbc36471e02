import Chain
import Foundation
public import Payments
import Postgres

extension Store {
    /// The transactions with deposits of this network that are in no block of our chain and may come into one.
    public func unmined() async throws -> [UnminedTransaction] {
        let rows = try await connection.query(
            """
            SELECT d.transaction, array_agg(d.deposit_id) AS deposits, array_agg(DISTINCT d.key) AS keys, t.spends
            FROM confirmd_data.deposit d
            LEFT JOIN confirmd_data.transaction t ON t.network = d.network AND t.transaction = d.transaction
            WHERE d.network = $1 AND d.block_height IS NULL AND (d.status = 'detected' OR NOT d.gone)
            GROUP BY d.transaction, t.spends
            """, [.text(lane)])
        return try rows.map { row in
            guard let id = Hash256(try row.decode("transaction", as: [UInt8].self)),
                let spends = StoredSpends.outpoints(try row.decode("spends", as: [UInt8]?.self) ?? [])
            else { throw MalformedRow("a transaction of \(lane)") }
            let keys: [[UInt8]] = try row.decode("keys")
            return UnminedTransaction(
                id: id, deposits: try row.decode("deposits"), keys: keys.compactMap { WatchKey($0) }, spends: spends)
        }
    }
}
