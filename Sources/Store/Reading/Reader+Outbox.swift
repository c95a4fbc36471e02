import Postgres

public struct OutboxColumns: Decodable, Sendable {
    public let position: Int64
}

extension Reader {
    /// Events above a position, in their order: `json` is the row with its payload as an object, in one line.
    public func outbox(after position: Int64, limit: Int64) async throws -> [ViewRow<OutboxColumns>] {
        try await rows(
            """
            SELECT position, incarnation, id, aggregatetype, aggregateid, type, payload, aggregate_version,
                   schema_version, \(Self.utc("occurred_at")), network
            FROM confirmd.outbox WHERE position > $1 ORDER BY position LIMIT $2
            """, [.int8(position), .int8(limit)])
    }

    /// Has the connection receive the hint that follows each commit with events; take it with `nextNotification`.
    public func listenForEvents() async throws {
        try await connection.listen(to: "confirmd_outbox")
    }
}
