import BigInt
import Chain
import Foundation
import Testing

@testable import Payments

@Suite("What returns to whom it was spent by")
struct OwnFundsTests {
    /// The output of a payment's transaction that is the payment.
    private static func output(_ transaction: UInt64, _ index: UInt32 = 0) -> Outpoint {
        Outpoint(transaction: Scenario.id(transaction), index: index)
    }

    /// A wallet that was paid 1,000 by transaction 1.
    private func paid() -> Scenario {
        var scenario = Scenario.wallet()
        scenario.step([scenario.arrival(1_000)])
        return scenario
    }

    /// The arrivals as the daemon has them once it has looked up what was recorded before.
    private func routed(_ arrivals: [Arrival], in scenario: Scenario, isRecorded: Bool = true) -> [Arrival] {
        let recorded = isRecorded ? [Self.output(1): [scenario.dossier.owner.id] as Set] : [:]
        return route(arrivals, to: [scenario.dossier], network: "litecoin", recorded: recorded)[
            scenario.dossier.owner.id] ?? []
    }

    @Test("Change is rejected at once, whatever comes")
    func change() {
        var scenario = paid()
        scenario.tip += 1
        let spending = scenario.arrival(600, transaction: 2, spends: [Self.output(1)])
        let changes = scenario.step(routed([spending], in: scenario))
        #expect(changes.kinds == [.depositDetected, .depositRejected])
        #expect(scenario.dossier.deposits[1].reason == "own_funds")
        #expect(changes.payload(.depositRejected)["reason"] as? String == "own_funds")
        #expect(scenario.mine(10).kinds == [.depositFinal])
        #expect(scenario.balance.credited == 1_000)
    }

    @Test("Others' inputs beside it make no difference; several outputs are each rejected")
    func mixed() {
        var scenario = paid()
        let spends = [Self.output(77, 3), Self.output(1)]
        let arrivals = (0..<2 as Range<UInt32>).map {
            scenario.arrival(900, transaction: 2, vout: $0, height: 101, spends: spends)
        }
        scenario.tip += 1
        scenario.step(routed(arrivals, in: scenario))
        #expect(scenario.dossier.deposits.map(\.status) == [.credited, .rejected, .rejected])
    }

    @Test("A payment out of another owner's deposit is one")
    func anothers() {
        var scenario = paid()
        let stranger = UUID()
        let spending = scenario.arrival(600, transaction: 2, spends: [Self.output(9)])
        let arrivals = route(
            [spending], to: [scenario.dossier], network: "litecoin", recorded: [Self.output(9): [stranger]])
        scenario.step(arrivals[scenario.dossier.owner.id] ?? [])
        #expect(scenario.dossier.deposits.map(\.status) == [.credited, .credited])
    }

    @Test("Another output of a transaction that paid the owner is nobody's deposit")
    func otherOutput() {
        var scenario = paid()
        let spending = scenario.arrival(600, transaction: 2, spends: [Self.output(1, 1)])
        scenario.step(routed([spending], in: scenario))
        #expect(scenario.dossier.deposits.map(\.status) == [.credited, .credited])
    }

    @Test("A chain of transactions that comes all at once, in any order", arguments: [false, true], [false, true])
    func chained(isReversed: Bool, isMined: Bool) {
        var scenario = Scenario.wallet()
        let arrivals = (1...4 as ClosedRange<UInt64>).map { number in
            let spends = [Self.output(number == 1 ? 50 : number - 1)]
            return isMined
                ? scenario.arrival(1_000 - number, transaction: number, spends: spends)
                : scenario.sighting(1_000 - number, transaction: number, spends: spends)
        }
        scenario.step(routed(isReversed ? arrivals.reversed() : arrivals, in: scenario, isRecorded: false))
        let first = scenario.dossier.deposits.first { $0.transaction == Scenario.id(1) }
        #expect(first?.status == (isMined ? .credited : .detected))
        #expect(scenario.dossier.deposits.count { $0.reason == "own_funds" } == 3)
        #expect(scenario.dossier.deposits.count(where: scenario.dossier.isPending) == (isMined ? 0 : 1))
    }

    @Test("In the mempool it is rejected and holds no expiry back; in a block it is detected and rejected again")
    func sighted() {
        var scenario = Scenario.invoice(due: [1_000])
        scenario.step([scenario.arrival(400)])
        let sighting = scenario.sighting(300, transaction: 2, spends: [Self.output(1)])
        #expect(scenario.step(routed([sighting], in: scenario)).kinds == [.depositDetected, .depositRejected])
        #expect(scenario.step(routed([sighting], in: scenario)).isEmpty, "seen again it is no news")
        #expect(scenario.lose(2, .replaced).isEmpty && scenario.lose(2, .doubleSpent).isEmpty)
        scenario.pass(2_000_000)
        #expect(scenario.status == .partial && scenario.dossier.invoice?.isExpired == true)
        scenario.tip += 1
        let mined = scenario.arrival(300, transaction: 2, spends: [Self.output(1)])
        #expect(scenario.step(routed([mined], in: scenario)).kinds == [.depositDetected, .depositRejected])
        #expect(scenario.dossier.deposits[1].block != nil && scenario.allEvents.map(\.id).isDistinct)
    }

    @Test("A reorganization takes it and what it spends back; on the other branch both are what they were")
    func reorganized() {
        var scenario = paid()
        scenario.tip += 1
        func spending(_ branch: UInt64) -> Arrival {
            scenario.arrival(600, transaction: 2, branch: branch, spends: [Self.output(1)])
        }
        scenario.step(routed([spending(0)], in: scenario))
        #expect(scenario.disconnect(2).kinds == [.depositReversed, .depositOrphaned])
        // What it spends is recorded, though it is in no block for now.
        let sighting = scenario.sighting(600, transaction: 2, spends: [Self.output(1)])
        #expect(scenario.step(routed([sighting], in: scenario)).kinds == [.depositDetected, .depositRejected])
        scenario.tip += 2
        let first = scenario.arrival(1_000, branch: 1)
        scenario.step(routed([first, spending(1)], in: scenario))
        #expect(scenario.dossier.deposits.map(\.status) == [.credited, .rejected])
        #expect(scenario.balance.credited == 1_000)
        #expect(scenario.allEvents.map(\.id).isDistinct)
    }

    /// The look back for an address ends after blocks that spend what it finds.
    @Test("Until an option is registered nothing of it is credited that may turn out to be own funds")
    func unregistered() {
        var scenario = Scenario.invoice(due: [1_000], isRegistered: false)
        let spending = scenario.arrival(600, transaction: 2, spends: [Self.output(1)])
        #expect(scenario.step(routed([spending], in: scenario, isRecorded: false)).kinds == [.depositDetected])
        #expect(scenario.mine(3).isEmpty)
        let found = routed(
            [scenario.arrival(1_000, height: 99), spending], in: scenario, isRecorded: false)
        let changes = scenario.step(found, registrations: [Registration(ordinal: 0, refusal: nil)])
        #expect(scenario.dossier.deposits.map(\.reason) == ["own_funds", nil])
        #expect(changes.events.count { $0.kind == .depositCredited } == 1 && scenario.status == .paid)
        #expect(scenario.balance.credited == 1_000)
    }

    @Test("What is not an output is credited while its option waits to be registered")
    func accounts() {
        var scenario = Scenario.invoice(due: [1_000], isRegistered: false)
        scenario.step([scenario.arrival(1_000, locator: .log(0))])
        #expect(scenario.status == .paid)
    }

    @Test("A new option of the address does not revive it")
    func laterOption() {
        var scenario = Scenario.invoice(due: [1_000, 1_000])
        scenario.dossier.options[1].key = Scenario.key(0)
        scenario.step([scenario.arrival(400)])
        scenario.step(
            routed([scenario.arrival(300, transaction: 2, spends: [Self.output(1)])], in: scenario))
        scenario.step(registrations: [Registration(ordinal: 1, refusal: nil)])
        #expect(scenario.dossier.deposits.first { $0.transaction == Scenario.id(2) }?.status == .rejected)
    }
}
