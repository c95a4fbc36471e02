import Chain
import Foundation
import Payments
import Watcher

/// What happens to deposits the moment another policy comes into force, and what is put off or brought forward. Pure,
/// and made by the very decision that a reload leads to.
struct PolicyTrial {
    /// The deposits that it makes a difference to, the largest first within each effect.
    let effects: [PolicyEffect]

    /// - Parameters:
    ///   - decision: about every owner with a deposit that may still change, as they are under the policy in force.
    ///   - agreement: what nodes have said of what it credits.
    init(_ decision: PolicyDecision, _ agreement: Agreement = Agreement()) {
        var effects: [PolicyEffect] = []
        // What it would come to should all nodes agree, beside what it comes to.
        for (possible, actual) in zip(decision.made(with: .everyone), decision.made(with: agreement)) {
            let dossier = actual.dossier
            let possible = Dictionary(possible.changes.deposits.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
            let after = Dictionary(actual.changes.deposits.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
            let invoice = actual.changes.invoice.flatMap { $0.status == dossier.invoice?.status ? nil : $0.status }
            for deposit in dossier.deposits where deposit.network == decision.policy.network {
                guard let then = after[deposit.id],
                    let effect = PolicyEffect(
                        dossier.owner, deposit, then, isHeld: possible[deposit.id]?.status != then.status,
                        at: decision.reach.tip, invoice: invoice)
                else { continue }
                effects.append(effect)
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
