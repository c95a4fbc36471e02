public import Foundation
import Postgres

public struct OutboxColumns: Decodable, Sendable {
    public let position: Int64
}

/// An event by what it says, without its payload.
public struct EventColumns: Decodable, Sendable {
    public let position: Int64
    public let incarnation: Int32
    public let type: String
    /// The deposit that it is about; nil for other events.
    public let depositId: UUID?
    /// What that became, or the invoice.
    public let status: String?
    public let occurredAt: String
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
    /// For how many seconds.
    public let waitingSeconds: Int64?
    public let acknowledgedAt: String
}

public struct OutboxStandingColumns: Decodable, Sendable {
    public let position: Int64
    public let ahead: Int64
}

public struct ReplicationSlotColumns: Decodable, Sendable {
    public let slot: String
    /// Whether somebody reads from it now.
    public let isActive: Bool
    /// Bytes of write-ahead log that the server keeps for it.
    public let lagBytes: Int64
}

/// What a reader of the outbox has to know of its incarnations.
public struct OutboxTurn: Hashable, Sendable {
    public let newest: Int32
    /// The smallest first position of those that the reader does not know yet.
    public let firstPosition: Int64?

    public init(newest: Int32, firstPosition: Int64?) {
        self.newest = newest
        self.firstPosition = firstPosition
    }
}

public struct LedgerDifferenceColumns: Decodable, Sendable {
    public let asset: String
    public let difference: String
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

    /// The newest incarnation, and the first position of those that are newer than `incarnation`; nil when there are none.
    public func outboxTurn(since incarnation: Int32) async throws -> OutboxTurn {
        let row = try await connection.query(
            """
            SELECT max(incarnation) AS newest, min(first_position) FILTER (WHERE incarnation > $1) AS first_position
            FROM confirmd.outbox_incarnation
            """, [.int4(incarnation)]
        ).only
        return OutboxTurn(newest: try row.decode("newest"), firstPosition: try row.decode("first_position"))
    }

    /// How many of the newest events `events(of:)` looks through: the outbox has no index but its position.
    public static let eventsSearched: Int64 = 200_000

    /// The newest events about these invoices and wallets, oldest first, at most 1000.
    public func events(of owners: [UUID]) async throws -> [ViewRow<EventColumns>] {
        try await rows(
            """
            SELECT position, incarnation, type, deposit_id, status, occurred_at FROM (
                SELECT position, incarnation, type, (payload ->> 'deposit_id')::uuid AS deposit_id,
                       payload ->> 'status' AS status, \(Self.utc("occurred_at"))
                FROM confirmd.outbox
                WHERE position > (SELECT max(position) FROM confirmd.outbox) - $2
                  AND aggregatetype IN ('invoice', 'wallet') AND aggregateid = ANY ($1)
                ORDER BY position DESC LIMIT 1000) newest
            ORDER BY position
            """, [.textArray(owners.map { $0.uuidString.lowercased() }), .int8(Self.eventsSearched)])
    }

    /// Who reads the outbox and how far each has come, the furthest behind first.
    public func outboxConsumers() async throws -> [ViewRow<ConsumerColumns>] {
        try await rows(
            """
            SELECT consumer, role, incarnation, position, lag, \(Self.utc("waiting_since")),
                   extract(epoch FROM clock_timestamp() - waiting_since)::bigint AS waiting_seconds,
                   \(Self.utc("registered_at")), \(Self.utc("acknowledged_at"))
            FROM confirmd.outbox_consumer ORDER BY lag DESC, consumer
            """, [])
    }

    /// The logical replication slots of the database: change data capture, which acknowledges no events.
    public func replicationSlots() async throws -> [ViewRow<ReplicationSlotColumns>] {
        try await rows(
            """
            SELECT slot_name::text AS slot, active AS is_active,
                   coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn), 0)::bigint AS lag_bytes
            FROM pg_replication_slots WHERE slot_type = 'logical' AND database = current_database() ORDER BY slot_name
            """, [])
    }

    /// Where the outbox ends, and how many partitions wait for what comes.
    public func outboxStanding() async throws -> OutboxStandingColumns {
        let rows: [ViewRow<OutboxStandingColumns>] = try await rows(
            """
            SELECT coalesce(last.position, 0) AS position,
                   (SELECT count(*) FROM pg_inherits i
                    WHERE i.inhparent = 'confirmd.outbox'::regclass AND i.inhrelid > coalesce(last.partition, 0)) AS ahead
            FROM (SELECT 1) one LEFT JOIN LATERAL (
                SELECT position, tableoid AS partition FROM confirmd.outbox ORDER BY position DESC LIMIT 1) last ON true
            """, [])
        guard let row = rows.first else { throw MalformedRow("the outbox's standing") }
        return row.columns
    }

    /// By asset, the difference between the balances and the live entries of the ledger: always zero, in base units.
    public func ledgerDifferences() async throws -> [ViewRow<LedgerDifferenceColumns>] {
        try await rows(
            """
            SELECT a.asset, (coalesce(b.total, 0) - coalesce(e.total, 0))::text AS difference
            FROM confirmd.asset a
            LEFT JOIN (SELECT asset, sum(credited_base + fees_base) AS total FROM confirmd.balance GROUP BY asset) b
                USING (asset)
            LEFT JOIN (SELECT asset, sum(CASE WHEN is_reversal THEN -amount_base ELSE amount_base END) AS total
                       FROM confirmd.ledger_entry GROUP BY asset) e USING (asset)
            ORDER BY a.asset
            """, [])
    }

    /// Has the connection receive the hint that follows each commit with events; take it with `nextNotification`.
    public func listenForEvents() async throws {
        try await connection.listen(to: "confirmd_outbox")
    }
}
