public import Foundation
import Postgres

/// What an operator asked for, and what became of it.
public struct OperatorCommandColumns: Decodable, Sendable {
    /// As confirmd.operator_command writes them.
    public enum Kind: String, Decodable, Sendable {
        case markPaid = "mark_paid"
        case cancel
        case retireNetwork = "retire_network"
        case resumeNetwork = "resume_network"
        case resyncNetwork = "resync_network"
        case newIncarnation = "new_incarnation"
        case removeConsumer = "remove_consumer"
    }

    public enum Outcome: String, Decodable, Sendable {
        case applied, refused
    }

    public let number: Int64
    public let kind: Kind
    public let invoiceId: UUID?
    public let network: String?
    /// Nil while nobody has carried it out.
    public let outcome: Outcome?
    /// Why it was refused, or which consumer was removed.
    public let detail: String?
    /// What the operator gave as reason.
    public let reason: String
}

extension Reader {
    private static let commandColumns = """
        number, kind, invoice_id, network, reason, requested_by, \(utc("requested_at")), outcome, detail,
        \(utc("decided_at"))
        """

    /// The command of this number; nil when there is none.
    public func operatorCommand(_ number: Int64) async throws -> ViewRow<OperatorCommandColumns>? {
        try await row(
            "SELECT \(Self.commandColumns) FROM confirmd.operator_command WHERE number = $1", [.int8(number)])
    }

    /// The commands about an invoice, in the order of their numbers.
    public func operatorCommands(of invoice: UUID) async throws -> [ViewRow<OperatorCommandColumns>] {
        try await rows(
            """
            SELECT \(Self.commandColumns) FROM confirmd.operator_command WHERE invoice_id = $1
            ORDER BY number LIMIT 100
            """, [.uuid(invoice)])
    }
}
