public import Foundation
public import Payments
public import Postgres

/// What an operator asked for and nobody has carried out yet.
public struct WaitingCommand: Sendable {
    public let number: Int64
    /// The invoice it is about, and what is wanted of it; nil for one about a network or the outbox.
    public let invoice: (id: UUID, command: InvoiceCommand)?
}

extension Store {
    /// Where the settlement lane stands. Its row is locked for the moment of reading, so that a commit whose fate was
    /// unknown has ended one way or the other.
    public func settlementSnapshot() async throws(PostgresError) -> NetworkSnapshot {
        let row = try await connection.query(
            "SELECT epoch, step FROM confirmd_data.standing($1)", [.text(lane)]
        ).only
        return NetworkSnapshot(
            epoch: try row.decode("epoch"), step: try row.decode("step"), tip: nil, watchNumber: 0, policyNumber: 0)
    }

    /// How far each network has come, by name, and the database's time (seconds since 1970), both from one moment.
    public func watermarks() async throws(PostgresError) -> (now: Int64, watermarks: [String: Watermark]) {
        let rows = try await connection.query(
            """
            SELECT n.network, n.tip_height, floor(extract(epoch FROM n.observed_through))::bigint AS observed_through,
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

    /// Invoices that time may have changed.
    public func dueInvoices(limit: Int32) async throws(PostgresError) -> [UUID] {
        var invoices: [UUID] = []
        for row in try await connection.query(
            "SELECT DISTINCT due FROM confirmd_data.due_invoices($1) AS due", [.int4(limit)])
        {
            invoices.append(try row.decode("due"))
        }
        return invoices
    }

    /// The commands that wait, in the order of their numbers.
    public func waitingCommands(limit: Int64) async throws(PostgresError) -> [WaitingCommand] {
        var commands: [WaitingCommand] = []
        for row in try await connection.query(
            """
            SELECT number, kind, invoice_id FROM confirmd_data.operator_command
            WHERE outcome IS NULL ORDER BY number LIMIT $1
            """, [.int8(limit)])
        {
            let number: Int64 = try row.decode("number")
            let invoice: UUID? = try row.decode("invoice_id")
            let kind = InvoiceCommand.Kind(rawValue: try row.decode("kind", as: String.self))
            if let invoice, let kind {
                commands.append(
                    WaitingCommand(
                        number: number, invoice: (invoice, InvoiceCommand(number: number, kind: kind))))
            } else {
                commands.append(WaitingCommand(number: number, invoice: nil))
            }
        }
        return commands
    }

    /// Makes room in the outbox ahead of its end, and drops what lies behind every consumer and is older than this.
    public func maintainOutbox(keeping age: Duration) async throws(PostgresError) {
        _ = try await connection.query("SELECT confirmd_data.extend_outbox()::text", [])
        _ = try await connection.query("SELECT confirmd_data.trim_outbox($1::interval)::text", [.interval(age)])
    }
}
