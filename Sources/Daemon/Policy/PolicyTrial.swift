import Chain
import Foundation
import Payments

/// What happens to deposits the moment another policy comes into force, and what is put off or brought forward. Pure,
/// and made by the very decision that a reload leads to.
struct PolicyTrial {
    /// The deposits that it makes a difference to, the largest first within each effect.
    let effects: [PolicyEffect]

    /// - Parameters:
    ///   - dossiers: of every owner with a deposit that may still change, as they are under the policy in force.
    ///   - assets: as the other policy's file lists them. Wallets take their limits and fees from there.
    init(_ dossiers: [Dossier], reach: Reach, under policy: Policy, assets: [Asset]) {
        var effects: [PolicyEffect] = []
        for dossier in dossiers {
            let dossier = dossier.invoice == nil ? dossier.listing(assets) : dossier
            let changes = settle(dossier, Facts(reach: reach, isPolicyChange: true), policy)
            let after = Dictionary(changes.deposits.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
            for deposit in dossier.deposits where deposit.network == policy.network {
                guard let then = after[deposit.id] else { continue }
                let invoice = changes.invoice.flatMap { $0.status == dossier.invoice?.status ? nil : $0.status }
                if let effect = PolicyEffect(dossier.owner, deposit, then, at: reach.tip, invoice: invoice) {
                    effects.append(effect)
                }
            }
        }
        self.effects = effects.sorted { left, right in
            left.effect != right.effect
                ? left.effect < right.effect
                : (right.amountBase, left.depositID.uuidString) < (left.amountBase, right.depositID.uuidString)
        }
    }

    /// For each asset and effect: how many deposits, and what they sum up to.
    var totals: [PolicyTotal] {
        var totals: [PolicyTotal] = []
        for effect in effects {
            if let place = totals.firstIndex(where: { $0.asset == effect.asset && $0.effect == effect.effect }) {
                totals[place].add(effect)
            } else {
                totals.append(PolicyTotal(effect))
            }
        }
        return totals.sorted { ($0.asset, $0.effect) < ($1.asset, $1.effect) }
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
                    isRegistered: option.isRegistered, refusedReason: option.refusedReason, isRetired: option.isRetired)
            }, deposits: deposits)
    }
}
