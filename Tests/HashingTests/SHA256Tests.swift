import Hashing
import Testing

@Suite struct SHA256Tests {
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func `gives the digests of FIPS 180-4's examples`(text: String, expected: String) {
        #expect(hex(SHA256.digest(Array(text.utf8)).bytes) == expected)
    }

    @Test func `pieces hash to the same as the whole`() {
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        for cut in [0, 1, 55, 56, 63, 64, 65, 128, 999, 1000] {
            var hash = SHA256()
            hash.update(Array(bytes[..<cut]))
            hash.update(bytes.span.bytes.extracting(cut..<1000))
            #expect(hash.finalize() == SHA256.digest(bytes))
        }
    }

    @Test func `a double digest is the digest of the digest`() {
        for count in Array(0...130) + [250, 1_014, 1_015, 1_016, 1_023, 1_024, 5_000] {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
            let expected = SHA256.digest(SHA256.digest(bytes).bytes)
            #expect(SHA256.doubleDigest(bytes) == expected)
            var hash = SHA256()
            hash.update(bytes)
            #expect(hash.finalizeTwice() == expected)
            let (start, end) = (count / 5, count - count / 3)
            let span = bytes.span.bytes
            let parts = SHA256.doubleDigest(
                span.extracting(0..<start), span.extracting(start..<end), span.extracting(end..<count))
            #expect(parts == expected)
        }
    }

    @Test func `an array of digests is the concatenation of their bytes`() {
        let digests = [SHA256.digest([1]), SHA256.digest([2])]
        let pair = digests[0].bytes + digests[1].bytes
        #expect(SHA256.doubleDigest(digests.span.bytes) == SHA256.doubleDigest(pair))
    }

    @Test func `a digest is read back from its bytes and from nothing else`() {
        let digest = SHA256.digest([])
        #expect(SHA256.Digest(digest.bytes.span.bytes) == digest)
        #expect(SHA256.Digest([UInt8](repeating: 0, count: 31).span.bytes) == nil)
        #expect(SHA256.Digest([UInt8](repeating: 0, count: 33).span.bytes) == nil)
        #expect(digest.littleEndianWords.0 == 0x141c_fc98_42c4_b0e3)
    }
}
