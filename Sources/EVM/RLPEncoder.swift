/// Recursive Length Prefix, the serialization under every hash of Ethereum (Yellow Paper, appendix B).
///
///     rlp.list { rlp in
///         rlp.append(parent)
///         rlp.append(7)
///     }
struct RLPEncoder {
    private(set) var bytes: [UInt8] = []

    /// Appends a byte string.
    mutating func append(_ string: RawSpan) {
        if string.byteCount != 1 || string.unsafeLoad(fromByteOffset: 0, as: UInt8.self) >= 0x80 {
            appendHeader(0x80, count: string.byteCount)
        }
        string.withUnsafeBytes { bytes.append(contentsOf: $0) }
    }

    /// Appends a number: its bytes without leading zeros.
    mutating func append(_ number: UInt64) {
        switch number {
        case 0: bytes.append(0x80)
        case 1..<0x80: bytes.append(UInt8(number))
        default:
            let count = Self.byteCount(number)
            bytes.append(0x80 + UInt8(count))
            appendNumber(number, count: count)
        }
    }

    /// Appends what is encoded already.
    mutating func append(encoded: RawSpan) {
        encoded.withUnsafeBytes { bytes.append(contentsOf: $0) }
    }

    /// Appends a byte that is part of no item: the type before a transaction's list (EIP-2718).
    mutating func append(type: UInt8) {
        bytes.append(type)
    }

    /// Appends a list of what `content` appends.
    mutating func list<Failure: Error>(_ content: (inout RLPEncoder) throws(Failure) -> Void) throws(Failure) {
        let start = bytes.count
        try content(&self)
        insertHeader(0xC0, at: start)
    }

    /// Appends as one string what `content` appends to the bytes; returns where in `bytes` it lies until a list around
    /// it ends.
    mutating func string<Failure: Error>(
        _ content: (inout [UInt8]) throws(Failure) -> Void
    ) throws(Failure) -> Range<Int> {
        let start = bytes.count
        try content(&bytes)
        let count = bytes.count - start
        if count != 1 || bytes[start] >= 0x80 { insertHeader(0x80, at: start) }
        return bytes.count - count..<bytes.count
    }

    /// Puts before what begins at `start` how long it is.
    private mutating func insertHeader(_ base: UInt8, at start: Int) {
        let end = bytes.count
        appendHeader(base, count: end - start)
        let size = bytes.count - end
        // The header came last: rotate it to the front.
        withUnsafeTemporaryAllocation(byteCount: size, alignment: 1) { header in
            bytes.withUnsafeMutableBytes { bytes in
                header.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[end...]))
                UnsafeMutableRawBufferPointer(rebasing: bytes[(start + size)...])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
                UnsafeMutableRawBufferPointer(rebasing: bytes[start..<start + size])
                    .copyMemory(from: UnsafeRawBufferPointer(header))
            }
        }
    }

    private mutating func appendHeader(_ base: UInt8, count: Int) {
        if count < 56 {
            bytes.append(base + UInt8(count))
        } else {
            let size = Self.byteCount(UInt64(count))
            bytes.append(base + 55 + UInt8(size))
            appendNumber(UInt64(count), count: size)
        }
    }

    private mutating func appendNumber(_ number: UInt64, count: Int) {
        for shift in stride(from: 8 * (count - 1), through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(shift)))
        }
    }

    private static func byteCount(_ number: UInt64) -> Int { (71 - number.leadingZeroBitCount) / 8 }
}
