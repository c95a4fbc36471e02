public import Foundation
public import Payments
import Postgres

public struct DepositColumns: Decodable, Sendable {
    public let id: UUID
    public let network: String
    public let asset: String
    public let project: String
    public let invoiceId: UUID?
    public let walletId: UUID?
    public let address: String
    public let status: String
    public let reason: String?
    public let late: Bool
    public let gross: String
    public let fee: String?
    public let net: String?
    public let confirmations: Int64
    /// Confirmations to be credited, and to be final.
    public let required: Int64
    public let finalRequired: Int64
    /// What those are counted from; nil is the tip.
    public let requiredTag: String?
    public let finalRequiredTag: String?
    public let transaction: String
    public let locator: String
    public let seenAt: String
    /// Nil while it is in no block.
    public let blockHeight: Int64?
    public let blockHash: String?

    /// Its status with its reason; nil where either is a newer release's.
    public var standing: Deposit.Standing? {
        Deposit.Status(rawValue: status).flatMap { Deposit.Standing($0, reason: reason) }
    }
}

extension Reader {
    private static let depositColumns = """
        id, network, asset, project, invoice_id, wallet_id, address, transaction, locator, status, reason, late,
        \(amount("gross")), \(amount("fee")), \(amount("net")), confirmations, required, required_tag, final_required,
        final_required_tag,
        \(utc("seen_at")), block_height, block_hash, \(utc("block_time")), block_index, \(utc("recorded_at"))
        """

    /// The newest deposits of an owner, newest first, as a JSON array; `owner` is the view's column for its kind.
    static func deposits(of owner: String) -> String {
        """
        SELECT coalesce(json_agg(d), '[]') FROM (
            SELECT \(depositColumns) FROM confirmd.deposit v WHERE \(owner) = $1
            ORDER BY v.seen_at DESC, id LIMIT 1000) d
        """
    }

    /// The deposits that a transaction made, `transaction` in lower-case hex, in no order that matters.
    public func deposits(network: String, transaction: String) async throws -> [ViewRow<DepositColumns>] {
        try await rows(
            """
            SELECT \(Self.depositColumns) FROM confirmd.deposit v WHERE network = $1 AND transaction = $2
            ORDER BY v.recorded_at, id LIMIT 1000
            """, [.text(network), .text(transaction)])
    }
}
