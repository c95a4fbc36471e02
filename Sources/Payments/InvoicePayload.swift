/// An invoice as events tell it: its status, its options with their totals, and its deposits. Of very many, those that the
/// event is about.
public struct InvoicePayload: Encodable, Hashable, Sendable {
    /// More deposits than these are counted, not listed: a payload stays bounded.
    static let depositsMaximum = 100

    let invoiceID: String
    let project: String
    let orderID: String
    let status: String
    let previousStatus: String?
    let reason: String?
    let isFinal: Bool
    let cause: String?
    let expiresAt: String
    let options: [OptionPayload]
    let deposits: [DepositPayload]
    let depositCount: Int

    init(
        _ dossier: Dossier, _ invoice: Invoice, _ totals: DepositTotals, previousStatus: Invoice.Status? = nil,
        cause: Cause? = nil, tips: [String: Int64]
    ) {
        invoiceID = Aggregate(dossier.owner).id
        project = dossier.owner.project
        orderID = dossier.owner.reference
        status = invoice.status.rawValue
        self.previousStatus = previousStatus?.rawValue
        reason = invoice.reason?.text
        isFinal = invoice.isFinal
        self.cause = cause?.description
        expiresAt = Event.time(invoice.expiresAt)
        options = dossier.options.map { OptionPayload($0, totals, invoice) }
        deposits = dossier.deposits.prefix(Self.depositsMaximum).map {
            DepositPayload($0, in: $0.block, of: dossier, tip: tips[$0.network])
        }
        depositCount = totals.count
    }

    enum CodingKeys: String, CodingKey {
        case invoiceID = "invoice_id"
        case project
        case orderID = "order_id"
        case status
        case previousStatus = "previous_status"
        case reason
        case isFinal = "is_final"
        case cause
        case expiresAt = "expires_at"
        case options, deposits
        case depositCount = "deposit_count"
    }
}

/// One option of an invoice with what came in through it.
struct OptionPayload: Encodable, Hashable, Sendable {
    let network: String
    let asset: String
    let address: String
    let due: String?
    let dueBase: String?
    let credited: String
    let creditedBase: String
    let remaining: String?
    let remainingBase: String?
    let detected: String
    let detectedBase: String
    let refusedReason: String?

    init(_ option: PaymentOption, _ totals: DepositTotals, _ invoice: Invoice) {
        let credited = totals.gross { $0.ordinal == option.ordinal && invoice.counts($0) }
        let detected = totals.gross { $0.ordinal == option.ordinal && $0.status == .detected }
        let remaining = option.due?.reduced(by: credited)
        network = option.network
        asset = option.asset
        address = option.address
        due = option.due?.text(decimals: option.decimals)
        dueBase = option.due?.description
        self.credited = credited.text(decimals: option.decimals)
        creditedBase = credited.description
        self.remaining = remaining?.text(decimals: option.decimals)
        remainingBase = remaining?.description
        self.detected = detected.text(decimals: option.decimals)
        detectedBase = detected.description
        refusedReason = option.refusedReason
    }

    enum CodingKeys: String, CodingKey {
        case network, asset, address, due
        case dueBase = "due_base"
        case credited
        case creditedBase = "credited_base"
        case remaining
        case remainingBase = "remaining_base"
        case detected
        case detectedBase = "detected_base"
        case refusedReason = "refused_reason"
    }
}
