public import Chain
public import Postgres

extension Store {
    /// Where the lane stands. The lane's row is locked for the moment of reading, so that a commit whose fate was
    /// unknown has ended one way or the other. Where the database has lost commits, the outbox gets a new incarnation.
    public func snapshot() async throws(PostgresError) -> LaneSnapshot {
        let row = try await connection.query(
            "SELECT * FROM confirmd_data.standing($1, $2)", [.text(lane), .jsonb(lineage.known)]
        ).only
        let height: Int64? = try row.decode("tip_height")
        let hash: [UInt8]? = try row.decode("tip_hash")
        var tip: BlockReference?
        if let height, let hash = hash.flatMap({ Hash256($0) }) { tip = BlockReference(height: height, hash: hash) }
        return LaneSnapshot(
            epoch: try row.decode("epoch"), step: try row.decode("step"), tip: tip,
            watchNumber: try row.decode("watch_number", as: Int64?.self) ?? 0,
            policyNumber: try row.decode("policy_number", as: Int64?.self) ?? 0,
            isHalted: try row.decode("is_halted", as: Bool?.self) ?? false,
            version: try row.decode("version", as: Int64?.self) ?? 0,
            finality: try StoredFinality.finality(row.decode("finality")), floor: try row.decode("floor_height"))
    }

    /// Whether an operator retired the network.
    public func isRetired() async throws(PostgresError) -> Bool {
        try await connection.query(
            "SELECT state = 'retired' AS is_retired FROM confirmd_data.network WHERE network = $1", [.text(lane)]
        ).only.decode("is_retired")
    }

    /// What tells this database from every other and from what it was before it lost commits.
    public func identity() async throws(PostgresError) -> String {
        try await connection.query(
            """
            SELECT system_identifier || '/' || timeline || '/' || incarnation AS identity
            FROM confirmd_data.lineage(NULL)
            """, []
        ).only.decode("identity")
    }

    /// The database's time, in seconds since 1970.
    public func time() async throws(PostgresError) -> Int64 {
        try await connection.query("SELECT floor(extract(epoch FROM clock_timestamp()))::bigint AS now", [])
            .only.decode("now")
    }

    public func siblingKeys(after known: [String: Int64]) async throws -> [SiblingKey] {
        try await connection.query(
            "SELECT * FROM confirmd_data.sibling_keys($1, $2)", [.text(lane), .jsonb(JSONObject.text(known))]
        ).map { row in
            guard let key = WatchKey(try row.decode("key", as: [UInt8].self)) else {
                throw MalformedRow("a key of \(lane)'s siblings")
            }
            return SiblingKey(network: try row.decode("network"), watchNumber: try row.decode("watch_number"), key: key)
        }
    }

    /// Folds the keys watched under numbers above `number` up to `through` into a state, in no order: there may be
    /// millions.
    public func watchedKeys<State: Sendable>(
        after number: Int64, through: Int64, into state: consuming State,
        each: @escaping @Sendable (inout State, WatchKey) -> Void
    ) async throws -> State {
        try await connection.stream(
            "SELECT key FROM confirmd_data.option WHERE network = $1 AND watch_number > $2 AND watch_number <= $3",
            [.text(lane), .int8(number), .int8(through)], into: state
        ) { state, row in
            let key = try row.withBytes("key") { bytes throws(PostgresValueFault) in
                guard let bytes, let key = WatchKey(bytes) else { throw PostgresValueFault("is not a watch key") }
                return key
            }
            each(&state, key)
        }
    }
}
