import Chain
import Foundation
import Hashing
import TestSupport
import Testing

@testable import Bitcoin

/// Wallet Core's registry of coins: another project's view of how addresses begin, and addresses of every other coin.
@Suite(.enabled(if: Fixtures.folder("addresses") != nil, "needs ../shared/fixtures"))
struct AddressRegistryTests {
    static let names: [Coin: String] = [
        .bitcoin: "bitcoin", .litecoin: "litecoin", .dogecoin: "doge", .bitcoinCash: "bitcoincash", .dash: "dash",
    ]

    @Test(arguments: Coin.allCases)
    func `a coin's addresses begin as the registry says`(coin: Coin) throws {
        let entry = try #require(try registry().first { $0.id == Self.names[coin] })
        let prefixes = try #require(ChainParameters(coin: coin, chain: .main)).prefixes
        #expect(prefixes.publicKeyHash == entry.p2pkhPrefix)
        #expect(prefixes.scriptHash == entry.p2shPrefix)
        #expect(prefixes.segwit ?? prefixes.cash == entry.hrp)
        if let account = entry.explorer.sampleAccount {
            let format = BitcoinAddress(try #require(ChainParameters(coin: coin, chain: .main)))
            #expect(format.address(of: try format.watchKey(of: account)) == account)
        }
    }

    /// Coins that split from one of ours, or were copied from one, and kept how its addresses begin.
    @Test func `no other coin's account is taken for one of ours, but those of copies`() throws {
        var accepted = Set<String>()
        var refused = 0
        for entry in try registry() where !Self.names.values.contains(entry.id) {
            guard let account = entry.explorer.sampleAccount else { continue }
            for parameters in ChainParameters.all {
                do {
                    _ = try BitcoinAddress(parameters).watchKey(of: account)
                    accepted.insert("\(entry.id) on \(parameters.coin.rawValue)")
                } catch {
                    refused += 1
                }
            }
        }
        #expect(refused > 1_000)
        #expect(
            accepted == [
                "bitcoindiamond on bitcoin", "bitcoindiamond on bitcoin-cash", "verge on dogecoin",
            ])
    }

    @Test func `a private key is not an address, and is told to nobody`() throws {
        for version: UInt8 in [0x80, 0xef, 0x9e, 0xf1, 0xb0, 0xcc] {
            for key in [[UInt8](1...32), [UInt8](1...32) + [1]] {
                let text = Base58Check.encode([version] + key)
                for parameters in ChainParameters.all {
                    let error = #expect(throws: AddressError.malformed) {
                        try BitcoinAddress(parameters).watchKey(of: text)
                    }
                    #expect(error.map { "\($0)".contains(text) } == false)
                }
            }
        }
    }

    private struct Entry: Decodable {
        struct Explorer: Decodable {
            let sampleAccount: String?
        }
        let id: String
        let p2pkhPrefix: UInt8?
        let p2shPrefix: UInt8?
        let hrp: String?
        let explorer: Explorer
    }

    private func registry() throws -> [Entry] {
        let folder = try #require(Fixtures.folder("addresses"))
        return try JSONDecoder().decode(
            [Entry].self, from: Data(contentsOf: folder.appendingPathComponent("wallet-core-registry.json")))
    }
}
