import Chain
import Payments
import Store

/// What the database knows of one invoice.
struct InvoiceFacts: Sendable {
    let detail: InvoiceDetail
    let networks: [NetworkColumns]
    /// What a decision about it would be made on now.
    let dossier: Dossier
    let settlement: SettlementFacts
    let commands: [OperatorCommandColumns]
    let records: DepositRecords
    var balances: [Balance] = []

    /// What an option's address had of the network's coin, after the last block that was read.
    struct Balance: Sendable {
        let option: OptionColumns
        let decimals: Int
        let node: String
        let result: Result<Amount, NodeError>
    }

    /// `order 1017 of shop`.
    var words: String { "order \(detail.invoice.orderId) of \(detail.invoice.project)" }

    var isPastDeadline: Bool { dossier.invoice.map { settlement.now > $0.expiresAt } ?? false }
}
