import Chain
import Foundation
import Testing

@testable import Payments

/// The ids here were computed by another program, from what the parts of each are.
@Suite("Ids stay what they are, in every version")
struct StableIDTests {
    @Test("A deposit's")
    func deposit() {
        let transfer = Scenario.wallet().arrival(1000).transfer
        #expect(
            StableID.deposit(network: "litecoin", asset: "LTC", transfer: transfer)
                == UUID(uuidString: "8b33e302-a069-8c41-b562-0bd12b057d9f"))
        let long = String(repeating: "T", count: 300)
        #expect(
            StableID.deposit(network: "litecoin", asset: long, transfer: transfer)
                == UUID(uuidString: "4e07d57a-72c9-84d0-84c7-bf1ab8b283a8"))
    }

    @Test("A deposit's events, in the same block once more as well")
    func depositEvents() {
        var scenario = Scenario.wallet(credit: 2)
        let first = scenario.step([scenario.arrival(1000)]).events
        scenario.disconnect(1)
        scenario.tip += 1
        let second = scenario.step([scenario.arrival(1000)]).events
        #expect(first.map(\.id) == [UUID(uuidString: "b7b9b162-e95b-83db-a4a8-c216ec2d74bc")])
        #expect(second.map(\.id) == [UUID(uuidString: "5a084fee-2cfc-89de-bbdd-3b8f5dd7a609")])
    }

    @Test("An invoice's events, of a registration, a command and its deadline")
    func invoiceEvents() {
        var scenario = Scenario.invoice(due: [5, 5], isRegistered: false)
        let registrations = (0..<2 as Range<Int32>).map { Registration(ordinal: $0, refusal: nil) }
        let ids = [
            scenario.step(registrations: registrations), scenario.step(registrations: [registrations[1]]),
            scenario.command(.cancel), scenario.pass(1_000_000),
        ].map { $0.events.map { $0.id.uuidString.lowercased() } }
        #expect(
            ids == [
                ["694f6d78-35b0-8803-af83-9c66c50eadb0"], ["b89c1642-7d8a-895a-912a-829af073a96f"],
                ["18ce8c1f-7960-83bb-9f30-be160246c962"], ["e474f639-5795-8ba6-9e18-d1f2c0c83fb1"],
            ])
    }

    @Test("A network's events")
    func networkEvents() {
        let tip = BlockReference(height: 5, hash: Hash256(0, 0, 0, 5))
        #expect(
            NetworkEvent.resumed.event(of: "litecoin", tip: tip, version: 8).id
                == UUID(uuidString: "cdb79d53-a68f-81ac-89d1-ef02e625706c"))
    }
}
