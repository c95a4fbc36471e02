import Hashing
import Testing

@Suite struct SipHashTests {
    let hash = SipHash(key: (0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908))

    /// The reference key 00…0f; the messages are 00, 01, 02, … Values as OpenSSL's SIPHASH gives them with one
    /// compression and three finalization rounds.
    @Test(
        arguments: [
            (0, 0xdcc4_0f05_5801_acab), (1, 0x93ca_577d_f39b_f4c9), (7, 0x4011_b19b_987d_92d3),
            (8, 0x8e9a_298d_1195_9036),
            (15, 0x5699_512a_6dd8_20d3), (25, 0x7909_5b70_2859_cd45), (34, 0x3e75_2a1f_7812_9f75),
            (40, 0x3115_e499_3236_d2c1),
        ] as [(UInt8, UInt64)])
    func `gives the reference values`(count: UInt8, expected: UInt64) {
        #expect(hash.hash(Array(0..<count).span.bytes) == expected.byteSwapped)
    }

    @Test func `words with their length hash to the same as the bytes`() {
        for count in UInt8(0)...40 {
            var words = [UInt64](repeating: 0, count: 5)
            for index in 0..<Int(count) { words[index / 8] |= UInt64(index) << UInt64(8 * (index % 8)) }
            #expect(
                hash.hash((words[0], words[1], words[2], words[3], words[4]), length: count)
                    == hash.hash(Array(0..<count).span.bytes))
        }
    }

    @Test func `another key gives another hash`() {
        let other = SipHash(key: (1, 2))
        #expect(other.hash([1, 2, 3].span.bytes) != hash.hash([1, 2, 3].span.bytes))
    }
}
