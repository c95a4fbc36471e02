import BigInt
import Chain
import Foundation
import Testing

@testable import Payments

private let deadline: Int64 = 1_000_000

/// What an invoice waits for, and what it does not.
@Suite("Waits")
struct WaitTests {
    /// An invoice that may be paid on litecoin and on bitcoin.
    private func two() -> Scenario {
        var scenario = Scenario.invoice(second: (network: "bitcoin", due: 10))
        scenario.register()
        return scenario
    }

    private func settled(_ scenario: inout Scenario, final: Int64? = nil) -> Changes {
        scenario.settle(now: deadline + 100, watermarks: ["litecoin": .seen(deadline + 61, final: final)])
    }

    @Test("A network of which nothing is known holds the expiry back until it is seen beyond the deadline")
    func unknownNetwork() {
        var scenario = two()
        let changes = settled(&scenario)
        #expect(changes.waits == [.observation(network: "bitcoin", beyond: deadline)])
        #expect(scenario.dossier.invoice?.isExpired == false)
    }

    @Test("A refused option and a retired network hold back neither expiry nor finality", arguments: [false, true])
    func leftOut(isRetired: Bool) {
        var scenario = two()
        if isRetired {
            scenario.dossier.options[1].isRegistered = false
            scenario.retire("bitcoin")
        } else {
            scenario.dossier.options[1].isRegistered = false
            scenario.dossier.options[1].refusedReason = "address_in_use"
        }
        var changes = settled(&scenario)
        #expect(scenario.dossier.invoice?.isExpired == true)
        #expect(changes.waits == [.finality(network: "litecoin", beyond: deadline)])
        changes = settled(&scenario, final: deadline + 1)
        #expect(changes.waits.isEmpty && scenario.dossier.invoice?.isFinal == true)
    }

    @Test("An option that waits to be registered is named, each network once, in the order of their names")
    func unregistered() {
        var scenario = two()
        scenario.dossier.options[0].isRegistered = false
        let changes = scenario.settle(now: deadline + 100, watermarks: [:])
        #expect(
            changes.waits == [
                .registration(ordinal: 0, network: "litecoin"), .observation(network: "bitcoin", beyond: deadline),
                .observation(network: "litecoin", beyond: deadline),
            ])
        #expect(changes.outlook?.progress == .init(network: "litecoin", mark: .observed, through: nil))
    }

    @Test("Canceled, or refused, it does not expire: it waits to be final, from the deadline on", arguments: [0, 1])
    func notExpiring(refusals: Int) {
        var scenario = Scenario.invoice(isRegistered: false)
        if refusals == 0 {
            scenario.register()
            scenario.command(.cancel)
        } else {
            scenario.step(registrations: [Registration(ordinal: 0, refusal: "address_of_other_network")])
        }
        #expect(scenario.status == .canceled)
        let marks = ["litecoin": Watermark.seen(deadline + 500, final: deadline + 500)]
        #expect(scenario.settle(now: deadline, watermarks: marks).waits == [.deadline(deadline)])
        #expect(scenario.dossier.invoice?.isFinal == false)
        if refusals == 0 {
            let changes = scenario.settle(now: deadline + 1, watermarks: [:])
            #expect(changes.waits == [.finality(network: "litecoin", beyond: deadline)])
            #expect(scenario.dossier.outlook.undecided == Undecided(.finality, changes.waits))
        }
        scenario.settle(now: deadline + 1, watermarks: marks)
        #expect(scenario.dossier.invoice?.isExpired == false && scenario.dossier.invoice?.isFinal == true)
    }

    @Test("A canceled invoice waits for what would count, and for what counts to be final")
    func canceledAndPaid() {
        var scenario = Scenario.invoice(latePolicy: .settle, credit: 2, final: 3)
        scenario.register()
        scenario.command(.cancel)
        scenario.step([scenario.arrival(1000)])
        let marks = ["litecoin": Watermark.seen(deadline + 500, final: deadline + 500)]
        let id = scenario.dossier.deposits[0].id
        var changes = scenario.settle(now: deadline + 1, watermarks: marks)
        #expect(changes.waits == [.pending(id, network: "litecoin", until: nil)])
        scenario.mine(1)
        changes = scenario.settle(now: deadline + 1, watermarks: marks)
        #expect(changes.waits == [.unfinal(id, network: "litecoin")])
        #expect(changes.outlook?.progress == .init(network: "litecoin", mark: .observed, through: nil))
        scenario.mine(1)
        changes = scenario.settle(now: deadline + 1, watermarks: marks)
        #expect(changes.waits.isEmpty && scenario.dossier.invoice?.isFinal == true)
    }

    @Test("What does not count is waited for by no one")
    func uncounted() {
        var scenario = Scenario.invoice(credit: 2, final: 9)
        scenario.register()
        scenario.pass(deadline)
        // Late, and so neither credited nor final for the invoice.
        scenario.step([scenario.arrival(1000, time: deadline + 1)])
        #expect(settled(&scenario, final: deadline + 1).waits.isEmpty)
        #expect(scenario.dossier.invoice?.isFinal == true)
    }

    @Test(
        "Of an owner with many deposits, others that are pending are waited for with no id, and looked at after a pause"
    )
    func others() throws {
        var scenario = Scenario.invoice(due: [1_000_000], credit: 3)
        scenario.depositsMaximum = 1
        scenario.register()
        scenario.step([1, 2, 3].map { scenario.arrival(10, transaction: $0) })
        let changes = scenario.settle(now: deadline + 100, watermarks: ["litecoin": .seen(deadline + 61)])
        #expect(changes.waits == [.pending(nil, network: "litecoin", until: nil)])
        let at = try #require(changes.outlook?.at)
        #expect(at >= deadline + 110)
        #expect(changes.outlook?.progress == .init(network: "litecoin", mark: .observed, through: nil))
        #expect(changes.outlook?.undecided == Undecided(.expiry, changes.waits))
    }

    @Test("One that is in a block is looked at again once something happens to it, not at a time")
    func known() {
        var scenario = Scenario.invoice(credit: 3)
        scenario.register()
        scenario.step([scenario.arrival(10)])
        let changes = scenario.settle(now: deadline + 100, watermarks: ["litecoin": .seen(deadline + 61)])
        #expect(changes.waits.map(\.kind) == [.pending] && changes.outlook?.at == nil)
    }

    @Test("Nothing is undecided while the deadline is all that is waited for")
    func beforeTheDeadline() {
        #expect(Outlook(.expiry, [.deadline(50)], now: 10) == Outlook(at: 50))
        #expect(Outlook(.expiry, [.deadline(50)], now: 50) == Outlook(at: 51))
        #expect(Outlook(.finality, [], now: 10) == .none)
    }

    @Test("No more waits are told than a reader takes in")
    func bounded() {
        let waits = (0..<30 as Range<Int32>).map { Wait.registration(ordinal: $0, network: "litecoin") }
        #expect(Undecided(.expiry, waits).waits == Array(waits.prefix(Undecided.waitsMaximum)))
    }

    @Test("Every wait is of its kind")
    func kinds() {
        let waits: [Wait] = [
            .deadline(1), .registration(ordinal: 0, network: "n"), .observation(network: "n", beyond: 1),
            .pending(nil, network: "n", until: nil), .unfinal(nil, network: "n"), .finality(network: "n", beyond: 1),
        ]
        #expect(waits.map(\.kind) == Wait.Kind.allCases)
    }
}
