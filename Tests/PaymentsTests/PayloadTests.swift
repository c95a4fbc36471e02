import BigInt
import Chain
import Foundation
import Testing

@testable import Payments

/// What events tell, as whoever reads the outbox has it: no key more, none less.
@Suite("Payloads")
struct PayloadTests {
    private static let invoiceID = "00000000-0000-4000-8000-000000000001"
    /// Of transaction 1, as `StableIDTests` has it.
    private static let depositID = "8b33e302-a069-8c41-b562-0bd12b057d9f"

    private static func transaction(_ number: Int) -> String { String(repeating: "0", count: 63) + "\(number)" }

    /// The block at height 100.
    private static let block = """
        {"height": 100, "hash": "00000000000000010000000000000000000000000000000000000000000000\
        64", "time": "1970-01-06T18:53:20Z"}
        """

    // MARK: Deposits

    @Test("A sighting for an invoice: in no block, with no fee so far")
    func sighting() throws {
        var scenario = Scenario.invoice(credit: 2, final: 5)
        let changes = scenario.step([scenario.sighting(1000, time: 1_000_001)])
        try expect(
            changes, .depositDetected,
            """
            {"deposit_id": "\(Self.depositID)", "project": "shop", "invoice_id": "\(Self.invoiceID)",
             "order_id": "42", "network": "litecoin", "asset": "LTC", "address": "address-0",
             "transaction": "\(Self.transaction(1))", "locator": "vout:0", "status": "detected", "late": true,
             "gross": "0.00001", "gross_base": "1000", "confirmations": 0, "required": 2, "final_required": 5,
             "seen_at": "1970-01-12T13:46:41Z"}
            """)
    }

    @Test("A credit of a wallet: its customer, the fee and what is left, the block and its depth")
    func credit() throws {
        var scenario = Scenario.wallet(serviceFee: 190, transferFee: 10, credit: 2, final: 5)
        scenario.step([scenario.arrival(1000)])
        // 10 and 1.9 % of 990, rounded up, are 29.
        try expect(
            scenario.mine(2), .depositCredited,
            """
            {"deposit_id": "\(Self.depositID)", "project": "shop", "wallet_id": "\(Self.invoiceID)",
             "customer_id": "42", "network": "litecoin", "asset": "LTC", "address": "address-0",
             "transaction": "\(Self.transaction(1))", "locator": "vout:0", "status": "credited", "late": false,
             "gross": "0.00001", "gross_base": "1000", "fee": "0.00000029", "fee_base": "29",
             "net": "0.00000971", "net_base": "971", "confirmations": 3, "required": 2, "final_required": 5,
             "seen_at": "1970-01-06T18:53:20Z", "block": \(Self.block)}
            """)
    }

    @Test("A change of thresholds is named as the cause, and a tag beside the confirmations under it")
    func policyChange() throws {
        var scenario = Scenario.wallet(credit: 9, final: 9)
        scenario.step([scenario.arrival(1000)])
        scenario.policy = Policy(
            network: "litecoin", number: 12,
            thresholds: Thresholds(credit: Threshold(1, under: .safe), final: Threshold(33, under: .finalized)),
            assets: [Scenario.litecoin])
        let changes = scenario.decide(Facts(reach: Reach(tip: 100, finality: [.safe: 100]), isPolicyChange: true))
        try expect(
            changes, .depositCredited,
            """
            {"deposit_id": "\(Self.depositID)", "project": "shop", "wallet_id": "\(Self.invoiceID)",
             "customer_id": "42", "network": "litecoin", "asset": "LTC", "address": "address-0",
             "transaction": "\(Self.transaction(1))", "locator": "vout:0", "status": "credited", "late": false,
             "gross": "0.00001", "gross_base": "1000", "fee": "0", "fee_base": "0", "net": "0.00001",
             "net_base": "1000", "confirmations": 1, "required": 1, "required_tag": "safe", "final_required": 33,
             "final_required_tag": "finalized", "cause": "policy:12", "seen_at": "1970-01-06T18:53:20Z",
             "block": \(Self.block)}
            """)
    }

    @Test("Only a step that is there for another policy is due to one")
    func noPolicyChange() {
        var scenario = Scenario.wallet(credit: 2)
        scenario.step([scenario.arrival(1000)])
        for facts in [Facts(reach: Reach(tip: 101)), Facts(tip: 101)] {
            let changes = settle(scenario.dossier, facts, scenario.policy)
            #expect(changes.kinds == [.depositCredited] && changes.payload(.depositCredited)["cause"] == nil)
        }
        let changes = settle(scenario.dossier, Facts(tip: 101, isPolicyChange: true), scenario.policy)
        #expect(changes.payload(.depositCredited)["cause"] as? String == "policy:1")
    }

    @Test("What is rejected says why")
    func rejected() throws {
        var scenario = Scenario.wallet()
        let changes = scenario.step([scenario.arrival(99)])
        #expect(changes.kinds == [.depositDetected, .depositRejected])
        let payload = changes.payload(.depositRejected)
        #expect(payload["reason"] as? String == "below_minimum" && payload["status"] as? String == "rejected")
        #expect(payload["fee"] == nil && payload["net"] == nil && payload["invoice_id"] == nil)
    }

    // MARK: Wallets

    @Test("A wallet that is watched, and one that can't be")
    func wallets() throws {
        let told = """
            "wallet_id": "\(Self.invoiceID)", "project": "shop", "customer_id": "42", "network": "litecoin",
            "asset": "LTC", "address": "address-0"
            """
        var watched = Scenario.wallet()
        try expect(
            watched.step(registrations: [Registration(ordinal: 0, refusal: nil)]), .walletRegistered, "{\(told)}")
        var refused = Scenario.wallet()
        try expect(
            refused.step(registrations: [Registration(ordinal: 0, refusal: "address_in_use")]), .walletRefused,
            "{\(told), \"reason\": \"address_in_use\"}")
    }

    // MARK: Networks

    private func network(_ event: NetworkEvent, tip: BlockReference?, version: Int64) -> Event {
        event.event(of: "litecoin", tip: tip, version: version)
    }

    @Test("A reorganization tells the tip before, the one after, and how many blocks are between them")
    func reorganized() throws {
        let (from, to) = (
            BlockReference(height: 107, hash: Hash256(0, 0, 0, 0xa7)),
            BlockReference(height: 104, hash: Hash256(0, 0, 0, 0xa4))
        )
        let event = network(.reorganized(from: from, to: to), tip: to, version: 3)
        #expect(event.kind == .networkReorganized && event.version == 3)
        #expect(event.aggregate.type == "network" && event.aggregate.id == "litecoin")
        try expect(
            event,
            """
            {"network": "litecoin", "tip_height": 104, "tip_hash": "\(String(repeating: "0", count: 62))a4",
             "disconnected_height": 107, "disconnected_hash": "\(String(repeating: "0", count: 62))a7", "depth": 3}
            """)
    }

    @Test("A halt tells why, and a start no more than where")
    func haltedAndResumed() throws {
        let tip = BlockReference(height: 5, hash: Hash256(0, 0, 0, 5))
        let place = "\"tip_height\": 5, \"tip_hash\": \"\(Self.transaction(5))\""
        let halted = network(.halted(reason: "wrong_chain"), tip: tip, version: 7)
        #expect(halted.kind == .networkHalted && halted.version == 7)
        try expect(halted, "{\"network\": \"litecoin\", \"reason\": \"wrong_chain\", \(place)}")
        let resumed = network(.resumed, tip: tip, version: 8)
        #expect(resumed.kind == .networkResumed && resumed.version == 8)
        try expect(resumed, "{\"network\": \"litecoin\", \(place)}")
        try expect(network(.resumed, tip: nil, version: 8), "{\"network\": \"litecoin\"}")
    }
}

func expect(_ changes: Changes, _ kind: Event.Kind, _ json: String) throws {
    try expect(try #require(changes.events.first { $0.kind == kind }), json)
}

func expect(_ event: Event, _ json: String) throws { try expect(event.told, json) }

/// That this object is told, whatever the order of its keys.
func expect(_ told: [String: Any], _ json: String) throws {
    let expected = try JSONSerialization.jsonObject(with: Data(json.utf8))
    #expect(try text(told) == text(expected))
}

private func text(_ object: Any) throws -> String {
    let options: JSONSerialization.WritingOptions = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return String(decoding: try JSONSerialization.data(withJSONObject: object, options: options), as: UTF8.self)
}
