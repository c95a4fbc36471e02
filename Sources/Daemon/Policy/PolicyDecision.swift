import Chain
import Payments
import Watcher

/// The decision that a reload leads to, about all that may still change.
struct PolicyDecision {
    let policy: Policy
    let reach: Reach
    private let dossiers: [Dossier]

    /// - Parameters:
    ///   - dossiers: of every owner with a deposit that may still change.
    ///   - assets: as the other policy's file lists them. Wallets take their limits and fees from there.
    init(_ dossiers: [Dossier], reach: Reach, under policy: Policy, assets: [Asset]) {
        self.policy = policy
        self.reach = reach
        self.dossiers = dossiers.map { $0.invoice == nil ? $0.listing(assets) : $0 }
    }

    /// What it comes to when nodes have said that.
    func made(with agreement: Agreement) -> [(dossier: Dossier, changes: Changes)] {
        let facts = Facts(reach: agreement.applied(to: reach), isPolicyChange: true)
        return dossiers.map { ($0, settle($0, facts, policy)) }
    }
}

extension Dossier {
    /// The same with limits and fees as a file lists them, as publishing it would make them.
    fileprivate func listing(_ assets: [Asset]) -> Dossier {
        Dossier(
            owner: owner, version: version, refused: refused, registrations: registrations, invoice: invoice,
            options: options.map { option in
                guard let asset = assets.first(where: { $0.code == option.asset }) else { return option }
                return PaymentOption(
                    ordinal: option.ordinal, network: option.network, asset: option.asset, decimals: option.decimals,
                    address: option.address, key: option.key, amount: option.amount, due: option.due,
                    minimumDeposit: asset.minimumDeposit,
                    fees: FeeTerms(transferFee: asset.transferFee, serviceFee: option.fees.serviceFee),
                    isRegistered: option.isRegistered, refusedReason: option.refusedReason)
            }, deposits: deposits, retired: retired)
    }
}
