public import Chain
public import Foundation
public import Payments
import Postgres

/// A deposit that was rejected because its owner did not ask for its asset, while another one at the address does.
public struct UnexpectedDeposit: Sendable {
    public let transfer: Transfer
    public let block: BlockStamp
    /// When it was seen first, in seconds since 1970.
    public let seenAt: Int64

    public init(transfer: Transfer, block: BlockStamp, seenAt: Int64) {
        self.transfer = transfer
        self.block = block
        self.seenAt = seenAt
    }
}

extension Store {
    /// Deposits rejected for their asset at the addresses of these owners' options, under another owner, which the
    /// options ask for. Only wallets of one customer share an address.
    public func unexpectedDeposits(of owners: [UUID]) async throws -> [UnexpectedDeposit] {
        let rows = try await connection.query(
            """
            SELECT d.transaction, d.locator, a.contract, d.key, d.gross::text AS gross, d.block_index, d.maturity,
                   d.block_height, d.block_hash, extract(epoch FROM d.block_time)::bigint AS block_time,
                   extract(epoch FROM d.seen_at)::bigint AS seen_at
            FROM confirmd_data.option p
            JOIN confirmd_data.option other ON other.network = p.network AND other.key = p.key
                AND other.owner_id <> p.owner_id
            JOIN confirmd_data.deposit d ON d.owner_id = other.owner_id AND d.key = p.key AND d.network = p.network
                AND d.asset = p.asset
            JOIN confirmd_data.asset a ON a.asset = d.asset
            WHERE p.owner_id = ANY ($1) AND d.status = 'rejected' AND d.reason = 'unexpected_asset'
              AND d.block_hash IS NOT NULL
            """, [.uuidArray(owners)])
        var deposits: [UnexpectedDeposit] = []
        for row in rows {
            let contract: [UInt8]? = try row.decode("contract")
            guard let transaction = Hash256(try row.decode("transaction", as: [UInt8].self)),
                let locator = Locator(try row.decode("locator", as: String.self)),
                let key = WatchKey(try row.decode("key", as: [UInt8].self)),
                let hash = Hash256(try row.decode("block_hash", as: [UInt8].self)),
                let gross = Amount(base: try row.decode("gross", as: String.self)).flatMap(UInt256.init)
            else { throw MalformedRow("a rejected deposit of \(lane)") }
            deposits.append(
                UnexpectedDeposit(
                    transfer: Transfer(
                        transaction: transaction, locator: locator, contract: contract.flatMap { WatchKey($0) },
                        recipient: key, amount: gross,
                        blockIndex: UInt32(clamping: try row.decode("block_index", as: Int64.self)),
                        maturity: try row.decode("maturity")),
                    block: BlockStamp(
                        height: try row.decode("block_height"), hash: hash, time: try row.decode("block_time")),
                    seenAt: try row.decode("seen_at")))
        }
        return deposits
    }
}
