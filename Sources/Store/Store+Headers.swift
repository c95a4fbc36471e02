public import Chain
import Postgres

/// The stored headers of our chain: the window below the tip, and those kept for ever below it.
extension Store {
    /// The stored headers that end with the tip and have no gap, oldest first, at most `maximum`.
    public func window(_ maximum: Int) async throws -> [Header] {
        var window: [Header] = []
        for header in try await storedHeaders(limit: Int64(maximum)) {
            if let child = window.last, child.parent != header.hash || child.height != header.height + 1 { break }
            window.append(header)
        }
        return window.reversed()
    }

    /// The stored headers of our chain, highest first; all of them without a limit.
    public func storedHeaders(limit: Int64? = nil) async throws -> [Header] {
        try await connection.query(
            """
            SELECT height, hash, parent, extract(epoch FROM time)::bigint AS time, work::text AS work
            FROM confirmd_data.header WHERE network = $1 ORDER BY height DESC LIMIT $2
            """, [.text(lane), .int8(limit)]
        ).map { row in
            guard let work = UInt128(try row.decode("work", as: String.self)),
                let parent = Hash256(try row.decode("parent", as: [UInt8].self))
            else { throw MalformedRow("a header of \(lane)") }
            return Header(reference: try reference(row), parent: parent, time: try row.decode("time"), work: work)
        }
    }

    /// The height of the lowest block that a deposit is in; nil where none is in any.
    public func lowestDeposit() async throws -> Int64? {
        try await connection.query(
            "SELECT min(block_height) AS height FROM confirmd_data.deposit WHERE network = $1", [.text(lane)]
        ).first?.decode("height")
    }

    private func reference(_ row: PostgresRow) throws -> BlockReference {
        guard let hash = Hash256(try row.decode("hash", as: [UInt8].self)) else {
            throw MalformedRow("a header of \(lane) has no hash")
        }
        return BlockReference(height: try row.decode("height"), hash: hash)
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
        let blocks = try rows.map { try reference($0) }
        let isComplete = try rows.first?.decode("is_complete", as: Bool.self) ?? true
        return (blocks, isComplete || blocks.first?.height == 0)
    }
}
