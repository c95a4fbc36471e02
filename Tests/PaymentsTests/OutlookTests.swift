import Foundation
import Testing

@testable import Payments

private let deadline: Int64 = 1_000_000

/// When an invoice is looked at again, as the decision says.
@Suite("Outlook")
struct OutlookTests {
    private func progress(_ mark: Outlook.Progress.Mark, _ through: Int64?) -> Outlook.Progress {
        Outlook.Progress(network: "litecoin", mark: mark, through: through)
    }

    @Test("A network's step has it looked at from the deadline on, and a wallet never")
    func steps() {
        var scenario = Scenario.invoice()
        scenario.register()
        #expect(scenario.dossier.outlook == Outlook(at: deadline))
        // A step of the settlement lane may have written another meanwhile.
        #expect(scenario.step([scenario.arrival(500)]).outlook == Outlook(at: deadline))
        var wallet = Scenario.wallet()
        wallet.register()
        wallet.step([wallet.arrival(500)])
        #expect(wallet.dossier.outlook == .none)
    }

    @Test("The settlement lane has it looked at when the first thing that it waits for may be over")
    func waits() {
        var scenario = Scenario.invoice(credit: 3, final: 5)
        scenario.register()
        scenario.settle(now: deadline - 5, watermarks: [:])
        #expect(scenario.dossier.outlook == Outlook(at: deadline))
        // A deposit seen at the deadline itself is in time.
        scenario.settle(now: deadline, watermarks: [:])
        #expect(scenario.dossier.outlook == Outlook(at: deadline + 1))

        var changes = scenario.settle(now: deadline + 1, watermarks: ["litecoin": .seen(deadline + 60)])
        #expect(changes.waits == [.observation(network: "litecoin", beyond: deadline + 60)])
        #expect(changes.isUneventful && !changes.isEmpty)
        #expect(scenario.dossier.outlook.at == nil)
        #expect(scenario.dossier.outlook.progress == progress(.observed, deadline + 61))
        #expect(scenario.dossier.outlook.undecided == Undecided(.expiry, changes.waits))

        scenario.step([scenario.arrival(1000, time: deadline)])
        #expect(scenario.dossier.outlook.at == deadline, "a step about it has it looked at at once")
        changes = scenario.settle(now: deadline + 70, watermarks: ["litecoin": .seen(deadline + 61)])
        #expect(changes.waits == [.pending(scenario.dossier.deposits[0].id, network: "litecoin", until: nil)])
        #expect(scenario.dossier.outlook.progress == progress(.observed, nil))

        scenario.mine(2)
        changes = scenario.settle(now: deadline + 80, watermarks: ["litecoin": .seen(deadline + 61)])
        #expect(scenario.dossier.invoice?.isExpired == true)
        #expect(changes.waits.map(\.kind) == [.unfinal, .finality])
        scenario.mine(2)
        changes = scenario.settle(now: deadline + 90, watermarks: ["litecoin": .seen(deadline + 61, final: deadline)])
        #expect(scenario.dossier.outlook.progress == progress(.final, deadline + 1))
        #expect(scenario.dossier.outlook.undecided?.question == .finality)
        scenario.settle(now: deadline + 99, watermarks: ["litecoin": .seen(deadline + 61, final: deadline + 1)])
        #expect(scenario.dossier.invoice?.isFinal == true && scenario.dossier.outlook == .none)
    }

    @Test("What is in the mempool alone is waited for until its day is over, or its network is retired")
    func sighting() {
        var scenario = Scenario.invoice()
        scenario.register()
        scenario.step([scenario.sighting(1000, time: deadline - 10)])
        scenario.settle(now: deadline + 100, watermarks: ["litecoin": .seen(deadline + 61)])
        let end = deadline - 10 + Deposit.mempoolPatience
        #expect(scenario.dossier.outlook.at == end + 1)
        #expect(scenario.dossier.outlook.progress == progress(.observed, nil))
        scenario.settle(now: end, watermarks: ["litecoin": .seen(deadline + 61)])
        #expect(scenario.dossier.invoice?.isExpired == false)
        scenario.settle(now: end + 1, watermarks: ["litecoin": .seen(deadline + 61)])
        #expect(scenario.dossier.invoice?.isExpired == true)
    }

    @Test("Whoever is set aside is looked at no more, also when that is known")
    func setAside() {
        var scenario = Scenario.invoice()
        scenario.register()
        for _ in 0..<2 {
            let changes = settle(
                scenario.dossier.settingAside(for: "a test"), SettlementFacts(watermarks: [:], now: deadline + 1)
            ).changes
            #expect(changes.outlook == Outlook.none && !changes.isEmpty)
        }
    }

    @Test(
        "Whatever happened to it, it is looked at in time: never is anything due before the time it says",
        arguments: PropertyTests.seeds)
    func complete(seed: UInt64) {
        var scenario = PropertyTests.played(seed)
        // Time only goes on: one that is final by a later time is left out.
        guard scenario.dossier.invoice?.isFinal == false else { return }
        // Time and the network's marks go on in small steps; whoever looks only when told misses nothing.
        var eager = scenario
        for second in stride(from: deadline - 20, to: deadline + 2 * Deposit.mempoolPatience, by: 3_601) {
            let marks = ["litecoin": Watermark.seen(second - 100, final: second - 4_000)]
            eager.settle(now: second, watermarks: marks)
            if scenario.isDue(at: second, marks) { scenario.settle(now: second, watermarks: marks) }
            #expect(scenario.dossier.invoice == eager.dossier.invoice, "seed \(seed) at \(second)")
        }
    }
}

extension Scenario {
    /// As SQL looks for it.
    fileprivate func isDue(at now: Int64, _ marks: [String: Watermark]) -> Bool {
        if let at = dossier.outlook.at, at <= now { return true }
        guard let progress = dossier.outlook.progress else { return false }
        if dossier.retired.contains(progress.network) { return true }
        let mark = marks[progress.network]
        let through = progress.mark == .observed ? mark?.observedThrough : mark?.finalThrough
        guard let through, let needed = progress.through else { return false }
        return needed <= through
    }
}
