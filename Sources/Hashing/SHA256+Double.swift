internal import CCrypto

/// SHA-256 of a SHA-256, the Bitcoin family's hash of transactions, headers and Merkle nodes.
extension SHA256 {
    /// The digest of the digest of all that was added.
    public consuming func finalizeTwice() -> Digest {
        Self.digest(of: finalize())
    }

    public static func doubleDigest(_ bytes: RawSpan) -> Digest {
        digest(of: digest(bytes))
    }

    public static func doubleDigest(_ bytes: [UInt8]) -> Digest {
        doubleDigest(bytes.span.bytes)
    }

    /// The double digest of exactly 64 bytes, a pair of Merkle nodes. The compression function is applied to the blocks
    /// directly, without the buffering that the general calls need.
    public static func doubleDigest(ofPair pair: RawSpan) -> Digest {
        precondition(pair.byteCount == 64)
        var state = initialState
        pair.withUnsafeBytes { compress($0.baseAddress, into: &state) }
        var padding = paddingOf64Bytes
        Swift.withUnsafeBytes(of: &padding) { compress($0.baseAddress, into: &state) }
        return digest(of: Digest(state))
    }

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

    private static let paddingOf64Bytes = (
        UInt64(0x80).littleEndian, UInt64(0), UInt64(0), UInt64(0), UInt64(0), UInt64(0), UInt64(0),
        UInt64(64 * 8).bigEndian
    )

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
