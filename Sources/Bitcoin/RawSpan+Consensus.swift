internal import Chain
internal import Hashing

/// Reading the consensus encoding in place. Each call moves `offset` past what it read and throws rather than read
/// beyond the end. What is short and read for every input and output is inlined.
extension RawSpan {
    @inline(__always)
    func readUInt8(_ offset: inout Int) throws(DecodeError) -> UInt8 {
        try read(&offset, as: UInt8.self)
    }

    @inline(__always)
    func readUInt32(_ offset: inout Int) throws(DecodeError) -> UInt32 {
        UInt32(littleEndian: try read(&offset, as: UInt32.self))
    }

    @inline(__always)
    func readUInt64(_ offset: inout Int) throws(DecodeError) -> UInt64 {
        UInt64(littleEndian: try read(&offset, as: UInt64.self))
    }

    /// A CompactSize, which must be written in its shortest form.
    @inline(__always)
    func readCompactSize(_ offset: inout Int) throws(DecodeError) -> UInt64 {
        let byte = try readUInt8(&offset)
        return byte < 0xfd ? UInt64(byte) : try readLongCompactSize(byte, &offset)
    }

    /// One whose first byte, which was read, tells how many follow.
    @inline(never)
    private func readLongCompactSize(_ first: UInt8, _ offset: inout Int) throws(DecodeError) -> UInt64 {
        let start = offset - 1
        let value: UInt64
        let least: UInt64
        switch first {
        case 0xfd:
            value = UInt64(UInt16(littleEndian: try read(&offset, as: UInt16.self)))
            least = 0xfd
        case 0xfe:
            value = UInt64(try readUInt32(&offset))
            least = 0x1_0000
        default:
            value = try readUInt64(&offset)
            least = 0x1_0000_0000
        }
        guard value >= least else {
            throw DecodeError(.malformed, "the length at byte \(start) is not in its shortest form")
        }
        return value
    }

    /// The number of items that follow, none of which can be shorter than `size` bytes.
    @inline(__always)  // so that the division is by a constant
    func readCount(_ offset: inout Int, ofAtLeast size: Int) throws(DecodeError) -> Int {
        let start = offset
        let count = try readCompactSize(&offset)
        guard count <= UInt64((byteCount - offset) / size) else { throw Self.doesNotFit(count, at: start) }
        return Int(count)
    }

    /// The range of a byte string that is preceded by its length.
    @inline(__always)
    func readBytes(_ offset: inout Int) throws(DecodeError) -> Range<Int> {
        let count = try readCount(&offset, ofAtLeast: 1)
        let start = offset
        offset += count
        return start..<offset
    }

    @inline(__always)
    func skip(_ count: Int, _ offset: inout Int) throws(DecodeError) {
        guard count <= byteCount - offset else { throw Self.isTooShort(at: offset) }
        offset += count
    }

    /// 32 bytes that are known to be there.
    func digest(_ offset: inout Int) -> SHA256.Digest {
        defer { offset += 32 }
        return SHA256.Digest(extracting(offset..<offset + 32))!
    }

    @inline(__always)
    private func read<T: BitwiseCopyable>(_ offset: inout Int, as type: T.Type) throws(DecodeError) -> T {
        guard MemoryLayout<T>.size <= byteCount - offset else { throw Self.isTooShort(at: offset) }
        defer { offset += MemoryLayout<T>.size }
        return unsafeLoadUnaligned(fromByteOffset: offset, as: type)
    }

    @inline(never)
    private static func doesNotFit(_ count: UInt64, at start: Int) -> DecodeError {
        DecodeError(.malformed, "the \(count) items announced at byte \(start) do not fit into what follows")
    }

    @inline(never)
    private static func isTooShort(at offset: Int) -> DecodeError {
        DecodeError(.malformed, "the bytes end in the middle of what begins at byte \(offset)")
    }
}
