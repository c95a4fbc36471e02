import BigInt
import Chain
import Foundation
import Testing

@testable import Payments

/// Random histories of one invoice or wallet. A failure names its seed: CONFIRMD_TEST_SEED=n runs that one alone.
@Suite("What holds for every history")
struct PropertyTests {
    static let seeds: [UInt64] =
        ProcessInfo.processInfo.environment["CONFIRMD_TEST_SEED"].flatMap(UInt64.init).map { [$0] } ?? Array(1...60)

    /// What happened: payments in blocks, blocks without, and now and then a branch that is replaced.
    private struct History {
        var scenario: Scenario
        var random: SeededRandom
        var changes: [Changes] = []
        private var chain: [[Arrival]] = []
        private var transactions: UInt64 = 0
        private var branch: UInt64 = 0

        init(seed: UInt64) {
            random = SeededRandom(seed: seed)
            let credit = Int32.random(in: 1...4, using: &random)
            let final = credit + Int32.random(in: 0...4, using: &random)
            let fee = Int32.random(in: 0...2_000, using: &random)
            let transferFee = UInt.random(in: 0...40, using: &random)
            scenario =
                Bool.random(using: &random)
                ? .wallet(serviceFee: fee, transferFee: transferFee, credit: credit, final: final)
                : .invoice(
                    due: [UInt.random(in: 1...2_000, using: &random)],
                    underpay: Int32.random(in: 0...500, using: &random),
                    overpay: Int32.random(in: 0...500, using: &random),
                    autoConfirm: Bool.random(using: &random) ? 9_000 : nil,
                    latePolicy: Bool.random(using: &random) ? .settle : .credit, serviceFee: fee,
                    transferFee: transferFee,
                    credit: credit, final: final)
            scenario.tip = 0
            changes.append(scenario.step(registrations: [Registration(ordinal: 0, refusal: nil)]))
        }

        mutating func play(_ steps: Int) {
            for _ in 0..<steps {
                switch Int.random(in: 0..<10, using: &random) {
                case 0...4: connect(payments: Int.random(in: 1...3, using: &random))
                case 5...7: connect(payments: 0)
                case 8 where chain.count > 1: disconnect(Int.random(in: 1...min(3, chain.count - 1), using: &random))
                default:
                    if scenario.dossier.invoice != nil {
                        changes.append(scenario.pass(Int64.random(in: 0...2_000_000, using: &random)))
                    }
                }
            }
        }

        private mutating func connect(payments: Int) {
            scenario.tip += 1
            var arrivals: [Arrival] = []
            for _ in 0..<payments {
                transactions += 1
                arrivals.append(arrival(transactions, amount: UInt64.random(in: 1...1_500, using: &random)))
            }
            chain.append(arrivals)
            changes.append(scenario.step(arrivals))
        }

        /// Replaces the last blocks by as many others; some of their payments are mined again, in any of them.
        private mutating func disconnect(_ depth: Int) {
            let orphans = chain.suffix(depth).flatMap(\.self)
            chain.removeLast(depth)
            scenario.tip -= Int64(depth)
            branch += 1
            changes.append(scenario.disconnect())
            let returning = orphans.filter { _ in Bool.random(using: &random) }
            scenario.tip += 1
            chain.append(
                returning.map {
                    arrival(
                        $0.transfer.transaction.bytes.suffix(8).reduce(0) { $0 << 8 | UInt64($1) },
                        amount: UInt64($0.transfer.amount.low))
                })
            changes.append(scenario.step(chain.last!))
        }

        private func arrival(_ transaction: UInt64, amount: UInt64) -> Arrival {
            let plain = scenario.arrival(amount, transaction: transaction, time: Int64(transaction) * 100_000)
            return Arrival(
                plain.transfer, of: plain.asset,
                in: BlockStamp(
                    height: scenario.tip, hash: Hash256(1, 0, branch, UInt64(scenario.tip)), time: plain.block!.time))
        }

        /// What is on the chain at the end.
        var onChain: [Arrival] { chain.flatMap(\.self) }
    }

    /// Each history is played once for all tests; a second time only where being the same is what is tested.
    private static let histories = Dictionary(uniqueKeysWithValues: seeds.map { ($0, play($0)) })

    private static func play(_ seed: UInt64) -> History {
        var history = History(seed: seed)
        history.play(40)
        return history
    }

    private func history(_ seed: UInt64) -> History { Self.histories[seed]! }

    @Test(
        "Conservation: net and fee are the gross, debits are credits, balances are the sums of entries",
        arguments: seeds)
    func conservation(seed: UInt64) {
        let history = history(seed)
        for deposit in history.scenario.dossier.deposits where deposit.isCredited {
            #expect((deposit.net ?? .zero) + (deposit.fee ?? .zero) == deposit.gross, "seed \(seed)")
        }
        let accounts = history.scenario.allEntries.reduce(into: [String: BigInt]()) { accounts, entry in
            accounts[entry.credit, default: 0] += BigInt(entry.amount.units)
            accounts[entry.debit, default: 0] -= BigInt(entry.amount.units)
        }
        #expect(accounts.values.reduce(0, +) == 0, "seed \(seed)")
        let balance = BalanceChange.total(history.changes.flatMap(\.balances)).first
        #expect(accounts["project/shop/LTC", default: 0] == balance?.credited ?? 0, "seed \(seed)")
        #expect(accounts["fees/shop/LTC", default: 0] == balance?.fees ?? 0, "seed \(seed)")
        let live = history.scenario.dossier.deposits.filter(\.isCredited)
        #expect(live.reduce(0) { $0 + BigInt(($1.net ?? .zero).units) } == balance?.credited ?? 0, "seed \(seed)")
        let final = live.filter { $0.status == .final }
        #expect(final.reduce(0) { $0 + BigInt(($1.net ?? .zero).units) } == balance?.final ?? 0, "seed \(seed)")
    }

    @Test(
        "Once: a deposit's credits and reversals alternate, and it is live exactly when there is one more credit",
        arguments: seeds)
    func once(seed: UInt64) {
        let history = history(seed)
        for deposit in history.scenario.dossier.deposits {
            let entries = history.scenario.allEntries.filter { $0.deposit == deposit.id }
            for kind in [LedgerEntry.Kind.net, .fee] {
                let sides = entries.filter { $0.kind == kind }.map(\.isReversal)
                #expect(!zip(sides, sides.dropFirst()).contains { $0 == $1 }, "seed \(seed)")
                #expect(sides.first != true, "seed \(seed)")
                if !sides.isEmpty { #expect((sides.last == false) == deposit.isCredited, "seed \(seed)") }
            }
        }
    }

    @Test("Idempotence: deciding again on the same facts changes nothing", arguments: seeds)
    func idempotence(seed: UInt64) {
        var scenario = history(seed).scenario
        #expect(scenario.step().isEmpty, "seed \(seed)")
    }

    @Test("Ids: the same history has the same ones, and no two events share one", arguments: seeds)
    func ids(seed: UInt64) {
        let ids = history(seed).scenario.allEvents.map(\.id)
        #expect(ids == Self.play(seed).scenario.allEvents.map(\.id), "seed \(seed)")
        #expect(Set(ids).count == ids.count, "seed \(seed)")
    }

    @Test("No status changes without an event that names its cause, and versions have no gaps", arguments: seeds)
    func causes(seed: UInt64) throws {
        let history = history(seed)
        var status = "created"
        for change in history.changes {
            for event in change.events where event.kind == .invoiceStatusChanged {
                let payload = try #require(
                    try JSONSerialization.jsonObject(with: Data(event.payload.utf8)) as? [String: Any])
                #expect(payload["previous_status"] as? String == status, "seed \(seed)")
                status = try #require(payload["status"] as? String)
                #expect(payload["cause"] as? String != nil, "seed \(seed)")
            }
            if let invoice = change.invoice { #expect(invoice.status.rawValue == status, "seed \(seed)") }
        }
        var version: Int64 = 0
        for event in history.scenario.allEvents {
            #expect(event.version > version, "seed \(seed)")
            version = event.version
        }
    }

    // A threshold once passed stays passed when the tip falls, so that the ways meet once everything is final.
    @Test(
        "Order independence: the deposits of the final chain and their sums do not depend on the way there",
        arguments: seeds)
    func orderIndependence(seed: UInt64) {
        var history = history(seed)
        _ = history.scenario.mine(20)
        var fresh = History(seed: seed).scenario
        fresh.tip = history.scenario.tip
        var random = SeededRandom(seed: seed)
        fresh.step(history.onChain.shuffled(using: &random))
        func facts(_ scenario: Scenario) -> Set<String> {
            Set(
                scenario.dossier.deposits.filter { $0.block != nil }.map {
                    "\($0.id) \($0.status.rawValue) \($0.net ?? .zero)"
                })
        }
        let difference = facts(history.scenario).symmetricDifference(facts(fresh))
        #expect(difference.isEmpty, "seed \(seed)")
    }

    @Test("Reversal restores: after a disconnect and the same block again everything is as before", arguments: seeds)
    func reversalRestores(seed: UInt64) {
        var history = history(seed)
        let before = history.scenario
        let top = before.dossier.deposits.filter { $0.block?.height == before.tip }
        guard !top.isEmpty else { return }
        let arrivals = history.onChain.filter { $0.block!.height == before.tip }
        history.scenario.tip -= 1
        history.scenario.disconnect()
        history.scenario.tip += 1
        history.scenario.step(arrivals)
        let after = history.scenario.dossier
        #expect(after.deposits.map(\.status) == before.dossier.deposits.map(\.status), "seed \(seed)")
        #expect(after.deposits.map(\.net) == before.dossier.deposits.map(\.net), "seed \(seed)")
        #expect(after.invoice?.status == before.dossier.invoice?.status, "seed \(seed)")
    }

    @Test("Ratios are exact for 256-bit amounts: one unit more or less decides", arguments: seeds.prefix(50))
    func exactRatios(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let due = Amount(
            UInt256(
                high: UInt128.random(in: .min ... .max / 2, using: &random),
                low: .random(in: .min ... .max, using: &random)))
        let exact = PaidRatio([(due, due)])
        #expect(exact.isAtLeast(BasisPoints.whole) && !exact.isMoreThan(BasisPoints.whole), "seed \(seed)")
        #expect(!PaidRatio([(due.reduced(by: Amount(BigUInt(1))), due)]).isAtLeast(BasisPoints.whole), "seed \(seed)")
        #expect(PaidRatio([(due + Amount(BigUInt(1)), due)]).isMoreThan(BasisPoints.whole), "seed \(seed)")
        let third = try #require(PaidRatio(numerator: due.units, denominator: due.units * 3))
        #expect(third == PaidRatio(numerator: 1, denominator: 3))
    }
}

/// SplitMix64: small, and the same everywhere.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ word >> 30) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ word >> 27) &* 0x94d0_49bb_1331_11eb
        return word ^ word >> 31
    }
}
