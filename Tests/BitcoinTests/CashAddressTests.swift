import Chain
import Foundation
import TestSupport
import Testing

@testable import Bitcoin

@Suite struct CashAddressTests {
    static let main = BitcoinAddress(ChainParameters(coin: .bitcoinCash, chain: .main)!)
    static let address = "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a"

    @Test func `an address is read in either case, with its prefix and without`() throws {
        let key = try Self.main.watchKey(of: Self.address)
        let bare = String(try #require(Self.address.split(separator: ":").last))
        for text in [Self.address.uppercased(), bare, bare.uppercased()] {
            #expect(try Self.main.watchKey(of: text) == key, "\(text)")
        }
        #expect(Self.main.address(of: key) == Self.address)
        for text in [
            "bitcoincash:" + bare.uppercased(), "BITCOINCASH:" + bare, ":" + bare, bare + ":", "q" + Self.address,
        ] {
            #expect(throws: AddressError.malformed, "\(text)") { try Self.main.watchKey(of: text) }
        }
    }

    @Test func `whether the writer can handle tokens makes no difference to who is paid`() throws {
        for (script, kinds): ([UInt8], [CashAddress.Kind]) in [
            ([0x76, 0xa9, 20] + [UInt8](1...20) + [0x88, 0xac], [.publicKeyHash, .publicKeyHashWithTokens]),
            ([0xa9, 20] + [UInt8](1...20) + [0x87], [.scriptHash, .scriptHashWithTokens]),
            ([0xaa, 32] + [UInt8](1...32) + [0x87], [.scriptHash, .scriptHashWithTokens]),
        ] {
            let key = try #require(WatchKey(script))
            let hash = [UInt8](1...(script.count == 35 ? 32 : 20))
            for kind in kinds {
                let text = try #require(CashAddress(kind, prefix: "bitcoincash", hash: hash).text)
                #expect(try Self.main.watchKey(of: text) == key)
                #expect(Self.main.address(of: key) == CashAddress(kinds[0], prefix: "bitcoincash", hash: hash).text)
            }
        }
    }

    @Test func `each chain's address is the others' wrong network`() throws {
        let key = try #require(WatchKey([0xaa, 32] + [UInt8](1...32) + [0x87]))
        let addresses = try ChainParameters.bitcoinCash.map { try #require(BitcoinAddress($0).address(of: key)) }
        for parameters in ChainParameters.all {
            for (own, address) in zip(ChainParameters.bitcoinCash, addresses) {
                let bare = String(try #require(address.split(separator: ":").last))
                for text in [address, bare] {
                    if parameters.prefixes.cash == own.prefixes.cash {
                        #expect(try BitcoinAddress(parameters).watchKey(of: text) == key)
                    } else {
                        #expect(throws: AddressError.otherNetwork) {
                            try BitcoinAddress(parameters).watchKey(of: text)
                        }
                    }
                }
            }
        }
    }

    @Test func `a segwit address is another network's`() {
        #expect(throws: AddressError.otherNetwork) {
            try Self.main.watchKey(of: "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4")
        }
    }

    @Test func `one changed character is always noticed`() throws {
        let characters = Array(Self.address)
        for index in characters.indices {
            for other in "023456789acdefghjklmnpqrstuvwxyz:1bio" where other != characters[index] {
                var changed = characters
                changed[index] = other
                #expect(throws: AddressError.malformed) { try Self.main.watchKey(of: String(changed)) }
            }
        }
    }

    @Test func `text of any length is answered at once`() {
        for count in [64, 128, 129, 1_000_000] {
            for text in [String(repeating: "q", count: count), "bitcoincash:" + String(repeating: "q", count: count)] {
                #expect(throws: AddressError.malformed) { try Self.main.watchKey(of: text) }
            }
        }
    }
}

/// The specification's vectors.
@Suite(.enabled(if: Fixtures.folder("addresses") != nil, "needs ../shared/fixtures"))
struct CashAddressVectorTests {
    @Test func `old and new spelling are one key, written the new way`() throws {
        for pair in try vectors().legacyAndCashaddr {
            let key = try CashAddressTests.main.watchKey(of: pair.legacy)
            #expect(try CashAddressTests.main.watchKey(of: pair.cashaddr) == key)
            #expect(CashAddressTests.main.address(of: key) == pair.cashaddr)
        }
    }

    @Test func `hashes of every length are read as the specification says`() throws {
        let vectors = try vectors().larger
        #expect(vectors.count >= 24)
        for vector in vectors {
            let address = try #require(CashAddress(vector.cashaddr, prefix: ""))
            #expect(Hex.encode(address.hash) == vector.payload.lowercased() && address.hash.count == vector.bytes)
            #expect(address.kind?.rawValue == (vector.type < 4 ? vector.type : nil))
            #expect(vector.type >= 4 || address.text == vector.cashaddr)
            for parameters in ChainParameters.bitcoinCash {
                let format = BitcoinAddress(parameters)
                let isWatchable = vector.bytes == 20 && vector.type < 2 || vector.bytes == 32 && vector.type == 1
                if parameters.prefixes.cash != address.prefix {
                    let error = #expect(throws: AddressError.self) { try format.watchKey(of: vector.cashaddr) }
                    #expect(error == (address.prefix.hasPrefix("pref") ? .malformed : .otherNetwork))
                } else if isWatchable {
                    #expect(format.address(of: try format.watchKey(of: vector.cashaddr)) == vector.cashaddr)
                } else {
                    #expect(throws: AddressError.unwatchableScript) { try format.watchKey(of: vector.cashaddr) }
                }
            }
        }
    }

    private struct Vectors: Decodable {
        struct Pair: Decodable {
            let legacy: String
            let cashaddr: String
        }
        struct Larger: Decodable {
            let bytes: Int
            let type: UInt8
            let cashaddr: String
            let payload: String
        }
        let legacyAndCashaddr: [Pair]
        let larger: [Larger]
    }

    private func vectors() throws -> Vectors {
        let folder = try #require(Fixtures.folder("addresses"))
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(
            Vectors.self, from: Data(contentsOf: folder.appendingPathComponent("cashaddr.json")))
    }
}
