internal import CCrypto

/// scrypt (RFC 7914), by libcrypto.
public enum Scrypt {
    /// `length` bytes derived from `password` and `salt`; nil when libcrypto refuses the parameters or has no memory.
    public static func key(
        password: RawSpan, salt: RawSpan, cost: UInt64, blockSize: UInt64, parallelism: UInt64, length: Int
    ) -> [UInt8]? {
        var key = [UInt8](repeating: 0, count: length)
        let isDone = password.withUnsafeBytes { password in
            salt.withUnsafeBytes { salt in
                // An empty span has no address, and libcrypto takes a password without one for no password at all.
                let empty: StaticString = ""
                return EVP_PBE_scrypt(
                    password.baseAddress?.assumingMemoryBound(to: CChar.self)
                        ?? UnsafeRawPointer(empty.utf8Start).assumingMemoryBound(to: CChar.self),
                    password.count,
                    salt.baseAddress?.assumingMemoryBound(to: UInt8.self) ?? empty.utf8Start, salt.count,
                    cost, blockSize, parallelism, 0, &key, key.count)
            }
        }
        return isDone == 1 ? key : nil
    }

    /// Litecoin's proof-of-work hash of a header: N = 1024, r = 1, p = 1, the header as password and as salt.
    public static func proofOfWork(of header: RawSpan) -> SHA256.Digest? {
        key(password: header, salt: header, cost: 1024, blockSize: 1, parallelism: 1, length: 32)
            .flatMap { SHA256.Digest($0.span.bytes) }
    }
}
