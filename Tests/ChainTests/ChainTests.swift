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

    @Test("A locator is spelled in one way only")
    func locator() {
        #expect(Locator.output(7).description == "vout:7")
        #expect(Locator("vout:4294967295") == .output(.max))
        for text in ["", "vout:", "vout:-1", "vout:+1", "vout:01", "vout:4294967296", "log:1", "VOUT:1"] {
            #expect(Locator(text) == nil, "\(text)")
        }
    }
}
