import Hashing
import Testing

@Suite struct Keccak256Tests {
    /// From the submission's known answers; SHA3-256, with its other padding, gives others.
    @Test(arguments: [
        ("", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"),
        ("abc", "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"),
        // The first topic of every ERC-20 transfer.
        (
            "Transfer(address,address,uint256)", "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
        ),
    ])
    func `gives the known digests`(text: String, expected: String) {
        #expect(hex(Keccak256.digest(Array(text.utf8)).bytes) == expected)
    }

    /// Every length around the 136 bytes of a block, against what PyCryptodome gives for the same.
    @Test func `every length is padded as it should be`() {
        let digests = (0...600).flatMap { count in
            Keccak256.digest((0..<count).map { UInt8(truncatingIfNeeded: $0 * 7) }).bytes
        }
        let digest = Keccak256.digest(digests)
        #expect(hex(digest.bytes) == "b096bb0218aaa31eae60a63e1401437c70839d658adc66d859f500f0e048486f")
        #expect(digest.bigEndianWords.0 == 0xb096_bb02_18aa_a31e)
    }

    @Test func `a million bytes`() {
        let digest = Keccak256.digest([UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000))
        #expect(hex(digest.bytes) == "fadae6b49f129bbb812be8407b7b2894f34aecf6dbd1f9b0f0c7e9853098fc96")
    }
}
