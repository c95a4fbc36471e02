public import Foundation

/// One movement between two accounts. Both sides are in the one row, so that no entry can be out of balance.
public struct LedgerEntry: Hashable, Sendable {
    public enum Kind: String, Sendable {
        /// What the project gets of a deposit.
        case net
        /// What is kept of it.
        case fee
    }

    public let kind: Kind
    public let project: String
    public let asset: String
    public let debit: String
    public let credit: String
    public let amount: Amount
    public let deposit: UUID
    /// Which of the deposit's credits it belongs to: 1 for the first.
    public let creditNumber: Int32
    public let isReversal: Bool
    /// The rule by which the amount was found; a reversal has its credit's.
    public let rule: FeeTerms?

    /// The entries of crediting `deposit`: from the chain to the project and to the fees, without empty ones.
    static func crediting(_ deposit: Deposit, fee: Amount, net: Amount, project: String, rule: FeeTerms?)
        -> [LedgerEntry]
    {
        [(Kind.net, "project", net), (.fee, "fees", fee)].compactMap { kind, account, amount in
            amount.isZero
                ? nil
                : LedgerEntry(
                    kind: kind, project: project, asset: deposit.asset, debit: "chain/\(deposit.asset)",
                    credit: "\(account)/\(project)/\(deposit.asset)", amount: amount, deposit: deposit.id,
                    creditNumber: deposit.credits, isReversal: false, rule: rule)
        }
    }

    /// The entries that take the deposit's last credit back, exactly.
    static func reversing(_ deposit: Deposit, project: String) -> [LedgerEntry] {
        crediting(deposit, fee: deposit.fee ?? .zero, net: deposit.net ?? .zero, project: project, rule: nil).map {
            LedgerEntry(
                kind: $0.kind, project: project, asset: $0.asset, debit: $0.credit, credit: $0.debit, amount: $0.amount,
                deposit: $0.deposit, creditNumber: $0.creditNumber, isReversal: true, rule: nil)
        }
    }
}
