public import Foundation
public import Payments
import Postgres

public struct InvoiceColumns: Decodable, Sendable {
    public let id: UUID
    public let project: String
    public let orderId: String
    public let status: String
    public let reason: String?
    public let isFinal: Bool
    public let createdAt: String
    public let expiresAt: String
    public let underpayToleranceBps: Int32
    public let overpayToleranceBps: Int32
    public let autoConfirmBps: Int32?
    public let latePolicy: String
    /// When its deadline was recorded as passed.
    public let expiredAt: String?
    public let canceledAt: String?
    /// Why nothing can be decided about it.
    public let haltedReason: String?

    /// Nil where the status is a newer release's.
    public var standing: (status: Invoice.Status, reason: Invoice.Reason?)? {
        Invoice.Status(rawValue: status).map { ($0, reason.map(Invoice.Reason.init)) }
    }
}

public struct OptionColumns: Decodable, Sendable {
    public let ordinal: Int32
    public let network: String
    public let asset: String
    public let address: String
    public let due: String?
    public let credited: String
    public let remaining: String?
    public let detected: String
    public let registeredAt: String?
    public let refusedReason: String?
}

/// An invoice with its options, in order, and its newest deposits.
public struct InvoiceDetail: Decodable, Sendable {
    public let options: [OptionColumns]
    public let deposits: [DepositColumns]
    public let invoice: InvoiceColumns

    private enum Key: CodingKey { case options, deposits }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        options = try container.decode([OptionColumns].self, forKey: .options)
        deposits = try container.decode([DepositColumns].self, forKey: .deposits)
        invoice = try InvoiceColumns(from: decoder)
    }
}

extension Reader {
    private static let invoiceColumns = """
        id, project, order_id, status, reason, is_final, version, \(utc("created_at")), \(utc("expires_at")), metadata,
        underpay_tolerance_bps, overpay_tolerance_bps, auto_confirm_bps, late_policy,
        \(utc("expired_at")), \(utc("canceled_at")), halted_reason
        """

    /// The newest invoices, newest first.
    public func invoices(
        project: String?, status: String?, limit: Int64
    ) async throws -> [ViewRow<InvoiceColumns>] {
        try await rows(
            """
            SELECT \(Self.invoiceColumns) FROM confirmd.invoice v
            WHERE ($1 IS NULL OR project = $1) AND ($2 IS NULL OR status = $2)
            ORDER BY v.created_at DESC, id LIMIT $3
            """, [.text(project), .text(status), .int8(limit)])
    }

    /// The invoice with this id, read at one moment; nil when there is none.
    public func invoice(_ id: UUID) async throws -> ViewRow<InvoiceDetail>? {
        try await row(
            """
            SELECT \(Self.invoiceColumns),
                (SELECT coalesce(json_agg(o), '[]') FROM (
                    SELECT ordinal, network, asset, address, \(Self.amount("amount")), \(Self.amount("due")),
                           \(Self.amount("credited")), \(Self.amount("remaining")), \(Self.amount("detected")),
                           \(Self.utc("registered_at")), refused_reason
                    FROM confirmd.invoice_option WHERE invoice_id = $1 ORDER BY ordinal) o) AS options,
                (\(Self.deposits(of: "invoice_id"))) AS deposits
            FROM confirmd.invoice WHERE id = $1
            """, [.uuid(id)])
    }
}
