import Chain
import Foundation
import Testing

@testable import Payments

@Suite("What an invoice's events tell")
struct InvoicePayloadTests {
    private static let id = "00000000-0000-4000-8000-000000000001"

    @Test("Before anything is paid: the options with what is due, and no deposit")
    func registered() throws {
        var scenario = Scenario.invoice(due: [125_000_000, nil])
        scenario.dossier.options[1].refusedReason = "address_in_use"
        try expect(
            scenario.step(registrations: [Registration(ordinal: 0, refusal: nil)]), .invoiceRegistered,
            """
            {"invoice_id": "\(Self.id)", "project": "shop", "order_id": "42", "status": "created", "is_final": false,
             "expires_at": "1970-01-12T13:46:40Z", "deposits": [], "deposit_count": 0,
             "options": [
               {"network": "litecoin", "asset": "LTC", "address": "address-0", "due": "1.25", "due_base": "125000000",
                "credited": "0", "credited_base": "0", "remaining": "1.25", "remaining_base": "125000000",
                "detected": "0", "detected_base": "0"},
               {"network": "litecoin", "asset": "LTC", "address": "address-1", "credited": "0", "credited_base": "0",
                "detected": "0", "detected_base": "0", "refused_reason": "address_in_use"}]}
            """)
    }

    @Test("A refusal tells the status that comes of it")
    func refused() throws {
        var scenario = Scenario.invoice(due: [5], isRegistered: false)
        try expect(
            scenario.step(registrations: [Registration(ordinal: 0, refusal: "unwatchable_script")]), .invoiceRefused,
            """
            {"invoice_id": "\(Self.id)", "project": "shop", "order_id": "42", "status": "canceled",
             "reason": "unwatchable_script", "is_final": false, "expires_at": "1970-01-12T13:46:40Z", "deposits": [],
             "deposit_count": 0, "options": [
               {"network": "litecoin", "asset": "LTC", "address": "address-0", "due": "0.00000005", "due_base": "5",
                "credited": "0", "credited_base": "0", "remaining": "0.00000005", "remaining_base": "5",
                "detected": "0", "detected_base": "0", "refused_reason": "unwatchable_script"}]}
            """)
    }

    @Test("What was paid before the registration is told by the status that follows it, and not before")
    func registeredAndPaid() {
        var scenario = Scenario.invoice(due: [5], isRegistered: false)
        let changes = scenario.step([scenario.arrival(5)], registrations: [Registration(ordinal: 0, refusal: nil)])
        #expect(changes.kinds.suffix(2) == [.invoiceRegistered, .invoiceStatusChanged])
        #expect(changes.payload(.invoiceRegistered)["status"] as? String == "created")
        #expect(changes.payload(.invoiceStatusChanged)["status"] as? String == "paid")
    }

    @Test("Each option has what came in through it: what counts, what is left to pay, and what is on its way")
    func options() throws {
        var scenario = Scenario.invoice(due: [1000, 500], second: (network: "bitcoin", due: 10))
        // The second one is late: it is booked and does not count.
        let changes = scenario.step([
            scenario.arrival(400), scenario.arrival(30, transaction: 2, time: 1_000_001),
            scenario.sighting(250, transaction: 3, option: 1),
        ])
        #expect(changes.kinds.suffix(3) == [.depositCredited, .depositCredited, .invoiceStatusChanged])
        var told = try #require(changes.events.last).told
        let deposits = try #require(told.removeValue(forKey: "deposits") as? [[String: Any]])
        #expect(deposits.map { $0["gross_base"] as? String } == ["400", "30", "250"])
        #expect(deposits.map { $0["address"] as? String } == ["address-0", "address-0", "address-1"])
        #expect(deposits.map { $0["confirmations"] as? Int } == [1, 1, 0])
        #expect(deposits.map { $0["late"] as? Bool } == [false, true, false])
        let cause = try #require(deposits[1]["deposit_id"] as? String)
        try expect(
            told,
            """
            {"invoice_id": "\(Self.id)", "project": "shop", "order_id": "42", "status": "partial",
             "previous_status": "created", "is_final": false, "cause": "deposit:\(cause)",
             "expires_at": "1970-01-12T13:46:40Z", "deposit_count": 3, "options": [
               {"network": "litecoin", "asset": "LTC", "address": "address-0", "due": "0.00001", "due_base": "1000",
                "credited": "0.000004", "credited_base": "400", "remaining": "0.000006", "remaining_base": "600",
                "detected": "0", "detected_base": "0"},
               {"network": "litecoin", "asset": "LTC", "address": "address-1", "due": "0.000005", "due_base": "500",
                "credited": "0", "credited_base": "0", "remaining": "0.000005", "remaining_base": "500",
                "detected": "0.0000025", "detected_base": "250"},
               {"network": "bitcoin", "asset": "BTC", "address": "other", "due": "0.0000001", "due_base": "10",
                "credited": "0", "credited_base": "0", "remaining": "0.0000001", "remaining_base": "10",
                "detected": "0", "detected_base": "0"}]}
            """)
    }

    @Test("Paid too much nothing is left to pay")
    func overpaid() throws {
        var scenario = Scenario.invoice()
        let changes = scenario.step([scenario.arrival(1_500)])
        let options = try #require(changes.payload(.invoiceStatusChanged)["options"] as? [[String: Any]])
        #expect(options[0]["remaining_base"] as? String == "0" && options[0]["credited_base"] as? String == "1500")
    }

    @Test("A step that does not know how far a network is tells the confirmations that were needed so far")
    func unknownTip() throws {
        var scenario = Scenario.invoice(credit: 2, final: 4)
        scenario.step([
            scenario.arrival(200, transaction: 1, height: 97), scenario.arrival(100, transaction: 2, height: 99),
            scenario.arrival(50, transaction: 3, height: 100), scenario.sighting(10, transaction: 4),
        ])
        #expect(scenario.dossier.deposits.map(\.status) == [.final, .credited, .detected, .detected])
        let changes = scenario.command(.markPaid)
        let payload = changes.payload(.invoiceStatusChanged)
        #expect(payload["reason"] as? String == "marked_paid" && payload["cause"] as? String == "command:7")
        let deposits = try #require(payload["deposits"] as? [[String: Any]])
        #expect(deposits.map { $0["confirmations"] as? Int } == [4, 2, 0, 0])
        #expect(deposits.map { $0["status"] as? String } == ["final", "credited", "detected", "detected"])
    }
}
