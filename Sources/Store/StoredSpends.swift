import Chain

/// What a transaction spends, as the database keeps it: 36 bytes an outpoint, hash and index, most significant first.
enum StoredSpends {
    static let size = 36

    static func bytes(_ spends: [Outpoint]) -> [UInt8] {
        spends.flatMap { outpoint in
            outpoint.transaction.bytes
                + stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: outpoint.index >> $0) }
        }
    }

    /// Nil when the bytes are not of this form.
    static func outpoints(_ bytes: [UInt8]) -> [Outpoint]? {
        guard bytes.count % size == 0 else { return nil }
        return stride(from: 0, to: bytes.count, by: size).compactMap { start in
            Hash256(bytes[start..<start + 32]).map { hash in
                Outpoint(
                    transaction: hash,
                    index: bytes[start + 32..<start + size].reduce(0) { $0 << 8 | UInt32($1) })
            }
        }
    }
}
