internal import Chain

extension Outpoint {
    /// The outpoint whose 36 bytes begin at `position`.
    init(at position: Int, in bytes: RawSpan) {
        var offset = position
        let transaction = Hash256(littleEndian: bytes.digest(&offset))
        let index = UInt32(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
        self.init(transaction: transaction, index: index)
    }
}
