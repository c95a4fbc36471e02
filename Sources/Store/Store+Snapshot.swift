public import Chain
public import Postgres

extension Store {
    /// Where the network stands. The lane's row is locked for the moment of reading, so that a commit whose fate was
    /// unknown has ended one way or the other.
    public func snapshot() async throws(PostgresError) -> NetworkSnapshot {
        let row = try await connection.query(
            "SELECT * FROM confirmd_data.standing($1)", [.text(lane)]
        ).only
        let height: Int64? = try row.decode("tip_height")
        let hash: [UInt8]? = try row.decode("tip_hash")
        var tip: BlockReference?
        if let height, let hash = hash.flatMap({ Hash256($0) }) { tip = BlockReference(height: height, hash: hash) }
        return NetworkSnapshot(
            epoch: try row.decode("epoch"), step: try row.decode("step"), tip: tip,
            watchNumber: try row.decode("watch_number"), policyNumber: try row.decode("policy_number"),
            isHalted: try row.decode("is_halted"), version: try row.decode("version"))
    }

    /// Whether an operator retired the network.
    public func isRetired() async throws(PostgresError) -> Bool {
        try await connection.query(
            "SELECT state = 'retired' AS is_retired FROM confirmd_data.network WHERE network = $1", [.text(lane)]
        ).only.decode("is_retired")
    }

    /// Folds the keys watched under numbers up to `through` into a state, in no order: there may be millions.
    public func watchedKeys<State: Sendable>(
        through: Int64, into state: consuming State,
        each: @escaping @Sendable (inout State, WatchKey) -> Void
    ) async throws -> State {
        try await connection.stream(
            "SELECT key FROM confirmd_data.option WHERE network = $1 AND watch_number <= $2",
            [.text(lane), .int8(through)], into: state
        ) { state, row in
            let key = try row.withBytes("key") { bytes throws(PostgresValueFault) in
                guard let bytes, let key = WatchKey(bytes) else { throw PostgresValueFault("is no watch key") }
                return key
            }
            each(&state, key)
        }
    }

    /// The blocks of our chain that are not followed by one older than `time` (seconds since 1970), up to the tip,
    /// oldest first, as far down as headers are stored without a gap. `isComplete` is false when it may go on below.
    public func headers(since time: Int64) async throws -> (blocks: [BlockReference], isComplete: Bool) {
        let rows = try await connection.query(
            """
            WITH numbered AS (
                SELECT height, hash, time, height - row_number() OVER (ORDER BY height) AS gap
                FROM confirmd_data.header WHERE network = $1),
            run AS (SELECT * FROM numbered WHERE gap = (SELECT gap FROM numbered ORDER BY height DESC LIMIT 1)),
            older AS (SELECT max(height) AS height FROM run WHERE time < to_timestamp($2))
            SELECT run.height, run.hash, older.height IS NOT NULL AS is_complete FROM run, older
            WHERE older.height IS NULL OR run.height > older.height ORDER BY run.height
            """, [.text(lane), .int8(time)])
        var blocks: [BlockReference] = []
        for row in rows {
            guard let hash = Hash256(try row.decode("hash", as: [UInt8].self)) else {
                throw MalformedRow("a header of \(lane) has no hash")
            }
            blocks.append(BlockReference(height: try row.decode("height"), hash: hash))
        }
        let isComplete = try rows.first?.decode("is_complete", as: Bool.self) ?? true
        return (blocks, isComplete || blocks.first?.height == 0)
    }
}
