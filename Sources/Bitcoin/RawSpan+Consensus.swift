internal import Hashing

/// Reading the consensus encoding in place. Each call moves `offset` past what it read and throws rather than read
/// beyond the end.
extension RawSpan {
    func readUInt8(_ offset: inout Int) throws(DecodeError) -> UInt8 {
        try read(&offset, as: UInt8.self)
    }

    func readUInt32(_ offset: inout Int) throws(DecodeError) -> UInt32 {
        UInt32(littleEndian: try read(&offset, as: UInt32.self))
    }

    func readUInt64(_ offset: inout Int) throws(DecodeError) -> UInt64 {
        UInt64(littleEndian: try read(&offset, as: UInt64.self))
    }

    /// A CompactSize, which must be written in its shortest form.
    func readCompactSize(_ offset: inout Int) throws(DecodeError) -> UInt64 {
        let start = offset
        let value: UInt64
        let least: UInt64
        switch try readUInt8(&offset) {
        case 0xfd:
            value = UInt64(UInt16(littleEndian: try read(&offset, as: UInt16.self)))
            least = 0xfd
        case 0xfe:
            value = UInt64(try readUInt32(&offset))
            least = 0x1_0000
        case 0xff:
            value = try readUInt64(&offset)
            least = 0x1_0000_0000
        case let byte:
            return UInt64(byte)
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
        guard count <= UInt64((byteCount - offset) / size) else {
            throw DecodeError(.malformed, "the \(count) items announced at byte \(start) do not fit into what follows")
        }
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

    func skip(_ count: Int, _ offset: inout Int) throws(DecodeError) {
        guard count <= byteCount - offset else { throw Self.isTooShort(at: offset) }
        offset += count
    }

    /// 32 bytes that are known to be there.
    func digest(_ offset: inout Int) -> SHA256.Digest {
        defer { offset += 32 }
        return SHA256.Digest(extracting(offset..<offset + 32))!
    }

    private func read<T: BitwiseCopyable>(_ offset: inout Int, as type: T.Type) throws(DecodeError) -> T {
        guard MemoryLayout<T>.size <= byteCount - offset else { throw Self.isTooShort(at: offset) }
        defer { offset += MemoryLayout<T>.size }
        return unsafeLoadUnaligned(fromByteOffset: offset, as: type)
    }

    private static func isTooShort(at offset: Int) -> DecodeError {
        DecodeError(.malformed, "the bytes end in the middle of what begins at byte \(offset)")
    }
}
