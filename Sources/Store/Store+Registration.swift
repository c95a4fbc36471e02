public import Chain
import Foundation
public import Payments
public import Postgres

/// An option that nobody has registered yet.
public struct UnregisteredOption: Sendable {
    public let owner: Owner
    public let ordinal: Int32
    public let address: String
    /// Seconds since 1970, rounded down.
    public let createdAt: Int64
    /// Set once the address is watched; what is missing then is the scan back.
    public let key: WatchKey?

    public init(owner: Owner, ordinal: Int32, address: String, createdAt: Int64, key: WatchKey?) {
        self.owner = owner
        self.ordinal = ordinal
        self.address = address
        self.createdAt = createdAt
        self.key = key
    }

    public var id: ID { ID(owner: owner.id, ordinal: ordinal) }

    public struct ID: Hashable, Sendable {
        let owner: UUID
        let ordinal: Int32
    }
}

extension Store {
    /// Whether any option of this network waits to be registered.
    public func hasUnregisteredOptions() async throws(PostgresError) -> Bool {
        try await connection.query(
            """
            SELECT EXISTS (SELECT FROM confirmd_data.option p JOIN confirmd_data.owner o USING (owner_id)
                WHERE p.network = $1 AND p.registered_at IS NULL AND p.refused_reason IS NULL
                  AND o.halted_reason IS NULL) AS waiting
            """, [.text(lane)]
        ).only.decode("waiting")
    }

    /// Options of this network that wait to be registered, in turns by project, of each the oldest first: those whose address
    /// nobody looked at yet, or those that are watched and wait for the scan back. They are found by their state, never by a remembered number
    /// or time: a creator's transaction may show its rows late and out of order.
    public func unregisteredOptions(watched: Bool, limit: Int) async throws(PostgresError) -> [UnregisteredOption] {
        let rows = try await connection.query(
            """
            SELECT p.owner_id, p.ordinal, p.address,
                   floor(extract(epoch FROM least(p.created_at, clock_timestamp())))::bigint AS created_at, p.key,
                   \(Self.ownerColumns)
            FROM confirmd_data.option p \(Self.ownerJoin)
            WHERE p.network = $1 AND p.registered_at IS NULL AND p.refused_reason IS NULL
              AND (p.key IS NOT NULL) = $2 AND o.halted_reason IS NULL
            ORDER BY row_number() OVER (PARTITION BY o.project ORDER BY p.created_at, p.owner_id, p.ordinal),
                p.created_at, p.owner_id, p.ordinal LIMIT $3
            """, [.text(lane), .bool(watched), .int8(Int64(limit))])
        var options: [UnregisteredOption] = []
        for row in rows {
            let key: [UInt8]? = try row.decode("key")
            options.append(
                UnregisteredOption(
                    owner: try owner(row), ordinal: try row.decode("ordinal"), address: try row.decode("address"),
                    createdAt: try row.decode("created_at"), key: key.flatMap { WatchKey($0) }))
        }
        return options
    }

    /// Who owns each of these keys on this network already.
    public func holders(of keys: [WatchKey]) async throws(PostgresError) -> [WatchKey: [Owner]] {
        let rows = try await connection.query(
            """
            SELECT DISTINCT p.key, p.owner_id, \(Self.ownerColumns)
            FROM confirmd_data.option p \(Self.ownerJoin)
            WHERE p.network = $1 AND p.key = ANY ($2)
            """, [.text(lane), .byteaArray(keys.map(\.bytes))])
        var holders: [WatchKey: [Owner]] = [:]
        for row in rows {
            guard let key = WatchKey(try row.decode("key", as: [UInt8].self)) else { continue }
            holders[key, default: []].append(try owner(row))
        }
        return holders
    }

    private static let ownerColumns = "o.kind, o.project, coalesce(i.order_id, w.customer_id) AS reference"
    private static let ownerJoin = """
        JOIN confirmd_data.owner o ON o.owner_id = p.owner_id
        LEFT JOIN confirmd_data.invoice i ON i.invoice_id = p.owner_id
        LEFT JOIN confirmd_data.static_wallet w ON w.wallet_id = p.owner_id
        """

    private func owner(_ row: PostgresRow) throws(PostgresError) -> Owner {
        let kind: String = try row.decode("kind")
        return Owner(
            id: try row.decode("owner_id"), kind: kind == "wallet" ? .wallet : .invoice,
            project: try row.decode("project"), reference: try row.decode("reference"))
    }
}
