import Chain
import Hashing
import Testing

@testable import EVM

/// What the Python package rlp gives for the same.
@Suite struct RLPEncoderTests {
    @Test(
        arguments: [
            (0, "80"), (1, "01"), (127, "7f"), (128, "8180"), (255, "81ff"), (256, "820100"),
            (1 << 32, "850100000000"), (.max, "88ffffffffffffffff"),
        ] as [(UInt64, String)])
    func `numbers have no leading zeros`(number: UInt64, expected: String) {
        var rlp = RLPEncoder()
        rlp.append(number)
        #expect(Hex.encode(rlp.bytes) == expected)
    }

    /// The lengths at which headers become longer: the string, and a list that has it twice.
    @Test(
        arguments: [
            ([], "56e81f171bcc55a6", "3947d64d838a72a4"),
            ([0x00], "bc36789e7a1e2814", "31849fa37ba0ba50"),
            ([0x7F], "5c179d3bfde4c521", "19dc3dd5464b5c5f"),
            ([0x80], "03a5bd6b27a2d8e2", "8b8012e5c7e9a5fb"),
            ([UInt8](repeating: 0x61, count: 55), "29df2d19d0f3077b", "852d3a1efb2575bf"),
            ([UInt8](repeating: 0x61, count: 56), "0c172f4f229fd0e0", "ba681daa537b817d"),
            ([UInt8](repeating: 0x61, count: 255), "df94fc2215d71f3e", "2ea71cf7bad9788c"),
            ([UInt8](repeating: 0x61, count: 256), "878016e5945fc03b", "ef5992cc3dc50b40"),
            ([UInt8](repeating: 0x61, count: 65_536), "9d9f42d5479b1dc9", "101b94a305f86cf0"),
        ] as [([UInt8], String, String)])
    func `strings and lists of every length`(string: [UInt8], alone: String, twice: String) {
        func begin(_ rlp: RLPEncoder) -> String { Hex.encode(Keccak256.digest(rlp.bytes).bytes.prefix(8)) }
        var rlp = RLPEncoder()
        rlp.append(string.span.bytes)
        #expect(begin(rlp) == alone)
        var written = RLPEncoder()
        let range = written.string { $0 += string }
        #expect(written.bytes == rlp.bytes)
        #expect(Array(written.bytes[range]) == string)
        var list = RLPEncoder()
        list.list { list in
            list.append(string.span.bytes)
            list.append(encoded: rlp.bytes.span.bytes)
        }
        #expect(begin(list) == twice)
    }

    /// The set of the natural number three, of Ethereum's own description of RLP.
    @Test func `lists in lists`() {
        var rlp = RLPEncoder()
        rlp.list { rlp in
            rlp.list { _ in }
            rlp.list { $0.list { _ in } }
            rlp.list { rlp in
                rlp.list { _ in }
                rlp.list { $0.list { _ in } }
            }
        }
        #expect(Hex.encode(rlp.bytes) == "c7c0c1c0c3c0c1c0")
    }
}
