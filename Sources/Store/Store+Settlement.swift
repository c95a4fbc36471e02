public import Foundation
public import Payments
public import Postgres

/// What an operator asked for and nobody has carried out yet.
public struct WaitingCommand: Sendable {
    public let number: Int64
    public let subject: Subject

    /// Why a network is not resumed.
    public enum ResumeRefusal: String, Sendable {
        case notHalted = "not_halted"
    }

    public enum Subject: Sendable {
        case invoice(UUID, InvoiceCommand)
        /// Take up a halted network again, from an older block where `resync` is set.
        case resume(resync: Bool)
        /// Nothing to decide: the step that writes its outcome does it.
        case other
    }

    public init(number: Int64, subject: Subject) {
        self.number = number
        self.subject = subject
    }
}

extension Store {
    /// How far each network has come, by name, and the database's time (seconds since 1970), both from one moment.
    public func watermarks() async throws(PostgresError) -> (now: Int64, watermarks: [String: Watermark]) {
        let rows = try await connection.query(
            """
            SELECT n.network, n.tip_height,
                   floor(extract(epoch FROM confirmd_data.observed_through(n)))::bigint AS observed_through,
                   floor(extract(epoch FROM confirmd_data.final_through(n)))::bigint AS final_through,
                   ceil(extract(epoch FROM n.arrival_grace))::bigint AS arrival_grace, n.state = 'retired' AS is_retired,
                   floor(extract(epoch FROM clock_timestamp()))::bigint AS now
            FROM confirmd_data.network n
            """, [])
        var watermarks: [String: Watermark] = [:]
        for row in rows {
            watermarks[try row.decode("network")] = Watermark(
                tip: try row.decode("tip_height"), observedThrough: try row.decode("observed_through"),
                finalThrough: try row.decode("final_through"), arrivalGrace: try row.decode("arrival_grace"),
                isRetired: try row.decode("is_retired"))
        }
        return (try rows.first?.decode("now") ?? 0, watermarks)
    }

    public func dueInvoices(limit: Int32) async throws(PostgresError) -> [UUID] {
        var invoices: [UUID] = []
        for row in try await connection.query(
            "SELECT due FROM confirmd_data.due_invoices($1) AS due", [.int4(limit)])
        {
            invoices.append(try row.decode("due"))
        }
        return invoices
    }

    /// The commands that wait for this lane: in turns by project, of each in the order of their numbers. A network's own lane
    /// resumes it.
    public func waitingCommands(limit: Int64) async throws(PostgresError) -> [WaitingCommand] {
        var commands: [WaitingCommand] = []
        for row in try await connection.query(
            """
            SELECT c.number, c.kind, c.invoice_id FROM confirmd_data.operator_command c
            LEFT JOIN confirmd_data.invoice i ON i.invoice_id = c.invoice_id
            WHERE c.outcome IS NULL
              AND (c.kind IN ('resume_network', 'resync_network') AND c.network = $1
                   OR c.kind NOT IN ('resume_network', 'resync_network') AND $1 = '\(Self.settlementLane)')
            ORDER BY row_number() OVER (PARTITION BY i.project ORDER BY c.number), c.number LIMIT $2
            """, [.text(lane), .int8(limit)])
        {
            let number: Int64 = try row.decode("number")
            let invoice: UUID? = try row.decode("invoice_id")
            let kind: String = try row.decode("kind")
            let subject: WaitingCommand.Subject =
                if let invoice, let kind = InvoiceCommand.Kind(rawValue: kind) {
                    .invoice(invoice, InvoiceCommand(number: number, kind: kind))
                } else {
                    switch kind {
                    case "resume_network": .resume(resync: false)
                    case "resync_network": .resume(resync: true)
                    default: .other
                    }
                }
            commands.append(WaitingCommand(number: number, subject: subject))
        }
        return commands
    }

    /// Makes room in the outbox ahead of its end, and drops what lies behind every consumer and is older than this.
    public func maintainOutbox(keeping age: Duration) async throws(PostgresError) {
        _ = try await connection.query("SELECT confirmd_data.extend_outbox()::text", [])
        _ = try await connection.query("SELECT confirmd_data.trim_outbox($1::interval)::text", [.interval(age)])
    }
}
