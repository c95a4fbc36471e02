import BigInt
import Chain
import Foundation
import Testing

@testable import Payments

@Suite("Whose an arrival is")
struct RoutingTests {
    private static let token = Asset(
        code: "TOKEN", contract: WatchKey([7]), decimals: 6, minimumDeposit: .zero, transferFee: .zero)

    /// A wallet for an asset at the address of `Scenario`.
    private func wallet(for asset: Asset, on network: String = "litecoin") -> Dossier {
        let option = PaymentOption(
            ordinal: 0, network: network, asset: asset.code, decimals: asset.decimals, address: "address-0",
            key: Scenario.key(0), amount: nil, due: nil, minimumDeposit: .zero,
            fees: FeeTerms(transferFee: .zero, serviceFee: BasisPoints(0)), isRegistered: true, refusedReason: nil)
        return Dossier(
            owner: Owner(id: UUID(), kind: .wallet, project: "shop", reference: asset.code), version: 0, refused: false,
            registrations: 0, invoice: nil, options: [option], deposits: [])
    }

    @Test("Several wallets share an address: it is theirs who ask for its asset, else the first one's")
    func shared() {
        let wallets = [wallet(for: Scenario.litecoin), wallet(for: Self.token)]
        let arrivals = [
            Scenario.wallet().arrival(1, transaction: 1),
            Scenario.wallet().arrival(1, transaction: 2, asset: Self.token),
            Scenario.wallet().arrival(
                1, transaction: 3,
                asset: Asset(
                    code: "OTHER", contract: WatchKey([8]), decimals: 6, minimumDeposit: .zero,
                    transferFee: .zero)),
        ]
        let routed = route(arrivals, to: wallets, network: "litecoin")
        #expect(routed[wallets[0].owner.id]?.map(\.asset.code) == ["LTC", "OTHER"])
        #expect(routed[wallets[1].owner.id]?.map(\.asset.code) == ["TOKEN"])
    }

    @Test("What another wallet of the address had before was seen then, unless it was sighted more than a day ago")
    func passedOn() throws {
        for (isMined, seen) in [(true, 500_000), (false, 600_000)] as [(Bool, Int64)] {
            var scenario = Scenario.wallet()
            scenario.step([
                isMined
                    ? scenario.arrival(1, time: 500_000, asset: Self.token)
                    : scenario.sighting(1, time: 500_000, asset: Self.token)
            ])
            if isMined { scenario.disconnect(1) }
            let heir = wallet(for: Self.token)
            let again = scenario.arrival(1, branch: 1, time: 600_000, asset: Self.token)
            let routed = route([again], to: [scenario.dossier, heir], network: "litecoin")
            #expect(routed.keys.elementsEqual([heir.owner.id]))
            #expect(routed[heir.owner.id]?.map(\.seenAt) == [seen])
        }
    }

    @Test("What came on another network than it was asked for on goes to its owner, where the address is nobody's here")
    func elsewhere() {
        let (first, second) = (wallet(for: Self.token), wallet(for: Self.token))
        let arrival = Scenario.wallet().arrival(1)
        #expect(Array(route([arrival], to: [first, second], network: "bitcoin").keys) == [first.owner.id])
        let here = wallet(for: Self.token, on: "bitcoin")
        #expect(Array(route([arrival], to: [first, second, here], network: "bitcoin").keys) == [here.owner.id])
    }

    @Test("What came to nobody's address goes to none, and an option without an address gets none")
    func nobodys() {
        var dossier = wallet(for: Scenario.litecoin)
        let stranger = Scenario.wallet().arrival(1, option: 1)
        let arrival = Scenario.wallet().arrival(1, transaction: 2)
        #expect(route([stranger, arrival], to: [dossier], network: "litecoin").values.map(\.count) == [1])
        dossier.options[0].key = nil
        #expect(route([arrival], to: [dossier], network: "litecoin").isEmpty)
        #expect(route([arrival], to: [dossier], network: "bitcoin").isEmpty)
    }

    @Test("The only one who has an address sees what comes to it when it comes, whatever he had before")
    func alone() {
        var scenario = Scenario.wallet()
        scenario.step([scenario.sighting(1, time: 500_000)])
        let again = scenario.arrival(1, time: 500_600)
        let routed = route([again], to: [scenario.dossier], network: "litecoin")
        #expect(routed[scenario.dossier.owner.id]?.map(\.seenAt) == [500_600])
    }
}
