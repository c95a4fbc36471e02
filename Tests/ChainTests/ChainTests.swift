import Chain
import Testing

@Suite("What every chain has in common")
struct ChainTests {
    @Test("Hex reads either case, writes lower case, and refuses the rest")
    func hex() {
        let bytes = (0...255).map { UInt8($0) }
        #expect(Hex.decode(Hex.encode(bytes)) == bytes)
        #expect(Hex.decode("DEADbeef") == [0xde, 0xad, 0xbe, 0xef])
        for text in ["0", "abc", "zz", "0x00", " 00", "००"] { #expect(Hex.decode(text) == nil, "\(text)") }
    }

    @Test("A hash is its 32 bytes in printing order, and nothing of another length is one")
    func hash() throws {
        let bytes = (1...32).map { UInt8($0) }
        let hash = try #require(Hash256(bytes))
        #expect(hash.bytes == bytes)
        #expect(Hash256(hex: hash.description) == hash)
        #expect(hash.description.hasPrefix("0102030405"))
        #expect(Hash256(bytes.dropLast()) == nil && Hash256(bytes + [0]) == nil && Hash256(hex: "00") == nil)
    }

    @Test(
        "A watch key keeps its bytes and its length: trailing zeros make another key",
        arguments: 1...WatchKey.maximumLength)
    func watchKey(length: Int) throws {
        let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ 1) }
        let key = try #require(WatchKey(bytes))
        #expect(key.bytes == bytes)
        #expect(WatchKey(bytes) == key)
        #expect(WatchKey(bytes + [0]) != key)
        #expect(WatchKey(bytes.dropLast() + [0xff]) != key)
    }

    @Test("There is no empty key and none above the longest")
    func watchKeyBounds() {
        #expect(WatchKey([]) == nil)
        #expect(WatchKey(Array(repeating: 1, count: WatchKey.maximumLength + 1)) == nil)
    }

    @Test("Only what a call within a transaction moved is not proved")
    func proof() throws {
        let key = try #require(WatchKey([1]))
        for (locator, isProved) in [
            (Locator.output(0), true), (.log(3), true), (.call([]), true), (.withdrawal(0), true), (.mint, true),
            (.call([0]), false),
        ] {
            let transfer = Transfer(
                transaction: Hash256(1, 2, 3, 4), locator: locator, recipient: key, amount: UInt256(1), blockIndex: 0)
            #expect(transfer.isProved == isProved)
        }
    }

    @Test("A locator is spelled in one way only")
    func locator() {
        let spellings: [(Locator, String)] = [
            (.output(7), "vout:7"), (.output(.max), "vout:4294967295"), (.log(0), "log:0"), (.call([]), "call"),
            (.call([0, 2]), "call:0.2"), (.call([.max]), "call:4294967295"), (.withdrawal(15), "withdrawal:15"),
            (.mint, "mint"),
        ]
        for (locator, text) in spellings {
            #expect(locator.description == text)
            #expect(Locator(text) == locator)
        }
        for text in [
            "", "vout", "vout:", "vout:-1", "vout:+1", "vout:01", "vout:4294967296", "vout:1.2", "VOUT:1", "log:",
            "log:0:1",
            "call:", "call:.", "call:1.", "call:.1", "call:1..2", "call:1.x", "call: 1", "withdrawal:",
            "withdrawal:1.1", "mint:", "mint:0", "Mint",
        ] {
            #expect(Locator(text) == nil, "\(text)")
        }
    }
}
