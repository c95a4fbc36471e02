public import Chain
public import Postgres

extension Store {
    /// Where the network stands. The lane's row is locked for the moment of reading, so that a commit whose fate was
    /// unknown has ended one way or the other.
    public func snapshot() async throws(PostgresError) -> NetworkSnapshot {
        let row = try await connection.query(
            """
            SELECT l.epoch, l.step, n.tip_height, n.tip_hash, n.watch_number, n.policy_number
            FROM confirmd_data.lane l JOIN confirmd_data.network n ON n.network = l.lane
            WHERE l.lane = $1 FOR NO KEY UPDATE OF l
            """, [.text(network)]
        ).only
        let height: Int64? = try row.decode("tip_height")
        let hash: [UInt8]? = try row.decode("tip_hash")
        var tip: BlockReference?
        if let height, let hash = hash.flatMap({ Hash256($0) }) { tip = BlockReference(height: height, hash: hash) }
        return NetworkSnapshot(
            epoch: try row.decode("epoch"), step: try row.decode("step"), tip: tip,
            watchNumber: try row.decode("watch_number"), policyNumber: try row.decode("policy_number"))
    }

    /// Folds the keys watched under numbers in `(after, through]` into a state, in no order: there may be millions.
    public func watchedKeys<State: Sendable>(
        after: Int64, through: Int64, into state: consuming State,
        each: @escaping @Sendable (inout State, WatchKey) -> Void
    ) async throws -> State {
        try await connection.stream(
            "SELECT key FROM confirmd_data.option WHERE network = $1 AND watch_number > $2 AND watch_number <= $3",
            [.text(network), .int8(after), .int8(through)], into: state
        ) { state, row in
            let key = try row.withBytes("key") { bytes throws(PostgresValueFault) in
                guard let bytes, let key = WatchKey(bytes) else { throw PostgresValueFault("is no watch key") }
                return key
            }
            each(&state, key)
        }
    }

    /// Connected headers from `height` up, oldest first, at most `limit`.
    public func headers(from height: Int64, limit: Int) async throws(PostgresError) -> [StoredHeader] {
        var headers: [StoredHeader] = []
        let rows = try await connection.query(
            """
            SELECT height, hash, extract(epoch FROM time)::bigint AS time FROM confirmd_data.header
            WHERE network = $1 AND height >= $2 ORDER BY height LIMIT $3
            """, [.text(network), .int8(height), .int8(Int64(limit))])
        for row in rows {
            guard let hash = Hash256(try row.decode("hash", as: [UInt8].self)) else { continue }
            headers.append(
                StoredHeader(
                    reference: BlockReference(height: try row.decode("height"), hash: hash),
                    time: try row.decode("time")))
        }
        return headers
    }
}

/// A block that is or was on our chain.
public struct StoredHeader: Hashable, Sendable {
    public let reference: BlockReference
    /// Seconds since 1970.
    public let time: Int64
}
