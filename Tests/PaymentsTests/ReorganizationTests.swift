import BigInt
import Chain
import Foundation
import Testing

@testable import Payments

private let day: Int64 = 86_400
private let deadline: Int64 = 1_000_000

@Suite("A deposit whose block is disconnected")
struct ReorganizationTests {
    // MARK: Orphaned and reversed

    @Test("Not yet credited it is orphaned, and nothing is booked back")
    func orphaned() {
        var scenario = Scenario.invoice(credit: 2)
        let seen = scenario.step([scenario.arrival(1000)])
        let changes = scenario.disconnect(1)
        #expect(changes.kinds == [.depositOrphaned] && changes.entries.isEmpty && changes.balances.isEmpty)
        let payload = changes.payload(.depositOrphaned)
        #expect(payload["status"] as? String == "orphaned" && payload["confirmations"] as? Int == 0)
        #expect(
            (payload["block"] as? [String: Any])?["hash"] as? String
                == (seen.payload(.depositDetected)["block"] as? [String: Any])?["hash"] as? String,
            "the block that it was in")
        let deposit = scenario.dossier.deposits[0]
        #expect(deposit.place == .displaced(from: 100, isGone: false))
    }

    @Test("Credited or final its entries are mirrored exactly, and nothing is left of them", arguments: [1, 2, 3])
    func reversed(confirmations: Int64) {
        for scenario in [
            Scenario.invoice(serviceFee: 190, transferFee: 10), .wallet(serviceFee: 190, transferFee: 10),
            .wallet(), .invoice(due: [nil], transferFee: 5_000),
        ] {
            var scenario = scenario
            scenario.step([scenario.arrival(1000)])
            scenario.mine(confirmations - 1)
            #expect(scenario.dossier.deposits[0].status == (confirmations == 3 ? .final : .credited))
            let credits = scenario.allEntries
            let changes = scenario.disconnect(confirmations)
            #expect(changes.kinds.first == .depositReversed && scenario.dossier.deposits[0].status == .reversed)
            #expect(changes.entries.count == credits.count)
            for (reversal, credit) in zip(changes.entries, credits) {
                #expect(reversal.isReversal && !credit.isReversal)
                #expect((reversal.debit, reversal.credit) == (credit.credit, credit.debit))
                #expect(
                    (reversal.kind, reversal.amount, reversal.asset, reversal.project)
                        == (credit.kind, credit.amount, credit.asset, credit.project))
                #expect((reversal.deposit, reversal.creditNumber) == (credit.deposit, credit.creditNumber))
            }
            #expect(scenario.balance == BalanceChange(project: "shop", asset: "LTC"))
        }
    }

    @Test("A rejected one is orphaned, and judged afresh in another block")
    func rejected() {
        var scenario = Scenario.wallet(transferFee: 150, credit: 2)
        scenario.step([scenario.arrival(150)])
        #expect(scenario.mine(1).kinds == [.depositRejected])
        #expect(scenario.disconnect(2).kinds == [.depositOrphaned])
        #expect(scenario.dossier.deposits[0].reason == nil)
        // The fee is another one by now.
        scenario.dossier.options = Scenario.wallet(transferFee: 50).dossier.options
        scenario.tip += 1
        scenario.step([scenario.arrival(150, branch: 1)])
        #expect(scenario.mine(1).kinds == [.depositCredited])
    }

    @Test("What stands at or below the common ancestor, or on another network, stays")
    func others() {
        var scenario = Scenario.invoice(credit: 1, final: 9)
        scenario.step([scenario.arrival(300, transaction: 1)])
        scenario.mine(2)
        scenario.step([scenario.arrival(300, transaction: 2)])
        #expect(scenario.disconnect(2).kinds == [.depositReversed], "partial it stays")
        #expect(scenario.dossier.deposits.map(\.status) == [.credited, .reversed])
        scenario.policy = Policy(
            network: "bitcoin", number: 1, thresholds: Thresholds(credit: 1, final: 9), assets: [])
        #expect(scenario.disconnect(10).isEmpty)
    }

    @Test("A threshold once passed stays passed however the tip moves, until its own block goes")
    func tipMoves() {
        var scenario = Scenario.invoice(credit: 3, final: 5)
        scenario.step([scenario.arrival(1000)])
        scenario.mine(4)
        #expect(scenario.dossier.deposits[0].status == .final)
        #expect(scenario.disconnect(4).isEmpty && scenario.dossier.deposits[0].status == .final)
        #expect(scenario.mine(4).isEmpty)
        #expect(scenario.disconnect(5).kinds == [.depositReversed, .invoiceStatusChanged])
    }

    // MARK: Mined again

    @Test("Mined again in the same or another block it is credited again, under the next number", arguments: [0, 1])
    func minedAgain(branch: UInt64) {
        var scenario = Scenario.invoice(serviceFee: 190)
        for round in 0..<4 {
            let number = Int32(round + 1)
            scenario.step([scenario.arrival(1000, branch: round % 2 == 0 ? 0 : branch)])
            scenario.mine(2)
            #expect(scenario.status == .paid && scenario.dossier.deposits[0].status == .final)
            #expect(scenario.dossier.deposits[0].credits == number)
            #expect(scenario.balance.credited == 981 && scenario.balance.final == 981 && scenario.balance.fees == 19)
            let changes = scenario.disconnect(3)
            #expect(changes.kinds == [.depositReversed, .invoiceStatusChanged] && scenario.status == .created)
            #expect(changes.entries.allSatisfy { $0.creditNumber == number })
            scenario.tip += 1
        }
        #expect(scenario.allEvents.map(\.id).isDistinct)
        #expect(scenario.balance == BalanceChange(project: "shop", asset: "LTC"))
    }

    @Test("A reversal takes back what was credited, and the next credit takes the fees of its time")
    func otherFees() {
        var scenario = Scenario.wallet(serviceFee: 100)
        scenario.step([scenario.arrival(1000)])
        scenario.dossier.options = Scenario.wallet(serviceFee: 500).dossier.options
        #expect(scenario.disconnect(1).entries.map(\.amount.units) == [990, 10])
        scenario.tip += 1
        #expect(scenario.step([scenario.arrival(1000, branch: 1)]).entries.map(\.amount.units) == [950, 50])
    }

    @Test("Nowhere else it stays reversed, and what it was worth stays gone")
    func neverMinedAgain() {
        var scenario = Scenario.invoice()
        scenario.step([scenario.arrival(1000)])
        scenario.disconnect(1)
        scenario.mine(50)
        #expect(scenario.dossier.deposits[0].status == .reversed && scenario.dossier.deposits[0].place.isGone)
        #expect(scenario.balance == BalanceChange(project: "shop", asset: "LTC"))
        scenario.step([scenario.arrival(1000, branch: 1)])
        #expect(scenario.status == .paid, "even long after it was given up")
    }

    @Test("The same history has the same ids, whatever happened in between it")
    func ids() {
        func run() -> [UUID] {
            var scenario = Scenario.invoice(credit: 2)
            for branch in [UInt64(0), 1, 0, 1, 1] {
                scenario.step([scenario.arrival(1000, branch: branch)])
                scenario.mine(1)
                scenario.disconnect(2)
                scenario.step([scenario.sighting(1000)])
                scenario.tip += 1
            }
            return scenario.allEvents.map(\.id)
        }
        #expect(run() == run() && run().isDistinct)
    }

    // MARK: The invoice

    @Test("The status goes back to what the facts say, with its own event, and is final no more")
    func invoiceGoesBack() {
        var scenario = Scenario.invoice(credit: 1, final: 2)
        scenario.register()
        scenario.step([scenario.arrival(400, transaction: 1)])
        scenario.mine(1)
        scenario.step([scenario.arrival(600, transaction: 2)])
        scenario.mine(1)
        scenario.pass(deadline)
        scenario.pass(deadline)
        #expect(scenario.status == .paid && scenario.dossier.invoice?.isFinal == true)
        let changes = scenario.disconnect(2)
        #expect(changes.kinds == [.depositReversed, .invoiceStatusChanged])
        let payload = changes.payload(.invoiceStatusChanged)
        #expect(payload["previous_status"] as? String == "paid" && payload["status"] as? String == "partial")
        #expect(payload["cause"] as? String == "deposit:\(scenario.dossier.deposits[1].id.uuidString.lowercased())")
        #expect(scenario.dossier.invoice?.isFinal == false)
    }

    @Test("A rollback alone never cancels, also after the deadline; the payment gone for good does")
    func neverCancels() {
        var scenario = Scenario.invoice(credit: 1, final: 3)
        scenario.register()
        scenario.step([scenario.arrival(1000)])
        scenario.pass(deadline)
        #expect(scenario.dossier.invoice?.isExpired == true)
        scenario.disconnect(1)
        #expect(scenario.status == .created)
        scenario.pass(deadline)
        #expect(scenario.status == .created, "time alone does not either")
        #expect(scenario.mine(2).kinds == [])
        let changes = scenario.mine(1)
        #expect(scenario.status == .canceled && changes.kinds == [.invoiceStatusChanged])
        let cause = changes.payload(.invoiceStatusChanged)["cause"] as? String
        #expect(cause == "deposit:\(scenario.dossier.deposits[0].id.uuidString.lowercased())")
        // And mined after all it is paid, for it was seen in time.
        scenario.step([scenario.arrival(1000, branch: 1, time: deadline + day)])
        #expect(scenario.status == .paid && scenario.allEvents.map(\.id).isDistinct)
    }

    @Test("A double spend by what pays the same owner moves the payment over, with one event of the status")
    func doubleSpendForTheSameOwner() {
        var scenario = Scenario.invoice()
        scenario.step([scenario.arrival(1000, transaction: 1)])
        scenario.disconnect(1)
        scenario.tip += 1
        let facts = Facts(
            tip: scenario.tip,
            arrivals: [scenario.arrival(1000, transaction: 2, branch: 1, time: deadline + 600, rivals: [1])],
            losses: [Loss(Scenario.id(1), .doubleSpent)])
        let changes = settle(scenario.dossier, facts, scenario.policy)
        #expect(changes.kinds == [.depositDetected, .depositDropped, .depositCredited, .invoiceStatusChanged])
        #expect(changes.invoice?.status == .paid && changes.deposits.allSatisfy { !$0.late })
    }

    @Test("A cancel is refused while a disconnected payment may come back")
    func cancel() {
        var scenario = Scenario.invoice(credit: 1, final: 3)
        scenario.register()
        scenario.step([scenario.arrival(1000)])
        scenario.disconnect(1)
        #expect(scenario.refusal(of: .cancel) == .depositPending)
        scenario.mine(3)
        #expect(scenario.refusal(of: .cancel) == nil)
        scenario.command(.cancel)
        #expect(scenario.status == .canceled)
        scenario.step([scenario.arrival(1000, branch: 1)])
        #expect(scenario.status == .paid, "recorded before the cancel it is not late")
    }

    @Test("Marked paid sleeps through a reversal and holds again afterwards")
    func markedPaid() {
        var scenario = Scenario.invoice()
        scenario.step([scenario.arrival(300)])
        scenario.command(.markPaid)
        scenario.disconnect(1)
        #expect(scenario.status == .created)
        scenario.tip += 1
        scenario.step([scenario.arrival(300, branch: 1)])
        #expect(scenario.status == .paid && scenario.dossier.invoice?.reason == .markedPaid)
        #expect(scenario.allEvents.map(\.id).isDistinct)
    }
}

extension Scenario {
    /// The sum of all entries so far, as the project's balance has it.
    var balance: BalanceChange {
        BalanceChange.total(allBalances).first ?? BalanceChange(project: "shop", asset: "LTC")
    }
}
