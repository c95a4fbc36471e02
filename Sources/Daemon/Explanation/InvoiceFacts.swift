import Store

/// What the database knows of one invoice.
struct InvoiceFacts: Sendable {
    let detail: InvoiceDetail
    let networks: [NetworkColumns]
    let deadlines: [DeadlineColumns]
    let commands: [OperatorCommandColumns]
    let records: DepositRecords

    /// `order 1017 of shop`.
    var words: String { "order \(detail.invoice.orderId) of \(detail.invoice.project)" }
}
