/// Keccak-256 as Ethereum and TRON use it: the hash that won the SHA-3 contest, with the padding of the submission
/// (0x01) and not that of FIPS 202 (0x06), so that SHA3-256 of the same bytes is another hash.
public enum Keccak256 {
    /// The 32 bytes that Keccak-256 gives, held inline.
    public struct Digest: Hashable, Sendable, BitwiseCopyable {
        fileprivate let words: InlineWords

        /// The bytes as four numbers, most significant byte first.
        public var bigEndianWords: (UInt64, UInt64, UInt64, UInt64) {
            (words.0.byteSwapped, words.1.byteSwapped, words.2.byteSwapped, words.3.byteSwapped)
        }

        public var bytes: [UInt8] {
            let words = bigEndianWords
            return [words.0, words.1, words.2, words.3].flatMap { word in
                stride(from: UInt64(56), through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> $0) }
            }
        }

        public static func == (left: Digest, right: Digest) -> Bool { left.words == right.words }

        public func hash(into hasher: inout Hasher) {
            hasher.combine(words.0)
            hasher.combine(words.1)
            hasher.combine(words.2)
            hasher.combine(words.3)
        }
    }

    fileprivate typealias InlineWords = (UInt64, UInt64, UInt64, UInt64)

    /// Bytes that are taken in by one permutation: 1600 bits of state less twice the 256 of the hash.
    private static let rate = 136

    public static func digest(_ bytes: RawSpan) -> Digest {
        var state = KeccakState()
        var offset = 0
        while bytes.byteCount - offset >= rate {
            state.absorb(bytes, at: offset)
            state.permute()
            offset += rate
        }
        // What is left, the padding's first bit after it and its last bit at the end.
        var block = [136 of UInt8](repeating: 0)
        withUnsafeMutableBytes(of: &block) { block in
            bytes.extracting(offset..<bytes.byteCount).withUnsafeBytes { block.copyMemory(from: $0) }
        }
        block[bytes.byteCount - offset] = 0x01
        block[rate - 1] ^= 0x80
        state.absorb(block.span.bytes, at: 0)
        state.permute()
        return Digest(words: (state.a00, state.a01, state.a02, state.a03))
    }

    public static func digest(_ bytes: [UInt8]) -> Digest {
        digest(bytes.span.bytes)
    }
}
