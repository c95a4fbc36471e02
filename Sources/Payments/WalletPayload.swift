/// A static wallet as events tell it.
public struct WalletPayload: Encodable, Hashable, Sendable {
    let walletID: String
    let project: String
    let customerID: String
    let network: String
    let asset: String
    let address: String
    let reason: String?

    init(_ dossier: Dossier, _ option: PaymentOption) {
        walletID = Aggregate(dossier.owner).id
        project = dossier.owner.project
        customerID = dossier.owner.reference
        network = option.network
        asset = option.asset
        address = option.address
        reason = option.refusedReason
    }

    enum CodingKeys: String, CodingKey {
        case walletID = "wallet_id"
        case project
        case customerID = "customer_id"
        case network, asset, address, reason
    }
}
