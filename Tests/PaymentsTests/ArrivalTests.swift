import BigInt
import Chain
import Foundation
import Testing

@testable import Payments

@Suite("Which option an arrival pays")
struct ArrivalTests {
    private static func asset(_ code: String) -> Asset {
        Asset(code: code, contract: nil, decimals: 8, minimumDeposit: .zero, transferFee: .zero)
    }

    private static func option(_ ordinal: Int32, _ network: String, _ asset: String, key: Int = 0) -> PaymentOption {
        PaymentOption(
            ordinal: ordinal, network: network, asset: asset, decimals: 8, address: "address-\(key)",
            key: Scenario.key(key), amount: Amount(BigUInt(1000)), due: Amount(BigUInt(1000)), minimumDeposit: .zero,
            fees: FeeTerms(transferFee: .zero, serviceFee: BasisPoints(0)), isRegistered: true, refusedReason: nil)
    }

    /// An invoice that may be paid to one address on two networks, on one of them in two assets.
    private func scenario() -> Scenario {
        var scenario = Scenario.invoice()
        scenario.dossier.options = [
            Self.option(0, "sibling", "SIBLING"), Self.option(1, "litecoin", "TOKEN"),
            Self.option(2, "litecoin", "LTC"),
        ]
        return scenario
    }

    @Test(
        "The one for its asset, else the first one of its network, else the first one of its address",
        arguments: [
            ("litecoin", "LTC", 2, nil), ("litecoin", "TOKEN", 1, nil), ("sibling", "SIBLING", 0, nil),
            ("litecoin", "OTHER", 1, "unexpected_asset"), ("sibling", "STRAY", 0, "unexpected_asset"),
            ("third", "ELSE", 0, "wrong_network"),
        ] as [(String, String, Int32, String?)])
    func chosen(network: String, asset: String, ordinal: Int32, reason: String?) {
        var scenario = scenario()
        scenario.policy = Policy(
            network: network, number: 1, thresholds: Thresholds(credit: 1, final: 3), assets: [Self.asset(asset)])
        scenario.step([scenario.arrival(500, asset: Self.asset(asset))])
        #expect(scenario.dossier.deposits.map(\.ordinal) == [ordinal])
        #expect(scenario.dossier.deposits.map(\.reason) == [reason])
    }

    @Test("What came to no address of the owner's is none of his")
    func nobodys() {
        var scenario = scenario()
        #expect(scenario.step([scenario.arrival(500, option: 5)]).isEmpty)
    }

    @Test("Sighted on another network than it was asked for on it is no news")
    func sightedElsewhere() {
        var scenario = scenario()
        scenario.policy = Policy(
            network: "third", number: 1, thresholds: Thresholds(credit: 1, final: 3), assets: [Scenario.litecoin])
        #expect(scenario.step([scenario.sighting(500)]).isEmpty)
        #expect(!scenario.step([scenario.arrival(500)]).isEmpty)
    }

    @Test("A refused option takes nothing of what came to its address for its asset")
    func refusedOption() {
        let token = Self.asset("TOKEN")
        for (refusal, ordinal) in [("address_in_use", 0), (nil, 1)] as [(String?, Int32)] {
            var scenario = Scenario.invoice()
            scenario.step([scenario.arrival(500, asset: token), scenario.sighting(300, transaction: 2, asset: token)])
            scenario.add(token)
            let changes = scenario.step(registrations: [Registration(ordinal: 1, refusal: refusal)])
            #expect(scenario.dossier.deposits.map(\.ordinal) == [ordinal, ordinal])
            #expect(changes.kinds.contains(.depositCredited) == (refusal == nil))
        }
    }
}
