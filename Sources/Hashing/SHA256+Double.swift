internal import CCrypto

/// SHA-256 of a SHA-256, the Bitcoin family's hash of transactions, headers and Merkle nodes.
extension SHA256 {
    /// The digest of the digest of all that was added.
    public consuming func finalizeTwice() -> Digest {
        Self.digest(of: finalize())
    }

    public static func doubleDigest(_ bytes: RawSpan) -> Digest {
        let none = bytes.extracting(0..<0)
        return doubleDigest(none, bytes, none)
    }

    public static func doubleDigest(_ bytes: [UInt8]) -> Digest {
        doubleDigest(bytes.span.bytes)
    }

    /// The double digest of three parts, one after the other: a transaction without its witnesses. A short one is put
    /// together with its padding first, so that all its blocks are compressed in one go.
    public static func doubleDigest(_ first: RawSpan, _ second: RawSpan, _ third: RawSpan) -> Digest {
        let count = first.byteCount + second.byteCount + third.byteCount
        guard count <= shortMaximum else {
            var hash = SHA256()
            hash.update(first)
            hash.update(second)
            hash.update(third)
            return hash.finalizeTwice()
        }
        return withUnsafeTemporaryAllocation(byteCount: shortMaximum + 9, alignment: 16) { message in
            var end = 0
            func append(_ part: RawSpan) {
                part.withUnsafeBytes { UnsafeMutableRawBufferPointer(rebasing: message[end...]).copyMemory(from: $0) }
                end += part.byteCount
            }
            append(first)
            append(second)
            append(third)
            message[end] = 0x80
            let length = (end + 9 + 63) / 64 * 64
            for index in end + 1..<length - 8 { message[index] = 0 }
            message.storeBytes(of: UInt64(8 * count).bigEndian, toByteOffset: length - 8, as: UInt64.self)
            var state = initialState
            SHA256_Update(&state, message.baseAddress, length)
            return digest(of: Digest(state))
        }
    }

    /// The longest message that is put together on the stack: with its padding as much as Swift allocates there for
    /// certain. Most transactions have less.
    private static let shortMaximum = 1_024 - 9

    /// The digest of 32 bytes: one block, padding included.
    private static func digest(of digest: Digest) -> Digest {
        let words = digest.littleEndianWords
        var block = (
            words.0.littleEndian, words.1.littleEndian, words.2.littleEndian, words.3.littleEndian,
            UInt64(0x80).littleEndian, UInt64(0), UInt64(0), UInt64(32 * 8).bigEndian
        )
        var state = initialState
        Swift.withUnsafeBytes(of: &block) { compress($0.baseAddress, into: &state) }
        return Digest(state)
    }

    /// FIPS 180-4 §5.3.3.
    private static var initialState: SHA256_CTX {
        var state = SHA256_CTX()
        state.h = (
            0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19
        )
        return state
    }

    private static func compress(_ block: UnsafeRawPointer?, into state: inout SHA256_CTX) {
        SHA256_Transform(&state, block?.assumingMemoryBound(to: UInt8.self))
    }
}

extension SHA256.Digest {
    fileprivate init(_ state: SHA256_CTX) {
        self.init()
        withUnsafeMutableBytes { bytes in
            let h = state.h
            bytes.storeBytes(
                of: (
                    h.0.bigEndian, h.1.bigEndian, h.2.bigEndian, h.3.bigEndian,
                    h.4.bigEndian, h.5.bigEndian, h.6.bigEndian, h.7.bigEndian
                ), as: (UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32).self)
        }
    }
}
