import Postgres

public struct OutboxColumns: Decodable, Sendable {
    public let position: Int64
}

public struct ConsumerColumns: Decodable, Sendable {
    public let consumer: String
    public let role: String
    public let incarnation: Int32
    public let position: Int64
    /// Events that it has still to read.
    public let lag: Int64
    /// Since when the first of them waits; nil when there is none.
    public let waitingSince: String?
    public let acknowledgedAt: String
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

    /// Who reads the outbox and how far each has come, the furthest behind first.
    public func outboxConsumers() async throws -> [ViewRow<ConsumerColumns>] {
        try await rows(
            """
            SELECT consumer, role, incarnation, position, lag, \(Self.utc("waiting_since")),
                   \(Self.utc("registered_at")), \(Self.utc("acknowledged_at"))
            FROM confirmd.outbox_consumer ORDER BY lag DESC, consumer
            """, [])
    }

    /// Has the connection receive the hint that follows each commit with events; take it with `nextNotification`.
    public func listenForEvents() async throws {
        try await connection.listen(to: "confirmd_outbox")
    }
}
