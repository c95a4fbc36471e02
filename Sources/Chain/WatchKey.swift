/// What a chain itself writes down for a recipient: the output script on the Bitcoin family, the 20 bytes of an
/// address on EVM networks and TRON. Addresses that are spelled differently and pay the same recipient share a key.
///
/// Held inline (no heap), for a block has thousands of them and most are nobody's.
public struct WatchKey: Hashable, Sendable {
    /// The longest key; the longest watchable script has 35 bytes.
    public static let maximumLength = 39

    /// The bytes, zero padded, so that equal keys have equal words; the last byte is their number. Five words and no
    /// more, for what has another size is copied slowly.
    @usableFromInline let words: (UInt64, UInt64, UInt64, UInt64, UInt64)

    /// The key with these bytes; nil when there are none or more than `maximumLength`.
    @inlinable @inline(__always)
    public init?(_ bytes: RawSpan) {
        let count = bytes.byteCount
        guard count > 0, count <= 39 else { return nil }
        func load(_ offset: Int) -> UInt64 {
            UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
        }
        @inline(__always)
        func word(_ index: Int) -> UInt64 {
            let rest = count - index * 8
            guard rest < 8 else { return load(index * 8) }
            guard rest > 0 else { return 0 }
            // The last eight bytes, less those that are in the word before.
            if count >= 8 { return load(count - 8) >> UInt64(64 - 8 * rest) }
            return (0..<rest).reduce(0) { word, offset in
                word | UInt64(bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self)) << UInt64(8 * offset)
            }
        }
        words = (word(0), word(1), word(2), word(3), word(4) | UInt64(count) << 56)
    }

    /// No key at all.
    @usableFromInline
    init() { words = (0, 0, 0, 0, 0) }

    @usableFromInline var isEmpty: Bool { words.4 == 0 }

    @usableFromInline var length: UInt8 { UInt8(truncatingIfNeeded: words.4 >> 56) }

    /// The key with these bytes; nil when there are none or more than `maximumLength`.
    public init?(_ bytes: [UInt8]) {
        self.init(bytes.span.bytes)
    }

    public var bytes: [UInt8] {
        let memory = (
            words.0.littleEndian, words.1.littleEndian, words.2.littleEndian, words.3.littleEndian, words.4.littleEndian
        )
        return withUnsafeBytes(of: memory) { Array($0.prefix(Int(length))) }
    }

    /// The key's words, little-endian and zero padded, with its length: what a hash function reads.
    @inlinable public var hashInput: (words: (UInt64, UInt64, UInt64, UInt64, UInt64), length: UInt8) {
        ((words.0, words.1, words.2, words.3, words.4 & (1 << 56 - 1)), length)
    }

    public static func == (left: WatchKey, right: WatchKey) -> Bool {
        left.words == right.words
    }

    public func hash(into hasher: inout Hasher) {
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
