import BigInt
import Chain
import Foundation
import Testing

@testable import Payments

@Suite("A deposit by itself")
struct DepositTests {
    private static let block = BlockStamp(height: 100, hash: Hash256(0, 0, 0, 100), time: 500_000)

    private func deposit(
        _ standing: Deposit.Standing, _ place: Deposit.Place, fee: UInt? = nil, credits: Int32 = 0, gross: UInt = 1000
    ) throws -> Deposit {
        try Deposit(
            id: UUID(), network: "litecoin", asset: "LTC", decimals: 8, ordinal: 0, transaction: Scenario.id(1),
            locator: "vout:0", key: Scenario.key(0), gross: Amount(BigUInt(gross)), maturity: 0, standing: standing,
            place: place, late: false, seenAt: 500_000, required: Thresholds(credit: 2, final: 5),
            fee: fee.map { Amount(BigUInt($0)) }, credits: credits)
    }

    private let mined = Deposit.Place.mined(block, index: 0)

    @Test("Its confirmations count its own block, and are none where it is in none or the tip is below it")
    func confirmations() throws {
        let deposit = try deposit(.detected, mined)
        #expect([90, 98, 99, 100, 101, 200].map(deposit.confirmations(at:)) == [0, 0, 0, 1, 2, 101])
        #expect(try self.deposit(.detected, .unmined(isGone: false)).confirmations(at: 200) == 0)
    }

    @Test("It is due where the chain may next change something about it")
    func due() throws {
        let (displaced, gone) = (
            Deposit.Place.displaced(from: 100, isGone: false), Deposit.Place.displaced(from: 100, isGone: true)
        )
        #expect(try deposit(.detected, mined).due?.height == 101)
        #expect(try deposit(.credited, mined, fee: 1, credits: 1).due?.height == 104)
        #expect(try deposit(.final, mined, fee: 1, credits: 1).due == nil)
        #expect(try deposit(.rejected(.belowFee), mined).due == nil)
        #expect(try deposit(.orphaned, displaced).due?.height == 104)
        #expect(try deposit(.reversed, displaced, fee: 1, credits: 1).due?.height == 104)
        #expect(try deposit(.dropped(.evicted), displaced).due?.height == 104)
        #expect(try deposit(.orphaned, gone).due == nil && deposit(.dropped(.doubleSpent), gone).due == nil)
        #expect(try deposit(.detected, .unmined(isGone: false)).due == nil)
    }

    @Test("What can't be at once is refused, with the reason")
    func contradictions() {
        let (unmined, gone) = (Deposit.Place.unmined(isGone: false), Deposit.Place.unmined(isGone: true))
        let displaced = Deposit.Place.displaced(from: 100, isGone: false)
        let impossible: [(Deposit.Standing, Deposit.Place, UInt?, Int32, String)] = [
            (.credited, mined, 1001, 1, "of 1000, with a fee of 1001"),
            (.detected, mined, nil, -1, "credited -1 times"),
            (.credited, unmined, 1, 1, "credited where it is"), (.final, displaced, 1, 1, "final where it is"),
            (.orphaned, mined, nil, 0, "orphaned where it is"), (.reversed, unmined, 1, 1, "reversed where it is"),
            (.dropped(.evicted), mined, nil, 0, "dropped where it is"),
            (.dropped(.doubleSpent), unmined, nil, 0, "dropped where it is"),
            (.dropped(.doubleSpent), displaced, nil, 0, "dropped where it is"),
            (.rejected(.ownFunds), unmined, nil, 0, "rejected where it is"),
            (.credited, mined, nil, 1, "credited, credited 1 times, with no fee"),
            (.credited, mined, 1, 0, "credited, credited 0 times, with a fee"),
            (.final, mined, nil, 0, "final, credited 0 times, with no fee"),
            (.reversed, displaced, nil, 1, "reversed, credited 1 times, with no fee"),
            (.detected, mined, 1, 1, "detected, credited 1 times, with a fee"),
            (.orphaned, displaced, 1, 1, "orphaned, credited 1 times, with a fee"),
            (.rejected(.belowFee), mined, 1, 1, "rejected, credited 1 times, with a fee"),
            (.dropped(.doubleSpent), gone, 1, 0, "dropped, credited 0 times, with a fee"),
        ]
        for (standing, place, fee, credits, reason) in impossible {
            do {
                _ = try deposit(standing, place, fee: fee, credits: credits)
                Issue.record("\(standing), \(place), \(reason)")
            } catch {
                #expect("\(error)" == reason)
            }
        }
    }

    @Test("Where nothing else is said it was never credited, and told of nowhere")
    func usual() throws {
        let deposit = try Deposit(
            id: UUID(), network: "litecoin", asset: "LTC", decimals: 8, ordinal: 0, transaction: Scenario.id(1),
            locator: "vout:0", key: Scenario.key(0), gross: Amount(BigUInt(5)), maturity: 0, standing: .detected,
            place: mined, late: false, seenAt: 0, required: Thresholds(credit: 1, final: 1))
        #expect(deposit.credits == 0 && deposit.fee == nil && deposit.stays.isEmpty)
    }

    @Test("What may be at once is taken, to the last unit")
    func possible() throws {
        #expect(try deposit(.credited, mined, fee: 1000, credits: 1).net == .zero)
        #expect(try deposit(.credited, mined, fee: 0, credits: 3).net == Amount(BigUInt(1000)))
        #expect(try deposit(.detected, mined, credits: 2).net == nil)
        #expect(
            try deposit(.dropped(.doubleSpent), .displaced(from: 9, isGone: true), fee: 1, credits: 1).isDoubleSpent)
        #expect(try !deposit(.rejected(.ownFunds), .unmined(isGone: true)).isOpen)
    }

    @Test("An option that comes later is meant where all but the number is the same")
    func meant() throws {
        let deposit = try deposit(.detected, mined)
        func option(
            _ ordinal: Int32 = 1, network: String = "litecoin", asset: String = "LTC", key: WatchKey? = Scenario.key(0)
        ) -> PaymentOption {
            PaymentOption(
                ordinal: ordinal, network: network, asset: asset, decimals: 8, address: "address-0", key: key,
                amount: nil, due: nil, minimumDeposit: .zero,
                fees: FeeTerms(transferFee: .zero, serviceFee: BasisPoints(0)), isRegistered: false, refusedReason: nil)
        }
        #expect(deposit.isMeant(for: option()))
        #expect(!deposit.isMeant(for: option(0)) && !deposit.isMeant(for: option(network: "bitcoin")))
        #expect(!deposit.isMeant(for: option(asset: "TOKEN")) && !deposit.isMeant(for: option(key: Scenario.key(1))))
        #expect(!deposit.isMeant(for: option(network: "bitcoin", asset: "TOKEN", key: nil)))
        #expect(!deposit.isMeant(for: option(0, network: "bitcoin", key: nil)))
    }

    @Test("How often each event was told of it in each block is counted")
    func stays() {
        var scenario = Scenario.wallet(credit: 2)
        let hash = "0000000000000001" + String(repeating: "0", count: 46) + "64"
        scenario.step([scenario.sighting(1000)])
        #expect(scenario.dossier.deposits[0].stays == ["deposit.detected ": 1])
        for round in 1...3 {
            scenario.step([scenario.arrival(1000)])
            scenario.disconnect(1)
            scenario.tip += 1
            #expect(
                scenario.dossier.deposits[0].stays == [
                    "deposit.detected ": 1, "deposit.detected \(hash)": round, "deposit.orphaned \(hash)": round,
                ])
        }
    }

    @Test("As it is stored a place is one of three, or none")
    func places() {
        #expect(Deposit.Place(block: nil, index: nil, displacedFrom: nil, isGone: true) == .unmined(isGone: true))
        #expect(
            Deposit.Place(block: nil, index: nil, displacedFrom: 7, isGone: false)
                == .displaced(from: 7, isGone: false))
        #expect(
            Deposit.Place(block: Self.block, index: 3, displacedFrom: nil, isGone: false)
                == .mined(Self.block, index: 3))
        #expect(Deposit.Place(block: Self.block, index: 3, displacedFrom: nil, isGone: true) == nil)
        #expect(Deposit.Place(block: Self.block, index: nil, displacedFrom: nil, isGone: false) == nil)
        #expect(Deposit.Place(block: nil, index: 3, displacedFrom: nil, isGone: false) == nil)
        #expect(Deposit.Place(block: Self.block, index: 3, displacedFrom: 7, isGone: false) == nil)
        #expect(mined.blockIndex == 0 && mined.block == Self.block && mined.displacedFrom == nil && !mined.isGone)
        #expect(Deposit.Place.displaced(from: 7, isGone: true).blockIndex == nil)
    }

    @Test("As it is stored a status has a reason of its own, or none")
    func standings() {
        let reasons: [Deposit.Status: [String]] = [
            .dropped: ["double_spent", "replaced", "evicted", "expired"],
            .rejected: ["unexpected_asset", "wrong_network", "own_funds", "below_minimum", "below_fee"],
        ]
        for status in [.detected, .credited, .final, .orphaned, .reversed, .dropped, .rejected] as [Deposit.Status] {
            let own = reasons[status] ?? []
            #expect(Deposit.Standing(status, reason: nil)?.status == (own.isEmpty ? status : nil))
            for reason in reasons.values.joined() {
                let standing = Deposit.Standing(status, reason: reason)
                #expect(standing?.reason == (own.contains(reason) ? reason : nil))
                #expect(standing?.status == (own.contains(reason) ? status : nil))
            }
            #expect(Deposit.Standing(status, reason: "") == nil)
        }
    }
}
