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
    private func wallet(for asset: Asset, deposits: [Deposit] = []) -> Dossier {
        let option = PaymentOption(
            ordinal: 0, network: "litecoin", asset: asset.code, decimals: asset.decimals, address: "address-0",
            key: Scenario.key(0), amount: nil, due: nil, minimumDeposit: .zero,
            fees: FeeTerms(transferFee: .zero, serviceFee: BasisPoints(0)), isRegistered: true, refusedReason: nil)
        return Dossier(
            owner: Owner(id: UUID(), kind: .wallet, project: "shop", reference: asset.code), version: 0, refused: false,
            registrations: 0, invoice: nil, options: [option], deposits: deposits)
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
}
