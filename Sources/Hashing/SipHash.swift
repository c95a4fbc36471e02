/// SipHash-1-3 (Aumasson and Bernstein; the variant of Rust's and Swift's hash tables): a keyed 64-bit hash. Who does
/// not know the key can't make inputs that collide.
public struct SipHash: Sendable {
    @usableFromInline let key: (UInt64, UInt64)

    public init(key: (UInt64, UInt64)) {
        self.key = key
    }

    /// The hash of `length` bytes, at most 40, given as little-endian words padded with zeros: equal to that of the
    /// same bytes as a span.
    @inlinable
    public func hash(_ words: (UInt64, UInt64, UInt64, UInt64, UInt64), length: UInt8) -> UInt64 {
        precondition(length <= 40)
        var state = State(key: key)
        if length >= 8 { state.absorb(words.0) }
        if length >= 16 { state.absorb(words.1) }
        if length >= 24 { state.absorb(words.2) }
        if length >= 32 { state.absorb(words.3) }
        if length >= 40 { state.absorb(words.4) }
        let rest =
            switch length / 8 {
            case 0: words.0
            case 1: words.1
            case 2: words.2
            case 3: words.3
            case 4: words.4
            default: UInt64(0)
            }
        return state.finish(rest: rest, length: UInt64(length))
    }

    /// The hash of `bytes`.
    public func hash(_ bytes: RawSpan) -> UInt64 {
        var state = State(key: key)
        var offset = 0
        while offset + 8 <= bytes.byteCount {
            state.absorb(UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)))
            offset += 8
        }
        var rest: UInt64 = 0
        for index in offset..<bytes.byteCount {
            rest |= UInt64(bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self)) << UInt64(8 * (index - offset))
        }
        return state.finish(rest: rest, length: UInt64(bytes.byteCount))
    }

    @usableFromInline
    struct State {
        @usableFromInline var v0: UInt64
        @usableFromInline var v1: UInt64
        @usableFromInline var v2: UInt64
        @usableFromInline var v3: UInt64

        @inlinable
        init(key: (UInt64, UInt64)) {
            v0 = key.0 ^ 0x736f_6d65_7073_6575
            v1 = key.1 ^ 0x646f_7261_6e64_6f6d
            v2 = key.0 ^ 0x6c79_6765_6e65_7261
            v3 = key.1 ^ 0x7465_6462_7974_6573
        }

        @inlinable @inline(__always)
        mutating func absorb(_ word: UInt64) {
            v3 ^= word
            round()
            v0 ^= word
        }

        @inlinable @inline(__always)
        mutating func finish(rest: UInt64, length: UInt64) -> UInt64 {
            absorb(rest | length << 56)
            v2 ^= 0xff
            round()
            round()
            round()
            return v0 ^ v1 ^ v2 ^ v3
        }

        @inlinable @inline(__always)
        mutating func round() {
            v0 &+= v1
            v1 = rotated(v1, 13) ^ v0
            v0 = rotated(v0, 32)
            v2 &+= v3
            v3 = rotated(v3, 16) ^ v2
            v0 &+= v3
            v3 = rotated(v3, 21) ^ v0
            v2 &+= v1
            v1 = rotated(v1, 17) ^ v2
            v2 = rotated(v2, 32)
        }

        @inlinable @inline(__always)
        func rotated(_ word: UInt64, _ count: UInt64) -> UInt64 {
            word &<< count | word &>> (64 - count)
        }
    }
}
