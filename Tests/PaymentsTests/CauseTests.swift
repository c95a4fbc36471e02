import BigInt
import Chain
import Foundation
import Testing

@testable import Payments

private let deadline: Int64 = 1_000_000

@Suite("What a change of an invoice's status is due to")
struct CauseTests {
    private func cause(_ changes: Changes) -> String? {
        changes.payload(.invoiceStatusChanged)["cause"] as? String
    }

    private func cause(_ deposit: Deposit) -> String { "deposit:\(deposit.id.uuidString.lowercased())" }

    @Test("What was credited last, though another became final after it")
    func credited() {
        var scenario = Scenario.invoice(credit: 1, final: 6)
        scenario.step([scenario.arrival(400, maturity: 6), scenario.arrival(600, transaction: 2)])
        #expect(scenario.dossier.deposits.map(\.status) == [.detected, .credited])
        let changes = scenario.mine(5)
        #expect(changes.kinds == [.depositCredited, .depositFinal, .depositFinal, .invoiceStatusChanged])
        #expect(cause(changes) == cause(scenario.dossier.deposits[0]))
    }

    @Test("What was credited, though another was seen before it in the same step")
    func creditedBesideSeen() {
        var scenario = Scenario.invoice(credit: 2)
        scenario.step([scenario.arrival(1000)])
        scenario.tip += 1
        let changes = scenario.step([scenario.arrival(5, transaction: 2)])
        #expect(changes.kinds == [.depositDetected, .depositCredited, .invoiceStatusChanged])
        #expect(cause(changes) == cause(scenario.dossier.deposits[0]))
    }

    @Test("Where nothing was credited, what was seen last")
    func seen() {
        var scenario = Scenario.invoice()
        scenario.register()
        scenario.pass(deadline)
        #expect(scenario.status == .canceled)
        let changes = scenario.step([
            scenario.sighting(400, transaction: 1, time: deadline),
            scenario.sighting(600, transaction: 2, time: deadline),
        ])
        #expect(changes.kinds == [.depositDetected, .depositDetected, .invoiceStatusChanged])
        #expect(scenario.status == .created && cause(changes) == cause(scenario.dossier.deposits[1]))
    }

    @Test("How often it was due to the same is counted, and tells one event from the other")
    func recurrences() {
        var scenario = Scenario.invoice()
        scenario.register()
        scenario.settle(now: deadline + 100, watermarks: ["litecoin": .seen(deadline + 61)])
        #expect(scenario.dossier.invoice?.recurrences == ["deadline ": 1])
        let changes = scenario.settle(
            now: deadline + 200, watermarks: ["litecoin": .seen(deadline + 61, final: deadline + 1)])
        #expect(changes.kinds == [.invoiceStatusChanged] && scenario.dossier.invoice?.isFinal == true)
        #expect(scenario.dossier.invoice?.recurrences == ["deadline ": 2])
        #expect(changes.events.map(\.id) == [UUID(uuidString: "f407af6b-268b-8cf6-b4b2-3032087c1204")])
    }
}
