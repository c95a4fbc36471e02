import Foundation
import Testing

@testable import Payments

/// Everything that may happen to one deposit, in every order in which it leads to something new.
@Suite("Transitions of a deposit")
struct TransitionTests {
    /// What tells one standing of a deposit from another.
    private struct Standing: Hashable {
        let standing: Deposit.Standing
        let isMined: Bool
        let isDisplaced: Bool
        let isGone: Bool
        let isBooked: Bool
        let wasCredited: Bool

        init(_ deposit: Deposit) {
            standing = deposit.standing
            (isMined, isDisplaced) = (deposit.block != nil, deposit.place.displacedFrom != nil)
            (isGone, isBooked, wasCredited) = (deposit.place.isGone, deposit.fee != nil, deposit.credits > 0)
        }
    }

    private enum Happening: CaseIterable {
        case mined, sighted, minedAsOwnFunds, sightedAsOwnFunds
        case doubleSpent, replaced, evicted, expired
        case disconnected, deepened, finalized, dayOver, registered

        func happen(to scenario: inout Scenario, _ asset: Asset, _ branch: UInt64) {
            switch self {
            case .mined: scenario.step([scenario.arrival(1000, branch: branch, asset: asset)])
            case .sighted: scenario.step([scenario.sighting(1000, asset: asset)])
            case .minedAsOwnFunds, .sightedAsOwnFunds:
                var arrival =
                    self == .minedAsOwnFunds
                    ? scenario.arrival(1000, branch: branch, asset: asset) : scenario.sighting(1000, asset: asset)
                arrival.isOwnFunds = true
                scenario.step([arrival])
            case .doubleSpent: scenario.lose(1, .doubleSpent)
            case .replaced: scenario.lose(1, .replaced)
            case .evicted: scenario.forget(1, at: 500_100)
            case .expired: scenario.lose(1, .forgotten(at: 500_100, expiry: 50))
            case .disconnected:
                guard let height = scenario.dossier.deposits.first?.block?.height else { return }
                scenario.tip = height - 1
                scenario.disconnect()
                scenario.tip = height
            case .deepened: scenario.mine(1)
            case .finalized: scenario.mine(10)
            case .dayOver: scenario.settle(now: 500_000 + 2 * Deposit.mempoolPatience, watermarks: [:])
            case .registered: scenario.register()
            }
        }
    }

    private static let token = Asset(
        code: "TOKEN", contract: nil, decimals: 6, minimumDeposit: .zero, transferFee: .zero)

    private func explore(_ start: Scenario, _ asset: Asset, option: Asset? = nil) -> Set<Standing> {
        var known: Set<Standing> = []
        var waiting: [Scenario] = [start]
        var branch: UInt64 = 0
        while let scenario = waiting.popLast() {
            for happening in Happening.allCases {
                var next = scenario
                branch += 1
                if happening == .registered, let option, next.dossier.options.count == 1 { next.add(option) }
                happening.happen(to: &next, asset, branch)
                guard let deposit = next.dossier.deposits.first else { continue }
                #expect(deposit.contradiction == nil, "\(happening)")
                // What is booked is what the ledger holds.
                let net = next.allEntries.reduce(into: [LedgerEntry.Kind: Int]()) {
                    $0[$1.kind, default: 0] += $1.isReversal ? -1 : 1
                }
                #expect(net.values.allSatisfy { $0 == (deposit.isCredited ? 1 : 0) }, "\(happening)")
                if known.insert(Standing(deposit)).inserted { waiting.append(next) }
            }
        }
        return known
    }

    @Test("Nothing that may happen leads to a deposit that can't be, and the ledger holds what is credited")
    func possible() {
        var invoice = Scenario.invoice(serviceFee: 100, credit: 2, final: 4)
        invoice.register()
        let paid = explore(invoice, Scenario.litecoin)
        #expect(Set(paid.map(\.standing.status)).count == 7)
        #expect(
            Set(paid.compactMap(\.standing.reason)) == ["double_spent", "replaced", "evicted", "expired", "own_funds"])
        var other = Scenario.invoice(credit: 2, final: 4)
        other.register()
        let strange = explore(other, Self.token, option: Self.token)
        #expect(
            strange.contains { $0.standing == .rejected(.unexpectedAsset) }
                && strange.contains { $0.standing == .final })
        var wallet = Scenario.wallet(transferFee: 2_000, credit: 2, final: 4)
        wallet.register()
        #expect(explore(wallet, Scenario.litecoin).contains { $0.standing == .rejected(.belowFee) })
    }
}
