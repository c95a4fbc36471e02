import BigInt
import Chain
import Foundation
import Testing

@testable import Payments

@Suite("What facts mean for an invoice")
struct SettleInvoiceTests {
    @Test("An exact payment at the threshold pays, with detected before credited")
    func exact() {
        var scenario = Scenario.invoice()
        let changes = scenario.step([scenario.arrival(1000)])
        #expect(changes.kinds == [.depositDetected, .depositCredited, .invoiceStatusChanged])
        #expect(scenario.status == .paid)
        #expect(changes.events.map(\.version) == [1, 2, 3])
        #expect(changes.payload(.invoiceStatusChanged)["previous_status"] as? String == "created")
        #expect(changes.balances.map(\.credited) == [1000])
    }

    @Test("Two parts: partial, then paid; both are booked")
    func twoParts() {
        var scenario = Scenario.invoice()
        scenario.step([scenario.arrival(400)])
        #expect(scenario.status == .partial)
        scenario.step([scenario.arrival(600, transaction: 2)])
        #expect(scenario.status == .paid)
        #expect(scenario.allEntries.map(\.amount.units) == [400, 600])
    }

    @Test("More than is due is overpaid, and all of it is booked")
    func over() {
        var scenario = Scenario.invoice()
        scenario.step([scenario.arrival(1001)])
        #expect(scenario.status == .overpaid)
        #expect(scenario.allEntries.map(\.amount.units) == [1001])
    }

    @Test("Thresholds: detected waits for credit, credited for final, each event once")
    func thresholds() {
        var scenario = Scenario.invoice(credit: 3, final: 6)
        #expect(scenario.step([scenario.arrival(1000)]).kinds == [.depositDetected])
        #expect(scenario.dossier.deposits[0].due?.height == scenario.tip + 2)
        #expect(scenario.mine(1).isEmpty)
        #expect(scenario.mine(1).kinds == [.depositCredited, .invoiceStatusChanged])
        #expect(scenario.mine(2).isEmpty)
        #expect(scenario.mine(1).kinds == [.depositFinal])
        #expect(scenario.mine(100).isEmpty)
    }

    @Test("Reaching final in one leap credits first")
    func leap() {
        var scenario = Scenario.invoice(credit: 3, final: 6)
        let old = scenario.arrival(1000)
        scenario.tip += 50
        #expect(
            scenario.step([old]).kinds == [.depositDetected, .depositCredited, .depositFinal, .invoiceStatusChanged])
    }

    @Test("Coinbase and peg-out outputs wait for their maturity")
    func maturity() {
        var scenario = Scenario.invoice(credit: 1, final: 2)
        scenario.step([scenario.arrival(1000, maturity: 6)])
        #expect(scenario.dossier.deposits[0].required == Thresholds(credit: 6, final: 6))
        #expect(scenario.mine(4).isEmpty)
        #expect(scenario.mine(1).kinds == [.depositCredited, .depositFinal, .invoiceStatusChanged])
    }

    // Pitfalls 10 and 20.
    @Test("Two transfers in one transaction are two deposits; the same transfer again is none")
    func identity() {
        var scenario = Scenario.invoice()
        scenario.step([scenario.arrival(500, vout: 0), scenario.arrival(500, vout: 1)])
        #expect(scenario.dossier.deposits.count == 2)
        #expect(scenario.status == .paid)
        #expect(scenario.step([scenario.arrival(500, vout: 0)]).isEmpty)
        #expect(scenario.dossier.deposits.count == 2)
    }

    @Test("A fact has one id, however often the deposit was in its block before the fact came about")
    func firstCredit() {
        var swayed = Scenario.invoice(credit: 2)
        var calm = swayed
        let arrival = calm.arrival(1000)
        swayed.step([arrival])
        // Its block goes before it is credited, and comes back.
        swayed.tip -= 1
        #expect(swayed.disconnect().kinds == [.depositOrphaned])
        swayed.tip += 1
        swayed.step([arrival])
        calm.step([arrival])
        let credits = (swayed.mine(1).events, calm.mine(1).events)
        #expect(credits.0.map(\.kind) == [.depositCredited, .invoiceStatusChanged])
        #expect(credits.0.map(\.id) == credits.1.map(\.id))
        // Credited there again is another fact.
        swayed.tip -= 2
        swayed.disconnect()
        swayed.tip += 2
        let again = swayed.step([arrival]).events.filter { $0.kind == .depositCredited }
        #expect(again.count == 1 && again[0].id != credits.0[0].id)
        #expect(Set(swayed.allEvents.map(\.id)).count == swayed.allEvents.count)
    }

    // Pitfall 11.
    @Test("The same transaction id on two networks is two deposits")
    func networkInIdentity() {
        let arrival = Scenario.invoice().arrival(1)
        let ids = ["litecoin", "bitcoin"].map {
            StableID.deposit(network: $0, asset: "LTC", transfer: arrival.transfer)
        }
        #expect(ids[0] != ids[1])
    }

    @Test("A remainder may be paid through another option: the ratio adds up exactly")
    func mixedOptions() {
        var scenario = Scenario.invoice(due: [3, 7])
        scenario.step([scenario.arrival(1, option: 0)])
        #expect(scenario.status == .partial)
        // 1/3 + 4/7 = 19/21; one more of seven makes 22/21.
        scenario.step([scenario.arrival(4, transaction: 2, option: 1)])
        #expect(scenario.status == .partial)
        scenario.step([scenario.arrival(1, transaction: 3, option: 1)])
        #expect(scenario.status == .overpaid)
    }

    @Test(
        "Tolerances are inclusive below and exclusive above",
        arguments: [(989, "partial"), (990, "paid"), (1010, "paid"), (1011, "overpaid")])
    func tolerances(amount: UInt64, expected: String) {
        var scenario = Scenario.invoice(underpay: 100, overpay: 100)
        scenario.step([scenario.arrival(amount)])
        #expect(scenario.status?.rawValue == expected)
    }

    @Test("Half in one coin and half in another, with fees on the client: the halves of what is due are the whole")
    func halves() {
        // 1,000 with 1.9 % and 10 on the client are due as 1,030 here; 70 with 1.9 % and 2 as 74 there.
        var scenario = Scenario.invoice(due: [1_030, 74], serviceFee: 190)
        scenario.step([scenario.arrival(515, option: 0)])
        #expect(scenario.status == .partial)
        scenario.step([scenario.arrival(36, transaction: 2, option: 1)])
        #expect(scenario.status == .partial)
        scenario.step([scenario.arrival(1, transaction: 3, option: 1)])
        #expect(scenario.status == .paid)
    }

    @Test(
        "A fee change between detection and credit: a wallet takes the fee in force at the credit, an invoice its own")
    func feeChange() {
        var wallet = Scenario.wallet(serviceFee: 100, credit: 2)
        wallet.step([wallet.arrival(1_000)])
        wallet.dossier.options = Scenario.wallet(serviceFee: 500).dossier.options
        _ = wallet.mine(1)
        #expect(wallet.allEntries.map(\.amount.units) == [950, 50])
        // What a dossier gives an invoice's option are the terms of its creation, whatever the project's are now.
        var invoice = Scenario.invoice(serviceFee: 100, credit: 2)
        invoice.step([invoice.arrival(1_000)])
        _ = invoice.mine(1)
        #expect(invoice.allEntries.map(\.amount.units) == [990, 10])
    }

    @Test("final raised after the credit: what is credited waits longer and stays credited")
    func finalRaised() {
        var scenario = Scenario.invoice(credit: 1, final: 3)
        scenario.step([scenario.arrival(1000)])
        scenario.policy = Policy(
            network: "litecoin", number: 2, thresholds: Thresholds(credit: 1, final: 6), assets: [Scenario.litecoin])
        #expect(scenario.mine(2).kinds == [])
        #expect(scenario.dossier.deposits[0].due?.height == scenario.tip + 3)
        #expect(scenario.mine(3).kinds == [.depositFinal])
    }

    @Test("Without amounts any credit pays, and no more is too much")
    func withoutAmounts() {
        var scenario = Scenario.invoice(due: [nil])
        scenario.step([scenario.arrival(1)])
        #expect(scenario.status == .paid)
        #expect(
            scenario.step([scenario.arrival(1_000_000, transaction: 2)]).kinds == [.depositDetected, .depositCredited])
    }

    @Test("A late payment is booked and leaves the status alone, unless the policy settles it")
    func late() {
        for (policy, status) in [(Invoice.LatePolicy.credit, Invoice.Status.created), (.settle, .paid)] {
            var scenario = Scenario.invoice(latePolicy: policy)
            scenario.step([scenario.arrival(1000, time: 1_000_001)])
            #expect(scenario.dossier.deposits[0].late)
            #expect(scenario.status == status)
            #expect(scenario.allEntries.map(\.amount.units) == [1000])
        }
        var inTime = Scenario.invoice()
        inTime.step([inTime.arrival(1000, time: 1_000_000)])
        #expect(inTime.status == .paid)
    }

    @Test("Fees go to the fees, the rest to the project; together they are the gross")
    func fees() {
        var scenario = Scenario.invoice(serviceFee: 190, transferFee: 10)
        let changes = scenario.step([scenario.arrival(1000)])
        // 10 + ceil(990 × 1.9 %) = 10 + 19
        #expect(changes.entries.map(\.kind) == [.net, .fee])
        #expect(changes.entries.map(\.amount.units) == [971, 29])
        #expect(changes.entries.map(\.credit) == ["project/shop/LTC", "fees/shop/LTC"])
        #expect(changes.payload(.depositCredited)["net_base"] as? String == "971")
        #expect(changes.payload(.depositCredited)["fee"] as? String == "0.00000029")
    }

    @Test("On an invoice a fee takes at most the whole deposit, which still completes it")
    func cappedFee() {
        var scenario = Scenario.invoice(transferFee: 50)
        scenario.step([scenario.arrival(970)])
        let changes = scenario.step([scenario.arrival(30, transaction: 2)])
        #expect(scenario.status == .paid)
        #expect(changes.entries.map(\.kind) == [.fee])
        #expect(changes.entries.map(\.amount.units) == [30])
        #expect(changes.balances == [BalanceChange(project: "shop", asset: "LTC", credited: 0, fees: 30)])
    }

    @Test("An unlisted combination is recorded and rejected, never credited")
    func unexpectedAsset() {
        var scenario = Scenario.invoice()
        let token = Asset(
            code: "TOKEN", contract: WatchKey([9]), decimals: 6, minimumDeposit: .zero, transferFee: .zero)
        let changes = scenario.step([scenario.arrival(1000, asset: token)])
        #expect(changes.kinds == [.depositDetected, .depositRejected])
        #expect(scenario.dossier.deposits[0].reason == "unexpected_asset")
        #expect(changes.entries.isEmpty)
        #expect(scenario.mine(10).isEmpty)
    }

    @Test("Registration: the last option announces the invoice; a refusal before it cancels the invoice")
    func registration() {
        var scenario = Scenario.invoice(due: [5, 5], isRegistered: false)
        #expect(scenario.step(registrations: [Registration(ordinal: 0, refusal: nil)]).kinds == [])
        #expect(scenario.dossier.version == 1)
        #expect(scenario.step(registrations: [Registration(ordinal: 1, refusal: nil)]).kinds == [.invoiceRegistered])

        var refused = Scenario.invoice(due: [5, 5])
        let changes = refused.step(registrations: [Registration(ordinal: 1, refusal: "address_of_other_network")])
        #expect(changes.kinds == [.invoiceRefused, .invoiceStatusChanged])
        #expect(refused.status == .canceled)
        #expect(refused.dossier.invoice?.reason == .refused("address_of_other_network"))
        refused.step([refused.arrival(5)])
        #expect(refused.status == .canceled)
        #expect(refused.dossier.deposits[0].late)
        #expect(refused.allEntries.count == 1)
    }

    @Test("A payment found while registering counts, and its option's refusal no longer cancels the invoice")
    func refusalAfterDeposit() {
        var scenario = Scenario.invoice(due: [5, 5])
        scenario.step([scenario.arrival(5)], registrations: [Registration(ordinal: 0, refusal: nil)])
        let changes = scenario.step(registrations: [Registration(ordinal: 1, refusal: "malformed_address")])
        #expect(changes.kinds == [.invoiceRegistered])
        #expect(scenario.status == .paid)
    }

    @Test("A change of thresholds moves what is not yet past them and nothing else")
    func thresholdChange() {
        var scenario = Scenario.invoice(credit: 6, final: 12)
        scenario.step([scenario.arrival(1000)])
        _ = scenario.mine(2)
        scenario.policy = Policy(
            network: "litecoin", number: 2, thresholds: Thresholds(credit: 3, final: 20), assets: [Scenario.litecoin])
        #expect(scenario.step().kinds == [.depositCredited, .invoiceStatusChanged])
        scenario.policy = Policy(
            network: "litecoin", number: 3, thresholds: Thresholds(credit: 10, final: 20), assets: [Scenario.litecoin])
        scenario.step()
        #expect(scenario.dossier.deposits[0].status == .credited)
    }

    @Test("The same decision has the same event ids; another block or another deposit has others")
    func stableIDs() {
        func ids(_ transaction: UInt64, _ height: Int64) -> [UUID] {
            var scenario = Scenario.invoice()
            return scenario.step([scenario.arrival(1000, transaction: transaction, height: height)]).events.map(\.id)
        }
        #expect(ids(1, 100) == ids(1, 100))
        #expect(Set(ids(1, 100) + ids(1, 99) + ids(2, 100)).count == 9)
    }

    @Test("A payload lists at most a hundred deposits and counts them all")
    func boundedPayload() {
        var scenario = Scenario.invoice(due: [250])
        let changes = scenario.step((0..<250).map { scenario.arrival(1, vout: UInt32($0)) })
        let payload = changes.payload(.invoiceStatusChanged)
        #expect((payload["deposits"] as? [Any])?.count == 100)
        #expect(payload["deposit_count"] as? Int == 250)
        #expect(scenario.status == .paid)
    }
}

@Suite("What facts mean for a static wallet")
struct SettleWalletTests {
    @Test("A deposit is credited less its fees")
    func credited() {
        var scenario = Scenario.wallet(serviceFee: 100, transferFee: 5)
        let changes = scenario.step([scenario.arrival(1005)])
        #expect(changes.kinds == [.depositDetected, .depositCredited])
        #expect(changes.entries.map(\.amount.units) == [990, 15])
        #expect(changes.payload(.depositCredited)["customer_id"] as? String == "42")
    }

    @Test(
        "Too little is rejected when the credit threshold is reached, not before",
        arguments: [(99, 0, "below_minimum"), (150, 200, "below_fee"), (150, 150, "below_fee")])
    func rejected(amount: UInt64, transferFee: UInt, reason: String) {
        var scenario = Scenario.wallet(transferFee: transferFee, credit: 2)
        #expect(scenario.step([scenario.arrival(amount)]).kinds == [.depositDetected])
        #expect(scenario.mine(1).kinds == [.depositRejected])
        #expect(scenario.dossier.deposits[0].reason == reason)
        #expect(scenario.allEntries.isEmpty)
    }

    @Test("The minimum itself is credited, and a unit more than the fee", arguments: [(100, 0), (151, 150)])
    func enough(amount: UInt64, transferFee: UInt) {
        var scenario = Scenario.wallet(transferFee: transferFee)
        #expect(scenario.step([scenario.arrival(amount)]).kinds == [.depositDetected, .depositCredited])
    }

    @Test("An unusable address refuses the wallet")
    func refused() {
        var scenario = Scenario.wallet()
        #expect(
            scenario.step(registrations: [Registration(ordinal: 0, refusal: "address_in_use")]).kinds == [
                .walletRefused
            ])
        #expect(scenario.dossier.refused)
    }
}
