import BigInt
import Chain
import Foundation
import Testing

@testable import Payments

@Suite("How deposits add up")
struct DepositTotalsTests {
    private static func kind(
        _ asset: String, _ status: Deposit.Status = .credited, network: String = "litecoin", late: Bool = false
    ) -> DepositTotals.Kind {
        DepositTotals.Kind(
            network: network, asset: asset, ordinal: 0, status: status, late: late, isOpen: false, isSufficient: false)
    }

    private static func amount(_ units: UInt) -> Amount { Amount(BigUInt(units)) }

    private let coins = kind("LTC")
    private let tokens = kind("TOKEN")

    @Test("A kind of which there is none is none of the totals")
    func none() {
        let totals = DepositTotals([
            coins: .init(count: 2, gross: 30), tokens: .init(count: 0, gross: 0),
            Self.kind("OTHER"): .init(count: 1, gross: 5),
        ])
        #expect(totals.totals.keys.map(\.asset).sorted() == ["LTC", "OTHER"])
        #expect(totals.count == 3)
    }

    @Test("What is added and taken out again leaves what was there before")
    func addAndRemove() {
        var totals = DepositTotals()
        totals.add(Self.amount(10), of: coins)
        totals.add(Self.amount(20), of: coins)
        totals.add(Self.amount(5), of: tokens)
        #expect(totals.totals == [coins: .init(count: 2, gross: 30), tokens: .init(count: 1, gross: 5)])
        let isTaken = totals.remove(Self.amount(10), of: coins)
        #expect(isTaken && totals.totals == [coins: .init(count: 1, gross: 20), tokens: .init(count: 1, gross: 5)])
        let isLastTaken = totals.remove(Self.amount(20), of: coins)
        #expect(isLastTaken && totals.totals == [tokens: .init(count: 1, gross: 5)])
    }

    @Test("What can't be among them is not taken out, and changes nothing")
    func impossible() {
        let before = DepositTotals([coins: .init(count: 2, gross: 30), tokens: .init(count: 1, gross: 5)])
        for (units, kind) in [(31, coins), (4, tokens), (6, tokens), (5, Self.kind("OTHER"))]
            as [(UInt, DepositTotals.Kind)]
        {
            var totals = before
            let isTaken = totals.remove(Self.amount(units), of: kind)
            #expect(!isTaken && totals == before, "\(units) of \(kind.asset)")
        }
        // All of the gross may be in one of them, where the others are of nothing.
        var totals = before
        let isTaken = totals.remove(Self.amount(30), of: coins)
        #expect(isTaken && totals.totals[coins] == .init(count: 1, gross: 0))
    }

    @Test("Asked for some kinds they tell of those alone")
    func some() {
        let late = Self.kind("LTC", .detected, late: true)
        let totals = DepositTotals([
            coins: .init(count: 2, gross: 30), late: .init(count: 3, gross: 7), tokens: .init(count: 1, gross: 5),
        ])
        #expect(totals.count { $0.asset == "LTC" } == 5 && totals.count(where: \.late) == 3)
        #expect(totals.gross { $0.asset == "LTC" } == Self.amount(37))
        #expect(totals.gross(where: \.isCredited) == Self.amount(35))
        #expect(totals.contains(where: \.isUnfinal) && !totals.contains { $0.asset == "OTHER" })
    }

    @Test("A dossier is not one of some deposits where the totals do not have them")
    func among() throws {
        var scenario = Scenario.invoice()
        scenario.step([scenario.arrival(400), scenario.arrival(100, transaction: 2)])
        let all = scenario.dossier.totals
        let some = scenario.dossier.with([scenario.dossier.deposits[0]], depositsMaximum: 1)
        let dossier = try #require(some.among(all))
        #expect(dossier.rest?.count == 1 && dossier.totals == all)
        #expect(some.among(DepositTotals()) == nil)
    }

    @Test("Totals are kept from one deposit more on than are looked at one by one")
    func kept() {
        var scenario = Scenario.wallet()
        scenario.depositsMaximum = 2
        scenario.register()
        #expect(scenario.step([scenario.arrival(200), scenario.arrival(200, transaction: 2)]).totals == nil)
        let changes = scenario.step([scenario.arrival(200, transaction: 3)])
        #expect(changes.totals?.count == 3)
        #expect(scenario.step().totals == nil, "nothing else is written")
        let facts = Facts(tip: 100, arrivals: [scenario.arrival(200, transaction: 4)])
        let aside = settle(scenario.dossier.settingAside(for: "odd"), facts, scenario.policy)
        #expect(!aside.isEmpty && aside.totals == nil, "they are computed anew once it can be decided about")
    }

    @Test("Deposits that are not loaded are deposits: an unusable option refuses no owner who has some")
    func hasDeposits() throws {
        let refusal = [Registration(ordinal: 0, refusal: "address_in_use")]
        let scenario = Scenario.wallet()
        let facts = Facts(tip: 100, registrations: refusal)
        for (rest, isRefused) in [
            (DepositTotals(), true), (DepositTotals([coins: .init(count: 1, gross: 5)]), false),
        ] {
            let dossier = try #require(scenario.dossier.among(rest))
            #expect(settle(dossier, facts, scenario.policy).refused == isRefused)
        }
        let paid = settle(
            scenario.dossier, Facts(tip: 100, arrivals: [scenario.arrival(500)], registrations: refusal),
            scenario.policy)
        #expect(!paid.refused && paid.credited.count == 1)
    }
}
