import BigInt
import Chain
import Foundation
import Testing

@testable import Payments

/// The sequences in which time, operators and payments meet. The deadline is at 1,000,000; the grace is 60 s.
@Suite("What time and operators mean for an invoice")
struct SettlementTests {
    private static let deadline: Int64 = 1_000_000

    @Test("Partial then expiry stays partial")
    func partialThenExpiry() {
        var scenario = Scenario.invoice()
        scenario.register()
        scenario.step([scenario.arrival(400)])
        #expect(scenario.pass(Self.deadline).kinds == [])
        #expect(scenario.dossier.invoice?.isExpired == true)
        #expect(scenario.status == .partial)
    }

    @Test("Partial, expiry, auto-confirm: enough of it is paid, at the deadline and not before")
    func autoConfirm() {
        for (amount, status) in [(UInt64(979), Invoice.Status.partial), (980, .paid)] {
            var scenario = Scenario.invoice(autoConfirm: 9800)
            scenario.register()
            scenario.step([scenario.arrival(amount)])
            #expect(scenario.status == .partial)
            scenario.pass(Self.deadline)
            #expect(scenario.status == status)
            #expect(scenario.dossier.invoice?.reason == (status == .paid ? .autoConfirmed : nil))
        }
    }

    @Test("Auto-confirm counts what came in time alone")
    func autoConfirmInTime() {
        var scenario = Scenario.invoice(autoConfirm: 9800, latePolicy: .settle)
        scenario.register()
        scenario.step([scenario.arrival(500)])
        scenario.pass(Self.deadline)
        scenario.step([scenario.arrival(490, transaction: 2, time: Self.deadline + 5)])
        #expect(scenario.status == .partial)
        scenario.step([scenario.arrival(10, transaction: 3, time: Self.deadline + 5)])
        #expect(scenario.status == .paid)
    }

    @Test("Nothing by the deadline is canceled, with the deadline as its cause")
    func expiry() {
        var scenario = Scenario.invoice()
        scenario.register()
        let changes = scenario.pass(Self.deadline)
        #expect(changes.kinds == [.invoiceStatusChanged])
        #expect(scenario.status == .canceled)
        #expect(changes.payload(.invoiceStatusChanged)["reason"] as? String == "expired")
        #expect(changes.payload(.invoiceStatusChanged)["cause"] as? String == "deadline")
    }

    @Test(
        "The deadline passes only when every network was seen beyond it and its grace",
        arguments: [(0, false), (60, false), (61, true)])
    func watermark(beyond: Int64, expires: Bool) {
        var scenario = Scenario.invoice()
        scenario.register()
        scenario.settle(now: Self.deadline + 1_000, observedThrough: Self.deadline + beyond)
        #expect(scenario.dossier.invoice?.isExpired == expires)
    }

    // Pitfall 15.
    @Test("A network silent for ninety minutes, or halted for days, holds the expiry back; retired, it does not")
    func silentNetwork() {
        var scenario = Scenario.invoice()
        scenario.register()
        scenario.settle(now: Self.deadline + 5_400, observedThrough: Self.deadline - 10)
        #expect(scenario.status == .created)
        scenario.settle(now: Self.deadline + 5 * 86_400, observedThrough: nil)
        #expect(scenario.status == .created)
        scenario.settle(now: Self.deadline + 5 * 86_400, observedThrough: nil, isRetired: true)
        #expect(scenario.status == .canceled)
    }

    @Test("An invoice of two networks waits for both")
    func twoNetworks() {
        var scenario = Scenario.invoice(due: [1000], second: (network: "bitcoin", due: 10))
        scenario.register()
        scenario.settle(
            now: Self.deadline + 1_000,
            watermarks: ["litecoin": .seen(Self.deadline + 500), "bitcoin": .seen(Self.deadline)])
        #expect(scenario.status == .created)
        scenario.settle(
            now: Self.deadline + 1_000,
            watermarks: ["litecoin": .seen(Self.deadline + 500), "bitcoin": .seen(Self.deadline + 61)])
        #expect(scenario.status == .canceled)
    }

    @Test("An unregistered option holds the expiry back")
    func unregistered() {
        var scenario = Scenario.invoice(isRegistered: false)
        #expect(scenario.pass(Self.deadline).isUneventful)
        scenario.register()
        #expect(!scenario.pass(Self.deadline).isUneventful)
    }

    @Test("A deposit seen in time that is not yet credited holds the expiry back, and then pays")
    func pendingAtDeadline() {
        var scenario = Scenario.invoice(credit: 3)
        scenario.register()
        scenario.step([scenario.arrival(1000, time: Self.deadline)])
        #expect(scenario.pass(Self.deadline).isUneventful)
        _ = scenario.mine(2)
        #expect(scenario.status == .paid)
        scenario.pass(Self.deadline)
        #expect(scenario.dossier.invoice?.isExpired == true)
        #expect(scenario.status == .paid)
    }

    @Test("A deposit in time that turns up after the expiry still counts")
    func turnsUpLater() {
        var scenario = Scenario.invoice()
        scenario.register()
        scenario.pass(Self.deadline)
        #expect(scenario.status == .canceled)
        let changes = scenario.step([scenario.arrival(1000, time: Self.deadline)])
        #expect(scenario.status == .paid)
        #expect(changes.payload(.invoiceStatusChanged)["previous_status"] as? String == "canceled")
    }

    @Test("Exactly at the deadline is in time, one second after is late; both are booked")
    func boundary() {
        var scenario = Scenario.invoice()
        scenario.register()
        scenario.step([
            scenario.arrival(1000, time: Self.deadline), scenario.arrival(7, transaction: 2, time: Self.deadline + 1),
        ])
        #expect(scenario.dossier.deposits.map(\.late) == [false, true])
        #expect(scenario.status == .paid)
        #expect(scenario.allEntries.map(\.amount.units) == [1000, 7])
    }

    @Test("Under settle a late payment pays what was canceled by its deadline")
    func lateUnderSettle() {
        var scenario = Scenario.invoice(latePolicy: .settle)
        scenario.register()
        scenario.pass(Self.deadline)
        scenario.step([scenario.arrival(1000, time: Self.deadline + 86_400)])
        #expect(scenario.status == .paid)
    }

    @Test("Cancel: from created with nothing on its way; its cause is the command")
    func cancel() {
        var scenario = Scenario.invoice()
        scenario.register()
        let changes = scenario.command(.cancel)
        #expect(scenario.status == .canceled)
        #expect(changes.payload(.invoiceStatusChanged)["reason"] as? String == "canceled")
        #expect(changes.payload(.invoiceStatusChanged)["cause"] as? String == "command:7")
        #expect(scenario.refusal(of: .cancel) == .notCreated)
    }

    @Test("Cancel racing a sighting: what is on its way refuses it")
    func cancelRacingSighting() {
        var scenario = Scenario.invoice(credit: 3)
        scenario.register()
        scenario.step([scenario.arrival(1000)])
        #expect(scenario.refusal(of: .cancel) == .depositPending)
        _ = scenario.mine(2)
        #expect(scenario.refusal(of: .cancel) == .notCreated)
    }

    @Test("Cancel, then a block stamped before it: the deposit is late, booked, and pays only under settle")
    func cancelThenOlderBlock() {
        for (policy, status) in [(Invoice.LatePolicy.credit, Invoice.Status.canceled), (.settle, .paid)] {
            var scenario = Scenario.invoice(latePolicy: policy)
            scenario.register()
            scenario.command(.cancel)
            scenario.step([scenario.arrival(1000, time: 1)])
            #expect(scenario.dossier.deposits[0].late)
            #expect(scenario.status == status)
            #expect(scenario.allEntries.count == 1)
        }
    }

    @Test("Mark paid holds at the ratio it was given at, and a full payment needs it no more")
    func markPaid() {
        var scenario = Scenario.invoice()
        scenario.register()
        scenario.step([scenario.arrival(300)])
        let changes = scenario.command(.markPaid)
        #expect(scenario.status == .paid)
        #expect(changes.payload(.invoiceStatusChanged)["reason"] as? String == "marked_paid")
        #expect(scenario.dossier.invoice?.marked == PaidRatio(numerator: 3, denominator: 10))
        #expect(scenario.refusal(of: .markPaid) == .alreadyPaid)
        scenario.step([scenario.arrival(700, transaction: 2)])
        #expect(scenario.dossier.invoice?.reason == nil)
    }

    @Test("Mark paid, reversal, return: below its ratio the mark sleeps, at it again it holds again")
    func markPaidSleeps() {
        var scenario = Scenario.invoice()
        scenario.register()
        scenario.step([scenario.arrival(300)])
        scenario.command(.markPaid)
        let credited = scenario.dossier
        scenario.dossier.deposits[0].displace()
        scenario.step()
        #expect(scenario.status == .created)
        scenario.dossier.deposits = credited.deposits
        scenario.step()
        #expect(scenario.status == .paid)
        #expect(scenario.dossier.invoice?.reason == .markedPaid)
    }

    @Test("A refused invoice takes no command")
    func commandsOnRefused() {
        var scenario = Scenario.invoice()
        scenario.step(registrations: [Registration(ordinal: 0, refusal: "malformed_address")])
        #expect(scenario.refusal(of: .markPaid) == .refused)
        #expect(scenario.refusal(of: .cancel) == .refused)
    }

    @Test("Two payments in time of which each is enough are a duplicate; a top-up is none")
    func duplicate() {
        var scenario = Scenario.invoice(underpay: 100)
        scenario.register()
        scenario.step([scenario.arrival(990)])
        scenario.step([scenario.arrival(20, transaction: 2)])
        #expect(scenario.dossier.invoice?.reason == nil)
        scenario.step([scenario.arrival(990, transaction: 3)])
        #expect(scenario.status == .overpaid)
        #expect(scenario.dossier.invoice?.reason == .duplicate)
    }

    @Test("A late second payment is not a duplicate")
    func lateDuplicate() {
        var scenario = Scenario.invoice(latePolicy: .settle)
        scenario.register()
        scenario.step([scenario.arrival(1000), scenario.arrival(1000, transaction: 2, time: Self.deadline + 1)])
        #expect(scenario.status == .overpaid)
        #expect(scenario.dossier.invoice?.reason == nil)
    }

    @Test("is_final: after the deadline, with everything that counts final and final blocks past it")
    func finality() {
        var scenario = Scenario.invoice(credit: 1, final: 3)
        scenario.register()
        scenario.step([scenario.arrival(1000)])
        scenario.pass(Self.deadline)
        #expect(scenario.dossier.invoice?.isFinal == false)
        _ = scenario.mine(2)
        #expect(scenario.dossier.deposits[0].status == .final)
        #expect(
            scenario.settle(
                now: Self.deadline + 999, watermarks: ["litecoin": .seen(Self.deadline + 100, final: Self.deadline)]
            ).isUneventful)
        let changes = scenario.settle(
            now: Self.deadline + 999, watermarks: ["litecoin": .seen(Self.deadline + 100, final: Self.deadline + 1)])
        #expect(changes.kinds == [.invoiceStatusChanged])
        #expect(scenario.dossier.invoice?.isFinal == true)
        #expect(scenario.status == .paid)
        #expect(scenario.pass(Self.deadline).isEmpty)
    }

    @Test("A final invoice is opened again by a late deposit under settle, not under credit")
    func reopened() {
        for (policy, isFinal) in [(Invoice.LatePolicy.credit, true), (.settle, false)] {
            var scenario = Scenario.invoice(latePolicy: policy)
            scenario.register()
            scenario.pass(Self.deadline)
            scenario.pass(Self.deadline)
            #expect(scenario.dossier.invoice?.isFinal == true)
            scenario.step([scenario.arrival(5, time: Self.deadline + 9)])
            #expect(scenario.dossier.invoice?.isFinal == isFinal)
        }
    }

    @Test("Status changes of one cause have different ids, and the same ones when decided again")
    func recurrences() {
        func run() -> [UUID] {
            var scenario = Scenario.invoice()
            scenario.register()
            scenario.step([scenario.arrival(300)])
            scenario.command(.markPaid)
            scenario.pass(Self.deadline)
            _ = scenario.mine(2)
            scenario.pass(Self.deadline)
            return scenario.allEvents.map(\.id)
        }
        #expect(run() == run())
        #expect(Set(run()).count == run().count)
    }
}

@Suite("Tiers")
struct TierTests {
    private func scenario() -> Scenario {
        var scenario = Scenario.invoice(due: [1000], credit: 1, final: 2)
        scenario.policy = Policy(
            network: "litecoin", number: 1, thresholds: Thresholds(credit: 1, final: 2),
            tiers: [
                Tier(asset: "LTC", from: Amount(BigUInt(500)), thresholds: Thresholds(credit: 3, final: 5)),
                Tier(asset: "LTC", from: Amount(BigUInt(5_000)), thresholds: Thresholds(credit: 10, final: 20)),
                Tier(asset: "OTHER", from: .zero, thresholds: Thresholds(credit: 99, final: 99)),
            ], assets: [Scenario.litecoin])
        return scenario
    }

    @Test(
        "The highest tier that the sum reaches rules",
        arguments: [(UInt64(499), Int32(1)), (500, 3), (4_999, 3), (5_000, 10)])
    func tiers(amount: UInt64, credit: Int32) {
        var scenario = scenario()
        scenario.step([scenario.arrival(amount)])
        #expect(scenario.dossier.deposits[0].required.credit.confirmations == credit)
    }

    @Test("Splitting a payment does not dodge its tier")
    func splitting() {
        var scenario = scenario()
        scenario.step([scenario.arrival(300, transaction: 1), scenario.arrival(300, transaction: 2)])
        #expect(scenario.allEntries.isEmpty)
        _ = scenario.mine(2)
        #expect(scenario.allEntries.count == 2)
    }

    @Test("What is final no longer counts, so that the tier of the rest falls within the same step")
    func fixpoint() {
        var scenario = scenario()
        scenario.step([scenario.arrival(450, transaction: 1)])
        #expect(scenario.allEntries.count == 1)
        scenario.tip += 4
        // 450 unfinal and 450 new: tier 500 asks 5 for final. The old one has them, leaves, and the new one needs 1.
        let changes = scenario.step([scenario.arrival(450, transaction: 2)])
        #expect(
            changes.kinds
                == [.depositDetected, .depositFinal, .depositCredited, .invoiceStatusChanged].filter {
                    $0 != .invoiceStatusChanged
                })
    }

    @Test("A threshold once passed stays passed when the sum grows")
    func stays() {
        var scenario = scenario()
        scenario.step([scenario.arrival(400, transaction: 1)])
        scenario.step([scenario.arrival(400, transaction: 2)])
        #expect(scenario.dossier.deposits.map(\.status) == [.credited, .detected])
        #expect(scenario.dossier.deposits[0].required.final.confirmations == 5)
    }
}

@Suite("Options that come later")
struct LaterOptionTests {
    @Test("A second registration is announced again, with another id; a late refusal refuses only the option")
    func announcements() {
        var scenario = Scenario.invoice(due: [5, 5])
        scenario.dossier.options.removeLast()
        let option = Scenario.invoice(due: [5, 5]).dossier.options[1]
        let first = scenario.step(registrations: [Registration(ordinal: 0, refusal: nil)])
        scenario.dossier.options.append(option)
        let second = scenario.step(registrations: [Registration(ordinal: 1, refusal: "address_in_use")])
        #expect(first.kinds == [.invoiceRegistered])
        #expect(second.kinds == [.invoiceRegistered])
        #expect(first.events[0].id != second.events[0].id)
        #expect(scenario.status == .created)
        #expect(!scenario.dossier.refused)
    }

    @Test("A new option of an address takes what was rejected there for its asset")
    func rejectedReturns() {
        let token = Asset(
            code: "TOKEN", contract: WatchKey([9]), decimals: 6, minimumDeposit: .zero, transferFee: .zero)
        var scenario = Scenario.invoice(due: [1000])
        scenario.register()
        let rejected = scenario.step([scenario.arrival(500, asset: token)])
        #expect(rejected.kinds == [.depositDetected, .depositRejected])
        scenario.dossier.options.append(
            PaymentOption(
                ordinal: 1, network: "litecoin", asset: "TOKEN", decimals: 6, address: "address-0",
                key: Scenario.key(0),
                amount: Amount(BigUInt(500)), due: Amount(BigUInt(500)), minimumDeposit: .zero,
                fees: FeeTerms(transferFee: .zero, serviceFee: BasisPoints(0)), isRegistered: false, refusedReason: nil)
        )
        let changes = scenario.step(registrations: [Registration(ordinal: 1, refusal: nil)])
        #expect(changes.kinds == [.depositDetected, .depositCredited, .invoiceRegistered, .invoiceStatusChanged])
        #expect(scenario.status == .paid)
        #expect(Set((rejected.events + changes.events).map(\.id)).count == 6)
    }
}
