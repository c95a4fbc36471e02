import BigInt
import Chain
import Foundation
import Testing

@testable import Payments

private let day: Int64 = 86_400
/// The deadline of every invoice here.
private let deadline: Int64 = 1_000_000

@Suite("A payment in the mempool")
struct SightingTests {
    // MARK: Detected, and detected again

    @Test("It is detected in no block with no confirmations, and is not booked")
    func sighted() throws {
        var scenario = Scenario.invoice()
        let changes = scenario.step([scenario.sighting(1000)])
        #expect(changes.kinds == [.depositDetected])
        let payload = changes.payload(.depositDetected)
        #expect(payload["confirmations"] as? Int == 0 && payload["block"] == nil)
        #expect(payload["status"] as? String == "detected" && payload["seen_at"] as? String == Event.time(500_000))
        #expect(scenario.status == .created && scenario.allEntries.isEmpty)
        #expect(scenario.isPending && scenario.dossier.deposits[0].due?.height == nil)
        #expect(scenario.mine(1_000).isEmpty, "blocks without it confirm nothing")
        #expect(scenario.step([scenario.sighting(1000, time: 600_000)]).isEmpty, "the same sighting again is not news")
    }

    @Test("In a block it is detected again, with the block and another id, and is judged as usual")
    func mined() {
        var scenario = Scenario.invoice(credit: 2)
        scenario.step([scenario.sighting(1000)])
        let changes = scenario.step([scenario.arrival(1000, time: 500_500)])
        #expect(changes.kinds == [.depositDetected])
        #expect((changes.payload(.depositDetected)["block"] as? [String: Any])?["height"] as? Int64 == scenario.tip)
        #expect(changes.payload(.depositDetected)["confirmations"] as? Int == 1)
        #expect(scenario.dossier.deposits.count == 1 && scenario.allEvents.map(\.id).isDistinct)
        #expect(scenario.mine(1).kinds == [.depositCredited, .invoiceStatusChanged])
    }

    @Test("What is recorded in a block before the deadline is in time, whatever the clock of its miner says")
    func minerAhead() {
        var scenario = Scenario.invoice()
        scenario.step([scenario.arrival(1000, time: deadline + 7_000).recorded(at: deadline)])
        #expect(!scenario.dossier.deposits[0].late && scenario.dossier.deposits[0].seenAt == deadline)
        #expect(scenario.status == .paid)
        // Out of its block and into another, which is recorded later, it stays what it was.
        scenario.disconnect(1)
        scenario.tip += 1
        scenario.step([scenario.arrival(1000, branch: 1, time: deadline + 8_000).recorded(at: deadline + 900)])
        #expect(!scenario.dossier.deposits[0].late && scenario.dossier.deposits[0].seenAt == deadline)
    }

    @Test("Recorded after the deadline it goes by its block's time; a block's time that is earlier counts as ever")
    func recordedLater() {
        for (time, recorded, late) in [
            (deadline + 1, deadline + 50, true), (deadline, deadline + 50, false), (deadline - 5, deadline - 9, false),
        ] {
            var scenario = Scenario.invoice()
            scenario.step([scenario.arrival(1000, time: time).recorded(at: recorded)])
            #expect(scenario.dossier.deposits[0].late == late)
            #expect(scenario.dossier.deposits[0].seenAt == min(time, recorded))
        }
    }

    @Test("A sighting of what is in a block is not news")
    func sightedTooLate() {
        var scenario = Scenario.invoice(credit: 2)
        scenario.step([scenario.arrival(1000)])
        #expect(scenario.step([scenario.sighting(1000, time: 1)]).isEmpty)
    }

    @Test("Detected and dropped in turns: every event has its own id, and the same ones when decided again")
    func turns() {
        func run() -> [UUID] {
            var scenario = Scenario.invoice(credit: 2)
            for round in 0..<4 {
                scenario.step([scenario.sighting(1000)])
                scenario.forget(1, at: 500_100)
                if round == 1 { scenario.lose(1, .doubleSpent) }
                if round == 2 {
                    scenario.step([scenario.arrival(1000)])
                    scenario.disconnect(1)
                }
            }
            scenario.step([scenario.sighting(1000)])
            scenario.step([scenario.arrival(1000)])
            return scenario.allEvents.map(\.id)
        }
        // Four rounds of two; one of them has a double spend more, one a block and its orphan; two at the end.
        #expect(run().count == 8 + 1 + 2 + 2 && run().isDistinct)
        #expect(run() == run())
    }

    // MARK: Seen at

    @Test("It was seen at the earliest of sighting and block; a sighting counts for a day")
    func seenAt() {
        let times: [(block: Int64, seen: Int64)] = [
            (499_000, 499_000), (500_600, 500_000), (500_000 + day, 500_000), (500_001 + day, 500_001 + day),
            (500_000 + 20 * day, 500_000 + 20 * day),
        ]
        for (block, seen) in times {
            var scenario = Scenario.wallet(credit: 2)
            scenario.step([scenario.sighting(1000, time: 500_000)])
            scenario.step([scenario.arrival(1000, time: block)])
            #expect(scenario.dossier.deposits[0].seenAt == seen)
        }
    }

    @Test("Sighted in time and mined after the deadline is in time, unless the sighting is older than a day by then")
    func inTime() {
        for (wait, status) in [(day, Invoice.Status.paid), (day + 1, .created)] {
            var scenario = Scenario.invoice()
            scenario.step([scenario.sighting(1000, time: deadline)])
            #expect(!scenario.dossier.deposits[0].late)
            scenario.step([scenario.arrival(1000, time: deadline + wait)])
            #expect(scenario.status == status && scenario.dossier.deposits[0].late == (status == .created))
            #expect(scenario.allEntries.count == 1, "booked it is in any case")
        }
    }

    @Test("Sighted late and in a block with an earlier time it is in time")
    func lateSighting() {
        var scenario = Scenario.invoice()
        scenario.step([scenario.sighting(1000, time: deadline + 1)])
        #expect(scenario.dossier.deposits[0].late)
        scenario.step([scenario.arrival(1000, time: deadline)])
        #expect(scenario.status == .paid && !scenario.dossier.deposits[0].late)
    }

    @Test("Seen stays what it was through disconnects, sightings and other blocks")
    func seenAtStays() {
        var scenario = Scenario.invoice(credit: 2)
        scenario.step([scenario.sighting(1000, time: 500_000)])
        scenario.step([scenario.arrival(1000, time: 500_600)])
        scenario.disconnect(1)
        scenario.step([scenario.sighting(1000, time: 500_700)])
        scenario.forget(1, at: 500_800)
        scenario.tip += 1
        scenario.step([scenario.arrival(1000, branch: 1, time: deadline + 30 * day)])
        #expect(scenario.dossier.deposits[0].seenAt == 500_000 && !scenario.dossier.deposits[0].late)
    }

    @Test("What is seen again in the mempool was seen when it was seen first")
    func seenAgain() {
        var scenario = Scenario.invoice()
        scenario.step([scenario.sighting(1000, time: 500_000)])
        scenario.forget(1, at: 510_000)
        scenario.step([scenario.sighting(1000, time: 520_000)])
        #expect(scenario.dossier.deposits[0].seenAt == 500_000)
    }

    // MARK: Replacements

    @Test("A replacement that pays the same owner was seen when the first was; the replaced one is dropped")
    func replacement() {
        var scenario = Scenario.invoice()
        scenario.step([scenario.sighting(1000, transaction: 1, time: deadline)])
        scenario.step([scenario.sighting(990, transaction: 2, time: deadline + 600, rivals: [1])])
        let changes = scenario.lose(1, .replaced)
        #expect(changes.kinds == [.depositDropped])
        #expect(changes.payload(.depositDropped)["reason"] as? String == "replaced")
        #expect(scenario.dossier.deposits[1].seenAt == deadline && !scenario.dossier.deposits[1].late)
        // And a third one, straight in a block: it double spends the second.
        scenario.step([scenario.arrival(1000, transaction: 3, time: deadline + 1_200, rivals: [1, 2])])
        scenario.lose(2, .doubleSpent)
        #expect(scenario.dossier.deposits[2].seenAt == deadline && scenario.status == .paid)
        #expect(scenario.dossier.deposits.map(scenario.dossier.isPending) == [true, false, false])
    }

    @Test("The output of a replacement that was known already inherits when it is mined")
    func replacementKnown() {
        var scenario = Scenario.invoice()
        scenario.step([scenario.sighting(1000, transaction: 2, time: deadline + 600)])
        scenario.step([scenario.sighting(1000, transaction: 1, time: deadline)])
        scenario.step([scenario.arrival(1000, transaction: 2, time: deadline + 900, rivals: [1])])
        #expect(scenario.dossier.deposits[0].seenAt == deadline && scenario.status == .paid)
    }

    @Test("One that pays another owner, or no rival, inherits nothing")
    func noReplacement() {
        var scenario = Scenario.invoice()
        scenario.step([scenario.sighting(1000, transaction: 1, time: deadline)])
        // Its rival is another owner's, so that this dossier does not hold it.
        scenario.step([scenario.sighting(1000, transaction: 2, time: deadline + 600, rivals: [77])])
        scenario.step([scenario.sighting(1000, transaction: 3, time: deadline + 600)])
        #expect(scenario.dossier.deposits.map(\.late) == [false, true, true])
    }

    @Test("The sighting of a rival counts for a day, its block for ever", arguments: [Int64(0), 1])
    func oldRival(beyond: Int64) {
        var scenario = Scenario.invoice()
        scenario.step([scenario.sighting(1000, transaction: 1, time: deadline)])
        scenario.step([scenario.sighting(1000, transaction: 2, time: deadline + day + beyond, rivals: [1])])
        #expect(scenario.dossier.deposits[1].late == (beyond > 0))

        var mined = Scenario.invoice()
        mined.step([mined.arrival(1000, transaction: 1, time: deadline)])
        mined.disconnect(1)
        mined.tip += 1
        mined.step([mined.arrival(1000, transaction: 2, time: deadline + 5 * day + beyond, rivals: [1])])
        #expect(!mined.dossier.deposits[1].late && mined.status == .paid)
    }

    // MARK: Losses

    private static let losses: [(cause: Loss.Cause, reason: String)] = [
        (.replaced, "replaced"), (.doubleSpent, "double_spent"),
        (.forgotten(at: 500_000 + 14 * day - 1, expiry: 14 * day), "evicted"),
        (.forgotten(at: 500_000 + 14 * day, expiry: 14 * day), "expired"),
    ]

    @Test("What is lost is dropped with its reason, once, and returns when it is seen again", arguments: losses.indices)
    func dropped(index: Int) {
        let loss = Self.losses[index]
        for returnsInBlock in [false, true] {
            var scenario = Scenario.invoice()
            scenario.step([scenario.sighting(1000)])
            let changes = scenario.lose(1, loss.cause)
            #expect(changes.kinds == [.depositDropped])
            #expect(changes.payload(.depositDropped)["reason"] as? String == loss.reason)
            #expect(scenario.isPending == (loss.reason != "double_spent"))
            #expect(scenario.lose(1, loss.cause).isEmpty)
            let isDoubleSpent = loss.cause == .doubleSpent
            #expect(scenario.lose(1, .replaced).isEmpty && scenario.forget(1, at: 500_001).isEmpty)
            #expect(scenario.lose(1, .doubleSpent).kinds == (isDoubleSpent ? [] : [.depositDropped]))
            #expect(!scenario.isPending)
            let again = scenario.step([returnsInBlock ? scenario.arrival(1000) : scenario.sighting(1000)])
            #expect(
                again.kinds
                    == (returnsInBlock
                        ? [.depositDetected, .depositCredited, .invoiceStatusChanged] : [.depositDetected]))
            #expect(scenario.dossier.deposits[0].reason == nil)
            #expect(scenario.isPending == !returnsInBlock)
            #expect(scenario.allEvents.map(\.id).isDistinct)
        }
    }

    @Test("Only a double spend drops what is orphaned or reversed", arguments: losses.indices)
    func droppedAfterADisconnect(index: Int) {
        let loss = Self.losses[index]
        for credit in [Int32(1), 2] {
            var scenario = Scenario.invoice(credit: credit)
            scenario.step([scenario.arrival(1000)])
            scenario.disconnect(1)
            let status: Deposit.Status = credit == 1 ? .reversed : .orphaned
            #expect(scenario.dossier.deposits[0].status == status)
            let changes = scenario.lose(1, loss.cause)
            if loss.cause == .doubleSpent {
                #expect(changes.kinds == [.depositDropped] && scenario.dossier.deposits[0].place.isGone)
            } else {
                #expect(changes.isEmpty && scenario.isPending)
            }
            scenario.tip += 1
            #expect(scenario.step([scenario.arrival(1000, branch: 1)]).kinds.first == .depositDetected)
            #expect(scenario.allEvents.map(\.id).isDistinct)
        }
    }

    @Test("A loss of what is in a block, or of another transaction, changes nothing", arguments: losses.indices)
    func lossInABlock(index: Int) {
        for credit in [Int32(1), 2] {
            for final in [Int32(2), 9] {
                var scenario = Scenario.invoice(credit: credit, final: final)
                scenario.step([scenario.arrival(1000)])
                scenario.mine(1)
                #expect(scenario.lose(1, Self.losses[index].cause).isEmpty)
                #expect(scenario.lose(2, Self.losses[index].cause).isEmpty)
            }
        }
        var rejected = Scenario.wallet()
        rejected.step([rejected.arrival(99)])
        #expect(rejected.dossier.deposits[0].status == .rejected)
        #expect(rejected.lose(1, Self.losses[index].cause).isEmpty)
    }

    @Test("A loss of all of a transaction's deposits, and of no other network's")
    func lossOfAll() {
        var scenario = Scenario.invoice()
        scenario.step([scenario.sighting(400, vout: 0), scenario.sighting(600, vout: 1)])
        #expect(scenario.lose(1, .replaced).kinds == [.depositDropped, .depositDropped])
        scenario.step([scenario.sighting(1000, transaction: 2)])
        scenario.policy = Policy(
            network: "bitcoin", number: 1, thresholds: Thresholds(credit: 1, final: 1), assets: [Scenario.litecoin])
        #expect(scenario.lose(2, .doubleSpent).isEmpty)
    }

    @Test("In one step with its block a loss changes nothing")
    func lossWithItsBlock() {
        let scenario = Scenario.invoice()
        let facts = Facts(
            tip: scenario.tip, arrivals: [scenario.arrival(1000)], losses: [Loss(Scenario.id(1), .doubleSpent)])
        let changes = settle(scenario.dossier, facts, scenario.policy)
        #expect(changes.kinds == [.depositDetected, .depositCredited, .invoiceStatusChanged])
    }

    // MARK: Unexpected assets

    private let token = Asset(
        code: "TOKEN", contract: WatchKey([9]), decimals: 6, minimumDeposit: .zero, transferFee: .zero)

    @Test("An asset that nobody asked for is rejected once it is mined, and rejected again after a disconnect")
    func unexpected() {
        var scenario = Scenario.invoice()
        #expect(scenario.step([scenario.sighting(500, asset: token)]).kinds == [.depositDetected])
        for round in 0..<3 {
            let arrival = scenario.arrival(500, branch: UInt64(round / 2), asset: token)
            #expect(scenario.step([arrival]).kinds == [.depositDetected, .depositRejected])
            #expect(!scenario.isPending)
            #expect(scenario.disconnect(1).kinds == [.depositOrphaned])
            #expect(scenario.dossier.deposits[0].reason == nil && !scenario.isPending)
            scenario.tip += 1
        }
        #expect(scenario.allEntries.isEmpty && scenario.allEvents.map(\.id).isDistinct)
    }

    /// Where a deposit of the token is when an option for it is registered.
    enum Place: CaseIterable { case sighted, dropped, rejected, orphaned }

    @Test("An option that comes later takes it, wherever it is then", arguments: Place.allCases)
    func unexpectedThenAskedFor(place: Place) {
        var scenario = Scenario.invoice()
        scenario.register()
        switch place {
        case .sighted: scenario.step([scenario.sighting(500, asset: token)])
        case .dropped:
            scenario.step([scenario.sighting(500, asset: token)])
            scenario.forget(1, at: 500_100)
        case .rejected: scenario.step([scenario.arrival(500, asset: token)])
        case .orphaned:
            scenario.step([scenario.arrival(500, asset: token)])
            scenario.disconnect(1)
            scenario.tip += 1
        }
        scenario.dossier.options.append(
            PaymentOption(
                ordinal: 1, network: "litecoin", asset: "TOKEN", decimals: 6, address: "address-0",
                key: Scenario.key(0), amount: Amount(BigUInt(500)), due: Amount(BigUInt(500)), minimumDeposit: .zero,
                fees: FeeTerms(transferFee: .zero, serviceFee: BasisPoints(0)), isRegistered: false, refusedReason: nil)
        )
        scenario.step(registrations: [Registration(ordinal: 1, refusal: nil)])
        scenario.step([scenario.arrival(500, branch: 1, asset: token)])
        #expect(scenario.status == .paid && scenario.dossier.deposits.map(\.status) == [.credited])
        #expect(scenario.allEvents.map(\.id).isDistinct)
    }

    // MARK: Tiers

    @Test("Sighted deposits count for the tier of their owner")
    func tiers() {
        var scenario = Scenario.wallet(credit: 1, final: 2)
        scenario.policy = Policy(
            network: "litecoin", number: 1, thresholds: Thresholds(credit: 1, final: 2),
            tiers: [Tier(asset: "LTC", from: Amount(BigUInt(500)), thresholds: Thresholds(credit: 3, final: 5))],
            assets: [Scenario.litecoin])
        scenario.step([scenario.sighting(300, transaction: 1)])
        #expect(scenario.step([scenario.arrival(300, transaction: 2)]).kinds == [.depositDetected])
        #expect(scenario.dossier.deposits.map(\.required.credit.confirmations) == [3, 3])
        // Lost, it counts no more.
        #expect(scenario.forget(1, at: 500_100).kinds == [.depositDropped, .depositCredited])
    }
}

extension [UUID] {
    /// Whether none occurs twice.
    var isDistinct: Bool { Set(self).count == count }
}
