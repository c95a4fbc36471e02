import BigInt
import Chain
import Foundation
import Testing

@testable import Payments

@Suite("What a decision changes")
struct ChangesTests {
    @Test("That an owner is set aside, or no longer, is news once, and another version")
    func setAside() {
        let scenario = Scenario.wallet()
        func decided(_ reason: String?, before: String?) -> Changes {
            let old = scenario.dossier
            var dossier = Dossier(
                owner: old.owner, version: 7, refused: false, registrations: 0, invoice: nil, options: old.options,
                deposits: [], wasSetAside: before)
            if let reason { dossier = dossier.settingAside(for: reason) }
            return settle(dossier, Facts(tip: 100), scenario.policy)
        }
        for (reason, before, version) in [
            ("odd", nil, 8), (nil, "odd", 8), ("odd", "even", 8), ("odd", "odd", 7), (nil, nil, 7),
        ] as [(String?, String?, Int64)] {
            let changes = decided(reason, before: before)
            #expect(changes.expectedVersion == 7 && changes.version == version)
            #expect(changes.setAside == reason && changes.isSetAsideNews == (version == 8))
            #expect(changes.outlook == (reason == nil ? nil : Outlook.none))
        }
    }

    @Test("The first reason to set an owner aside stays, and totals are not kept until it is over")
    func firstReason() throws {
        let dossier = try #require(Scenario.wallet().dossier.among(DepositTotals()))
        let aside = dossier.settingAside(for: "odd").settingAside(for: "even")
        #expect(aside.setAside == "odd" && aside.rest == nil && dossier.rest != nil)
    }

    @Test("What happens on the chain is recorded of an owner who is set aside, and nothing is decided")
    func recordedOnly() {
        let scenario = Scenario.invoice()
        let dossier = scenario.dossier.settingAside(for: "odd")
        let facts = Facts(
            tip: 100, arrivals: [scenario.arrival(1000)], registrations: [Registration(ordinal: 0, refusal: nil)])
        let changes = settle(dossier, facts, scenario.policy)
        #expect(changes.kinds == [.depositDetected] && changes.registrations.isEmpty && changes.entries.isEmpty)
        #expect(changes.changedInvoice == nil && changes.totals == nil)
        let cancel = SettlementFacts(watermarks: [:], now: 0, command: InvoiceCommand(number: 7, kind: .cancel))
        let decision = settle(dossier, cancel)
        #expect(decision.refusal == .setAside && decision.changes.invoice?.status == .created)
        #expect(settle(dossier, SettlementFacts(watermarks: [:], now: 0)).refusal == nil)
    }

    @Test("An invoice is written where it is another than before, and where it is refused")
    func changedInvoice() {
        var scenario = Scenario.invoice(due: [5, 5], credit: 2)
        #expect(scenario.step([scenario.arrival(2)]).changedInvoice == nil)
        #expect(scenario.mine(1).changedInvoice?.status == .partial)
        #expect(scenario.mine(1).changedInvoice == nil)
        var refused = Scenario.invoice(isRegistered: false)
        let changes = refused.step(registrations: [Registration(ordinal: 0, refusal: "address_of_other_network")])
        #expect(changes.changedInvoice?.status == .canceled && changes.refused)
        var wallet = Scenario.wallet()
        #expect(wallet.step([wallet.arrival(500)]).changedInvoice == nil)
    }

    @Test("A decision lacks deposits only where one that is not loaded would change")
    func incomplete() throws {
        let scenario = Scenario.wallet()
        let arrivals = [scenario.arrival(600), scenario.arrival(500, transaction: 2)]
        #expect(!settle(scenario.dossier, Facts(tip: 100, arrivals: arrivals), scenario.policy).isIncomplete)
        func many(_ status: Deposit.Status, network: String = "litecoin") throws -> Dossier {
            let kind = DepositTotals.Kind(
                network: network, asset: "LTC", ordinal: 0, status: status, late: false, isOpen: false,
                isSufficient: false)
            return try #require(scenario.dossier.among(DepositTotals([kind: .init(count: 9, gross: 900)])))
        }
        let unfinal = try many(.credited)
        #expect(!settle(unfinal, Facts(tip: 100, arrivals: arrivals), scenario.policy).isIncomplete)
        #expect(
            settle(unfinal, Facts(tip: 100, arrivals: arrivals), scenario.policy.tiered(from: [2_000])).isIncomplete,
            "they reach the tier together")
        #expect(settle(unfinal, Facts(tip: 100, isPolicyChange: true), scenario.policy).isIncomplete)
        // What is final, or on another network, waits for no threshold of this one.
        for others in [try many(.final), try many(.credited, network: "bitcoin")] {
            let facts = Facts(tip: 100, arrivals: arrivals, isPolicyChange: true)
            #expect(!settle(others, facts, scenario.policy.tiered(from: [1_000])).isIncomplete)
        }
    }

    @Test("Those are told as credited that are credited here, and stay so")
    func credited() {
        var scenario = Scenario.wallet(credit: 2)
        scenario.step([scenario.arrival(600)])
        let changes = scenario.step([scenario.arrival(500, transaction: 2)])
        #expect(changes.credited.isEmpty)
        #expect(scenario.mine(1).credited.map(\.gross.units) == [600, 500])
        #expect(scenario.disconnect(2).credited.isEmpty)
    }

    @Test("Changes of one balance add up, each project and each asset by itself")
    func balances() {
        func change(_ project: String, _ asset: String, _ credited: BigInt) -> BalanceChange {
            BalanceChange(project: project, asset: asset, credited: credited, final: credited + 1, fees: credited + 2)
        }
        #expect(
            BalanceChange.total([
                change("shop", "LTC", 10), change("shop", "BTC", 20), change("kiosk", "LTC", 30),
                change("shop", "LTC", -4),
            ]) == [
                BalanceChange(project: "shop", asset: "LTC", credited: 6, final: 8, fees: 10),
                change("shop", "BTC", 20), change("kiosk", "LTC", 30),
            ])
        let none = BalanceChange(project: "shop", asset: "LTC")
        #expect((none.credited, none.final, none.fees) == (0, 0, 0))
    }

    @Test("An owner's version is that of its last event, and one more where it changes without any")
    func versions() {
        var scenario = Scenario.invoice(credit: 2)
        #expect(scenario.step([scenario.arrival(1000)]).version == 1)
        let changes = scenario.mine(1)
        #expect(changes.expectedVersion == 1 && changes.events.map(\.version) == [2, 3] && changes.version == 3)
        scenario.policy = Policy(
            network: "litecoin", number: 2, thresholds: Thresholds(credit: 2, final: 9), assets: [Scenario.litecoin])
        let raised = scenario.step()
        #expect(raised.events.isEmpty && raised.version == 4)
        #expect(scenario.step().version == 4)
    }

    @Test("The statuses that deposits pass into are told in their order")
    func passages() {
        var scenario = Scenario.wallet(credit: 1, final: 1)
        let changes = scenario.step([scenario.arrival(600)])
        #expect(changes.passages.map(\.status) == [.detected, .credited, .final])
        #expect(changes.passages.map(\.asset) == ["LTC", "LTC", "LTC"])
        #expect(scenario.disconnect(1).passages.map(\.status) == [.reversed])
    }
}
