internal import CCrypto

/// SHA-256 (FIPS 180-4), by libcrypto's low-level calls: the one-shot `SHA256()` fetches the algorithm anew at each
/// call and takes three times as long on the short inputs that blocks are made of.
///
///     var hash = SHA256()
///     hash.update(bytes)
///     let digest = hash.finalize()
public struct SHA256: Sendable {
    private var context = SHA256_CTX()

    public init() {
        SHA256_Init(&context)
    }

    /// Adds `bytes` to what is hashed.
    public mutating func update(_ bytes: RawSpan) {
        bytes.withUnsafeBytes { _ = SHA256_Update(&context, $0.baseAddress, $0.count) }
    }

    /// Adds `bytes` to what is hashed.
    public mutating func update(_ bytes: [UInt8]) {
        update(bytes.span.bytes)
    }

    /// The digest of all that was added.
    public consuming func finalize() -> Digest {
        var digest = Digest()
        digest.withUnsafeMutableBytes { bytes in
            _ = SHA256_Final(bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), &context)
        }
        return digest
    }

    public static func digest(_ bytes: RawSpan) -> Digest {
        var hash = SHA256()
        hash.update(bytes)
        return hash.finalize()
    }

    public static func digest(_ bytes: [UInt8]) -> Digest {
        digest(bytes.span.bytes)
    }
}
