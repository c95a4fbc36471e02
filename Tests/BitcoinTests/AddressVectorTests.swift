import Chain
import Foundation
import TestSupport
import Testing

@testable import Bitcoin

/// The projects' own test vectors.
@Suite(.enabled(if: Fixtures.folder("addresses") != nil, "needs ../shared/fixtures"))
struct AddressVectorTests {
    @Test(arguments: [("bip-0173", Bech32.Variant.bech32), ("bip-0350", .bech32m)])
    func `Bech32 is read as its BIP says`(file: String, variant: Bech32.Variant) throws {
        let vectors = try decode("\(file).json", as: Bech32Vectors.self)
        #expect(!vectors.validStrings.isEmpty && !vectors.invalidStrings.isEmpty)
        for text in vectors.validStrings {
            let bech32 = try #require(Bech32(text), "\(text)")
            #expect(bech32.variant == variant)
            #expect(bech32.text == text.lowercased())
        }
        for vector in vectors.invalidStrings {
            #expect(Bech32(vector.string)?.variant != variant, "\(vector.string): \(vector.reason)")
        }
    }

    @Test(arguments: ["bip-0173", "bip-0350"])
    func `segwit addresses are read as their BIP says`(file: String) throws {
        let vectors = try decode("\(file).json", as: Bech32Vectors.self)
        for vector in vectors.validAddresses {
            // BIP 350 made the addresses of BIP 173 with a version above 0 invalid.
            let isSuperseded = file == "bip-0173" && !vector.scriptPubKey.hasPrefix("00")
            try check(vector.address, script: vector.scriptPubKey, isSuperseded: isSuperseded)
        }
        for vector in vectors.invalidAddresses {
            for parameters in ChainParameters.all {
                #expect(throws: AddressError.malformed, "\(vector.string): \(vector.reason)") {
                    try BitcoinAddress(parameters).watchKey(of: vector.string)
                }
            }
        }
    }

    @Test(arguments: [Coin.bitcoin, .litecoin])
    func `the addresses of the coin's own project are read as it reads them`(coin: Coin) throws {
        let vectors = try decode("\(coin.rawValue)-key_io_valid.json", as: [KeyVector].self)
        #expect(vectors.count >= 50)
        for vector in vectors {
            let chain = try #require(BitcoinChain(rawValue: vector.chain))
            let format = BitcoinAddress(try #require(ChainParameters(coin: coin, chain: chain)))
            if vector.isPrivateKey {
                let error = #expect(throws: AddressError.malformed) { try format.watchKey(of: vector.text) }
                #expect(error.map { "\($0)".contains(vector.text) } == false)
                continue
            }
            let script = try #require(Hex.decode(vector.content))
            if WatchableScript(script.span.bytes, of: coin) == nil {
                #expect(throws: AddressError.unwatchableScript) { try format.watchKey(of: vector.text) }
            } else {
                let key = try format.watchKey(of: vector.text)
                #expect(key.bytes == script)
                #expect(format.address(of: key) == vector.text)
                if vector.isCaseFree { #expect(try format.watchKey(of: vector.text.uppercased()) == key) }
            }
        }
    }

    @Test(arguments: [Coin.bitcoin, .litecoin])
    func `a segwit address of a project's vectors is wrong on every chain with another prefix`(coin: Coin) throws {
        for vector in try decode("\(coin.rawValue)-key_io_valid.json", as: [KeyVector].self) {
            guard let prefix = Bech32(vector.text)?.prefix else { continue }
            for parameters in ChainParameters.all where parameters.prefixes.segwit != prefix {
                #expect(throws: AddressError.otherNetwork) { try BitcoinAddress(parameters).watchKey(of: vector.text) }
            }
        }
    }

    @Test func `what is valid on no chain is refused on each`() throws {
        let texts = try decode("bitcoin-key_io_invalid.json", as: [[String]].self).joined()
        #expect(texts.count >= 50)
        for text in texts {
            for parameters in ChainParameters.all {
                #expect(throws: AddressError.malformed, "\(text)") { try BitcoinAddress(parameters).watchKey(of: text) }
            }
        }
    }

    private func decode<T: Decodable>(_ name: String, as type: T.Type) throws -> T {
        let folder = try #require(Fixtures.folder("addresses"))
        return try JSONDecoder().decode(type, from: Data(contentsOf: folder.appendingPathComponent(name)))
    }

    private func check(_ address: String, script: String, isSuperseded: Bool) throws {
        let chain: BitcoinChain = address.lowercased().hasPrefix("bc1") ? .main : .test
        let format = BitcoinAddress(try #require(ChainParameters(coin: .bitcoin, chain: chain)))
        let bytes = try #require(Hex.decode(script))
        if isSuperseded {
            #expect(throws: AddressError.malformed) { try format.watchKey(of: address) }
        } else if WatchableScript(bytes.span.bytes, of: .bitcoin) == nil {
            #expect(throws: AddressError.unwatchableScript) { try format.watchKey(of: address) }
            let segwit = try #require(Bech32(address).flatMap(SegwitAddress.init))
            #expect(segwit.script == bytes)
            #expect(segwit.text == address.lowercased())
        } else {
            let key = try format.watchKey(of: address)
            #expect(key.bytes == bytes)
            #expect(format.address(of: key) == address.lowercased())
        }
    }
}

private struct Bech32Vectors: Decodable {
    struct Invalid: Decodable {
        let string: String
        let reason: String
    }
    struct Address: Decodable {
        let address: String
        let scriptPubKey: String
    }

    let validStrings: [String]
    let invalidStrings: [Invalid]
    let validAddresses: [Address]
    let invalidAddresses: [Invalid]

    enum CodingKeys: String, CodingKey {
        case validStrings = "valid_strings"
        case invalidStrings = "invalid_strings"
        case validAddresses = "valid_addresses"
        case invalidAddresses = "invalid_addresses"
    }
}

/// One line of `key_io_valid.json`: a text, the script or key it stands for, and its properties.
private struct KeyVector: Decodable {
    private struct Properties: Decodable {
        let chain: String
        let isPrivkey: Bool
        let tryCaseFlip: Bool?
    }

    let text: String
    let content: String
    let chain: String
    let isPrivateKey: Bool
    /// Whether the text means the same in the other case.
    let isCaseFree: Bool

    init(from decoder: any Decoder) throws {
        var container = try decoder.unkeyedContainer()
        text = try container.decode(String.self)
        content = try container.decode(String.self)
        let properties = try container.decode(Properties.self)
        chain = properties.chain
        isPrivateKey = properties.isPrivkey
        isCaseFree = properties.tryCaseFlip ?? false
    }
}
