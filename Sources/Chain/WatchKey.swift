/// What a chain itself writes down for a recipient: the output script on the Bitcoin family, the 20 bytes of an
/// address on EVM networks and TRON. Addresses that are spelled differently and pay the same recipient share a key.
///
/// Held inline (no heap), for a block has thousands of them and most are nobody's.
public struct WatchKey: Hashable, Sendable {
    /// The longest key; the longest watchable script has 35 bytes.
    public static let maximumLength = 40

    // Zero padded, so that equal keys have equal words.
    private let words: (UInt64, UInt64, UInt64, UInt64, UInt64)
    private let length: UInt8

    /// The key with these bytes; nil when there are none or more than `maximumLength`.
    public init?(_ bytes: RawSpan) {
        let count = bytes.byteCount
        guard (1...Self.maximumLength).contains(count) else { return nil }
        length = UInt8(count)
        func word(_ index: Int) -> UInt64 {
            let start = index * 8
            if start + 8 <= count {
                return UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: start, as: UInt64.self))
            }
            guard start < count else { return 0 }
            var word: UInt64 = 0
            for offset in start..<count {
                word |= UInt64(bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self)) << (8 * UInt64(offset - start))
            }
            return word
        }
        words = (word(0), word(1), word(2), word(3), word(4))
    }

    /// The key with these bytes; nil when there are none or more than `maximumLength`.
    public init?(_ bytes: [UInt8]) {
        self.init(bytes.span.bytes)
    }

    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(length))
        for word in [words.0, words.1, words.2, words.3, words.4] {
            for shift in stride(from: UInt64(0), to: 64, by: 8) where bytes.count < Int(length) {
                bytes.append(UInt8(truncatingIfNeeded: word >> shift))
            }
        }
        return bytes
    }

    /// The key's words, little-endian and zero padded, with its length: what a hash function reads.
    public var hashInput: (words: (UInt64, UInt64, UInt64, UInt64, UInt64), length: UInt8) { (words, length) }

    public static func == (left: WatchKey, right: WatchKey) -> Bool {
        left.length == right.length && left.words == right.words
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(length)
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
        hasher.combine(words.3)
        hasher.combine(words.4)
    }
}

extension WatchKey: CustomStringConvertible {
    public var description: String { Hex.encode(bytes) }
}
