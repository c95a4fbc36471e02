import Postgres

/// An invoice or wallet about which nothing can be decided.
public struct SetAsideColumns: Decodable, Sendable {
    /// `invoice` or `wallet`.
    public let kind: String
    public let id: String
    public let haltedReason: String
}

extension Reader {
    /// The invoices and wallets about which nothing can be decided, at most so many.
    public func setAside(limit: Int64) async throws -> [ViewRow<SetAsideColumns>] {
        try await rows(
            """
            (SELECT 'invoice' AS kind, id, halted_reason FROM confirmd.invoice WHERE halted_reason IS NOT NULL LIMIT $1)
            UNION ALL
            (SELECT 'wallet', id, halted_reason FROM confirmd.static_wallet WHERE halted_reason IS NOT NULL LIMIT $1)
            LIMIT $1
            """, [.int8(limit)])
    }
}
