public import Foundation
import Postgres

public struct EntryColumns: Decodable, Sendable {
    public let id: Int64
    /// `net` or `fee`.
    public let kind: String
    public let amount: String
    public let depositId: UUID
    /// Which of the deposit's credits it belongs to: 1 for the first.
    public let creditNumber: Int32
    public let isReversal: Bool
    /// The rule that the fee was found by.
    public let transferFee: String
    public let serviceFeeBps: Int32
}

extension Reader {
    /// The ledger's entries for these deposits, in the order of their numbers.
    public func entries(of deposits: [UUID]) async throws -> [ViewRow<EntryColumns>] {
        try await rows(
            """
            SELECT id, kind, project, asset, debit_account, credit_account, \(Self.amount("amount")), deposit_id,
                   credit_number, is_reversal, policy_number, \(Self.amount("transfer_fee")), service_fee_bps,
                   \(Self.utc("created_at"))
            FROM confirmd.ledger_entry v WHERE deposit_id = ANY ($1) ORDER BY v.id LIMIT 10000
            """, [.uuidArray(deposits)])
    }
}
