import Chain
import Foundation
import TestSupport
import Testing

@testable import Tron

@Suite struct TronAddressTests {
    private let format = TronAddress()

    private static let usdt = (
        text: "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", hex: "41a614f803b6fd780986a42c78ec9c7f77e6ded13c"
    )

    @Test func `both spellings are one key, the 20 bytes`() throws {
        let key = try format.watchKey(of: Self.usdt.text)
        #expect(key.description == Self.usdt.hex.dropFirst(2))
        #expect(try format.watchKey(of: Self.usdt.hex) == key)
        #expect(try format.watchKey(of: Self.usdt.hex.uppercased()) == key)
        #expect(format.address(of: key) == Self.usdt.text)
    }

    @Test func `a mistyped character is found`() {
        for place in Self.usdt.text.indices {
            var text = Self.usdt.text
            text.replaceSubrange(place...place, with: text[place] == "A" ? "B" : "A")
            #expect(throws: AddressError.self, "\(text)") { try format.watchKey(of: text) }
        }
    }

    @Test(arguments: [
        ("", AddressError.malformed), ("T", .malformed), ("abc", .malformed),
        ("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6", .malformed), (" TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", .malformed),
        ("tr7nhqjekqxgtci8q8zy4pl8otszgjlj6t", .malformed), ("41a614f803b6fd780986a42c78ec9c7f77e6ded1", .malformed),
        ("41a614f803b6fd780986a42c78ec9c7f77e6ded13g", .malformed),
        ("0x41a614f803b6fd780986a42c78ec9c7f77e6ded13c", .malformed),
        ("a0a614f803b6fd780986a42c78ec9c7f77e6ded13c", .malformed),
        // A key of Bitcoin's, which has the same encoding, and addresses of other chains.
        ("5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ", .malformed),
        ("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", .otherNetwork), ("3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy", .otherNetwork),
        ("0x52908400098527886E0F7030069857D2E4169EE7", .otherNetwork),
        // Nobody's.
        ("T9yD14Nj9j7xAB4dbGeiX9h8unkKHxuWwb", .unwatchableScript),
    ])
    func `what can't be watched is refused with its reason`(text: String, reason: AddressError) {
        #expect(throws: reason) { try format.watchKey(of: text) }
    }

    @Test func `only a key of 20 bytes has an address`() throws {
        #expect(format.address(of: try #require(WatchKey(trc10: "1002000"))) == nil)
        #expect(format.address(of: try #require(WatchKey([UInt8](repeating: 1, count: 21)))) == nil)
    }

    @Test(.enabled(if: Fixtures.folder("addresses") != nil, "needs ../shared/fixtures"))
    func `recorded addresses`() throws {
        struct Vectors: Decodable {
            struct Pair: Decodable { let hex, base58: String }
            let pairs, known: [Pair]
            let valid, invalid: [String]
        }
        let folder = try #require(Fixtures.folder("addresses"))
        let vectors = try JSONDecoder().decode(
            Vectors.self, from: Data(contentsOf: folder.appendingPathComponent("tron.json")))
        #expect(vectors.pairs.count + vectors.known.count >= 10)
        for pair in vectors.pairs + vectors.known {
            let key = try format.watchKey(of: pair.base58)
            #expect("41\(key)" == pair.hex)
            #expect(try format.watchKey(of: pair.hex) == key)
            #expect(format.address(of: key) == pair.base58)
        }
        for text in vectors.valid { #expect(format.address(of: try format.watchKey(of: text)) == text) }
        for text in vectors.invalid { #expect(throws: AddressError.self) { try format.watchKey(of: text) } }
    }
}
