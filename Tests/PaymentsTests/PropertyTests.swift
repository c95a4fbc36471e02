import BigInt
import Chain
import Foundation
import TestSupport
import Testing

@testable import Payments

/// Random histories of one invoice or wallet. A failure names its seed: CONFIRMD_TEST_SEED=n runs that one alone.
@Suite("What holds for every history")
struct PropertyTests {
    static let seeds: [UInt64] = Seed.chosen.map { [$0] } ?? Array(1...60)

    /// What happened: payments in the mempool and in blocks, some lost or replaced, blocks without, and now and then a
    /// branch that is replaced.
    private struct History {
        var scenario: Scenario
        var random: SplitMix64
        var changes: [Changes] = []
        private var chain: [[Arrival]] = []
        /// What was seen and is in no block, with its amount.
        private var unmined: [UInt64: UInt64] = [:]
        private var transactions: UInt64 = 0
        private var branch: UInt64 = 0

        init(seed: UInt64, depositsMaximum: Int = .max) {
            random = SplitMix64(seed: seed)
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
            scenario.depositsMaximum = depositsMaximum
            // Every other history has tiers: what comes and goes moves the thresholds of all the others.
            if seed % 2 == 0 { scenario.policy = scenario.policy.tiered(from: [1_000, 3_000]) }
            changes.append(scenario.step(registrations: [Registration(ordinal: 0, refusal: nil)]))
        }

        mutating func play(_ steps: Int) {
            for _ in 0..<steps {
                switch Int.random(in: 0..<17, using: &random) {
                case 0...4: connect(payments: Int.random(in: 1...3, using: &random))
                case 5...7: connect(payments: 0)
                case 8 where chain.count > 1: disconnect(Int.random(in: 1...min(3, chain.count - 1), using: &random))
                case 9, 10: sight(transactions + 1, amount: UInt64.random(in: 1...1_500, using: &random))
                case 11: if let (transaction, amount) = someUnmined { sight(transaction, amount: amount) }
                case 12: lose()
                case 13: replace()
                case 14: if let (transaction, amount) = someUnmined { connect([arrival(transaction, amount: amount)]) }
                default:
                    if scenario.dossier.invoice != nil {
                        changes.append(scenario.pass(Int64.random(in: 0...2_000_000, using: &random)))
                    }
                }
            }
        }

        /// A transaction that was seen and is in no block.
        private var someUnmined: (transaction: UInt64, amount: UInt64)? {
            mutating get {
                guard let known = unmined.sorted(by: { $0.key < $1.key }).randomElement(using: &random) else {
                    return nil
                }
                return (known.key, known.value)
            }
        }

        private mutating func connect(payments: Int) {
            var arrivals: [Arrival] = []
            for _ in 0..<payments {
                transactions += 1
                arrivals.append(arrival(transactions, amount: UInt64.random(in: 1...1_500, using: &random)))
            }
            connect(arrivals)
        }

        /// Adds a block with these, which may spend what the unmined `rivals` spend.
        private mutating func connect(_ arrivals: [Arrival], rivals: Set<UInt64> = []) {
            scenario.tip += 1
            let arrivals = arrivals.map { again($0, rivals: rivals) }
            for arrival in arrivals { unmined[Self.number(arrival)] = nil }
            chain.append(arrivals)
            changes.append(scenario.step(arrivals))
            for rival in rivals.sorted() { changes.append(scenario.lose(rival, .doubleSpent)) }
        }

        /// Replaces the last blocks by one other; some of their payments are mined again in it.
        private mutating func disconnect(_ depth: Int) {
            let orphans = chain.suffix(depth).flatMap(\.self)
            chain.removeLast(depth)
            scenario.tip -= Int64(depth)
            branch += 1
            changes.append(scenario.disconnect())
            for orphan in orphans { unmined[Self.number(orphan)] = UInt64(orphan.transfer.amount.low) }
            connect(orphans.filter { _ in Bool.random(using: &random) })
        }

        /// Sights a transaction, new or known, at most thirty hours before its block's time.
        private mutating func sight(_ transaction: UInt64, amount: UInt64, rivals: Set<UInt64> = []) {
            transactions = max(transactions, transaction)
            unmined[transaction] = amount
            let time = Int64(transaction) * 100_000 - Int64.random(in: 0...108_000, using: &random)
            changes.append(
                scenario.step([scenario.sighting(amount, transaction: transaction, time: time, rivals: rivals)]))
        }

        private mutating func lose() {
            // Now and then one that is in a block, or that nobody knows.
            let transaction =
                random.next() % 4 == 0 ? UInt64.random(in: 1...99, using: &random) : someUnmined?.transaction
            guard let transaction else { return }
            let causes: [Loss.Cause] = [
                .replaced, .doubleSpent, .forgotten(at: Int64(transaction) * 100_000, expiry: 50_000),
            ]
            changes.append(scenario.lose(transaction, causes.randomElement(using: &random)!))
        }

        /// Another transaction takes the place of an unmined one, in the mempool or in a block.
        private mutating func replace() {
            guard let (rival, _) = someUnmined else { return }
            transactions += 1
            let amount = UInt64.random(in: 1...1_500, using: &random)
            if Bool.random(using: &random) {
                connect([arrival(transactions, amount: amount)], rivals: [rival])
            } else {
                sight(transactions, amount: amount, rivals: [rival])
                changes.append(scenario.lose(rival, .replaced))
            }
        }

        private static func number(_ arrival: Arrival) -> UInt64 {
            arrival.transfer.transaction.bytes.suffix(8).reduce(0) { $0 << 8 | UInt64($1) }
        }

        /// The same payment in a block at the tip.
        private func again(_ arrival: Arrival, rivals: Set<UInt64>) -> Arrival {
            self.arrival(Self.number(arrival), amount: UInt64(arrival.transfer.amount.low), rivals: rivals)
        }

        private func arrival(_ transaction: UInt64, amount: UInt64, rivals: Set<UInt64> = []) -> Arrival {
            scenario.arrival(
                amount, transaction: transaction, branch: branch, time: Int64(transaction) * 100_000, rivals: rivals)
        }

        /// What is on the chain at the end.
        var onChain: [Arrival] { chain.flatMap(\.self) }
    }

    /// Each history is played once for all tests; a second time only where being the same is what is tested.
    private static let histories = Dictionary(uniqueKeysWithValues: seeds.map { ($0, play($0)) })

    /// What a history comes to.
    static func played(_ seed: UInt64) -> Scenario { play(seed, depositsMaximum: .max).scenario }

    private static func play(_ seed: UInt64, depositsMaximum: Int = .max) -> History {
        var history = History(seed: seed, depositsMaximum: depositsMaximum)
        history.play(40)
        return history
    }

    private func history(_ seed: UInt64) -> History { Self.histories[seed]! }

    @Test("The histories have everything in them that may happen to a deposit", .enabled(if: seeds.count > 1))
    func variety() {
        let events = Self.histories.values.flatMap(\.scenario.allEvents)
        #expect(Set(events.map(\.kind.rawValue).filter { $0.hasPrefix("deposit.") }).count == 7)
        for reason in ["double_spent", "replaced", "evicted", "expired", "below_minimum"] {
            #expect(events.contains { $0.told["reason"] as? String == reason }, "\(reason)")
        }
        let deposits = Self.histories.values.flatMap(\.scenario.dossier.deposits)
        #expect(deposits.contains(where: \.place.isGone) && deposits.contains { $0.credits > 1 })
    }

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

    @Test("Live entries: what is left of a deposit's entries is nothing, or exactly its net and fee", arguments: seeds)
    func liveEntries(seed: UInt64) {
        let history = history(seed)
        for deposit in history.scenario.dossier.deposits {
            var left: [LedgerEntry.Kind: BigInt] = [:]
            for entry in history.scenario.allEntries where entry.deposit == deposit.id {
                left[entry.kind, default: 0] += BigInt(entry.amount.units) * (entry.isReversal ? -1 : 1)
            }
            let expected = deposit.isCredited ? [deposit.net, deposit.fee] : [nil, nil]
            #expect(left[.net] ?? 0 == BigInt((expected[0] ?? .zero).units), "seed \(seed)")
            #expect(left[.fee] ?? 0 == BigInt((expected[1] ?? .zero).units), "seed \(seed)")
        }
    }

    @Test("Events: folded in order they give every status, and what went before allows each", arguments: seeds)
    func fold(seed: UInt64) throws {
        let history = history(seed)
        var statuses: [String: String] = [:]
        var invoice = "created"
        for event in history.scenario.allEvents {
            let payload = event.told
            if event.kind == .invoiceStatusChanged { invoice = try #require(payload["status"] as? String) }
            guard let id = payload["deposit_id"] as? String else { continue }
            let status = try #require(payload["status"] as? String)
            #expect(event.kind.rawValue == "deposit.\(status)", "seed \(seed)")
            #expect(Self.predecessors[status]?.contains(statuses[id] ?? "") == true, "seed \(seed)")
            statuses[id] = status
        }
        for deposit in history.scenario.dossier.deposits {
            #expect(statuses[deposit.id.uuidString.lowercased()] == deposit.status.rawValue, "seed \(seed)")
        }
        #expect(invoice == history.scenario.status?.rawValue ?? "created", "seed \(seed)")
    }

    /// What a deposit may have been before it becomes this.
    private static let predecessors: [String: Set<String>] = [
        "detected": ["", "detected", "orphaned", "reversed", "dropped"], "credited": ["detected"],
        "final": ["credited"], "rejected": ["detected"], "orphaned": ["detected", "rejected"],
        "reversed": ["credited", "final"], "dropped": ["detected", "orphaned", "reversed", "dropped"],
    ]

    @Test(
        "Waiting: what is in a block, or cannot come into one, is waited for no longer than its threshold",
        arguments: seeds)
    func waiting(seed: UInt64) {
        var scenario = history(seed).scenario
        for deposit in scenario.dossier.deposits {
            if deposit.isCredited || deposit.status == .rejected { #expect(deposit.block != nil, "seed \(seed)") }
            if deposit.status == .orphaned || deposit.status == .reversed {
                #expect(deposit.place.displacedFrom != nil, "seed \(seed)")
            }
        }
        scenario.mine(100)
        if scenario.dossier.invoice != nil { scenario.settle(now: 1 << 40, watermarks: [:]) }
        for deposit in scenario.dossier.deposits where deposit.block != nil || scenario.dossier.invoice != nil {
            #expect(!scenario.dossier.isPending(deposit), "seed \(seed)")
        }
    }

    @Test("Totals: who has very many deposits is decided as if all of them were looked at", arguments: seeds)
    func totals(seed: UInt64) throws {
        let whole = history(seed)
        let few = Self.play(seed, depositsMaximum: 2)
        #expect(
            few.changes.contains { $0.totals != nil } == (whole.scenario.dossier.deposits.count > 2), "seed \(seed)")
        #expect(few.scenario.dossier.deposits == whole.scenario.dossier.deposits, "seed \(seed)")
        #expect(few.scenario.dossier.invoice == whole.scenario.dossier.invoice, "seed \(seed)")
        #expect(few.scenario.allEntries == whole.scenario.allEntries, "seed \(seed)")
        #expect(
            BalanceChange.total(few.scenario.allBalances) == BalanceChange.total(whole.scenario.allBalances),
            "seed \(seed)")
        // An invoice's events list those deposits that were looked at.
        func told(_ history: History) throws -> [String] {
            try history.scenario.allEvents.map { event in
                let payload = event.told.filter { $0.key != "deposits" }
                let text = try JSONSerialization.data(withJSONObject: payload, options: .sortedKeys)
                return "\(event.id) \(event.version) \(String(decoding: text, as: UTF8.self))"
            }
        }
        #expect(try told(few) == told(whole), "seed \(seed)")
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
                let payload = event.told
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
        var random = SplitMix64(seed: seed)
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
        var random = SplitMix64(seed: seed)
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
