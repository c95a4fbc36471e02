import Chain
import Foundation

/// A deposit as events tell it.
public struct DepositPayload: Encodable, Hashable, Sendable {
    struct Block: Encodable, Hashable, Sendable {
        let height: Int64
        let hash: String
        let time: String
    }

    let depositID: String
    let project: String
    let invoiceID: String?
    let orderID: String?
    let walletID: String?
    let customerID: String?
    let network: String
    let asset: String
    let address: String
    let transaction: String
    let locator: String
    let status: String
    let reason: String?
    let late: Bool
    let gross: String
    let grossBase: String
    let fee: String?
    let feeBase: String?
    let net: String?
    let netBase: String?
    let confirmations: Int64
    let required: Int32
    /// The tag that the confirmations required are counted under; nil is the tip.
    let requiredTag: String?
    let finalRequired: Int32
    let finalRequiredTag: String?
    /// The policy where a change of thresholds, not a block, made it due.
    let cause: String?
    let seenAt: String
    let block: Block?

    /// `tip` is the height of the deposit's network; nil when the step is about another network, whose confirmations
    /// then are those of the last threshold passed.
    init(_ deposit: Deposit, in block: BlockStamp?, of dossier: Dossier, tip: Int64?, cause: Cause? = nil) {
        let owner = dossier.owner
        let id = Aggregate(owner).id
        depositID = deposit.id.uuidString.lowercased()
        project = owner.project
        invoiceID = owner.kind == .invoice ? id : nil
        orderID = owner.kind == .invoice ? owner.reference : nil
        walletID = owner.kind == .wallet ? id : nil
        customerID = owner.kind == .wallet ? owner.reference : nil
        network = deposit.network
        asset = deposit.asset
        address = dossier.option(of: deposit)?.address ?? ""
        transaction = deposit.transaction.description
        locator = deposit.locator
        status = deposit.status.rawValue
        reason = deposit.reason
        late = deposit.late
        gross = deposit.gross.text(decimals: deposit.decimals)
        grossBase = deposit.gross.description
        fee = deposit.fee?.text(decimals: deposit.decimals)
        feeBase = deposit.fee?.description
        net = deposit.net?.text(decimals: deposit.decimals)
        netBase = deposit.net?.description
        required = deposit.required.credit.confirmations
        requiredTag = deposit.required.credit.tag?.rawValue
        finalRequired = deposit.required.final.confirmations
        finalRequiredTag = deposit.required.final.tag?.rawValue
        confirmations =
            tip.map(deposit.confirmations)
            ?? (deposit.status == .final ? Int64(finalRequired) : deposit.status == .credited ? Int64(required) : 0)
        self.cause = cause?.description
        seenAt = Event.time(deposit.seenAt)
        self.block = block.map {
            Block(height: $0.height, hash: $0.hash.description, time: Event.time($0.time))
        }
    }

    enum CodingKeys: String, CodingKey {
        case depositID = "deposit_id"
        case project
        case invoiceID = "invoice_id"
        case orderID = "order_id"
        case walletID = "wallet_id"
        case customerID = "customer_id"
        case network, asset, address, transaction, locator, status, reason, late, gross
        case grossBase = "gross_base"
        case fee
        case feeBase = "fee_base"
        case net
        case netBase = "net_base"
        case confirmations, required, cause
        case requiredTag = "required_tag"
        case finalRequired = "final_required"
        case finalRequiredTag = "final_required_tag"
        case seenAt = "seen_at"
        case block
    }
}
