/// A Swift type that travels to and from the server in the binary format of one SQL type, alone or in an array.
public protocol PostgresScalar: Sendable {
    /// The type its values are sent as.
    static var postgresType: PostgresType { get }

    /// The types its values are read from.
    static var readableTypes: [PostgresType] { get }

    /// Appends the value in the server's binary format.
    func write(to bytes: inout [UInt8])

    /// Reads a value that the server sent as `type`, one of `readableTypes`.
    init(binary: RawSpan, type: PostgresType) throws(PostgresValueFault)
}

extension PostgresScalar {
    public static var readableTypes: [PostgresType] { [postgresType] }
}

/// Why a value could not be read; a row adds the column's name.
public struct PostgresValueFault: Error, Hashable {
    public let reason: String

    public init(_ reason: String) { self.reason = reason }
}

extension Bool: PostgresScalar {
    public static var postgresType: PostgresType { .bool }

    public func write(to bytes: inout [UInt8]) { bytes.append(self ? 1 : 0) }

    public init(binary: RawSpan, type: PostgresType) throws(PostgresValueFault) {
        self = try binary.bigEndian(0, as: UInt8.self, of: 1) != 0
    }
}

extension Int32: PostgresScalar {
    public static var postgresType: PostgresType { .int4 }
    public static var readableTypes: [PostgresType] { [.int4, .int2] }

    public func write(to bytes: inout [UInt8]) { bytes.append(bigEndian: self) }

    public init(binary: RawSpan, type: PostgresType) throws(PostgresValueFault) {
        self =
            switch type {
            case .int2: Int32(try binary.bigEndian(0, as: Int16.self, of: 2))
            default: try binary.bigEndian(0, as: Int32.self, of: 4)
            }
    }
}

extension Int64: PostgresScalar {
    public static var postgresType: PostgresType { .int8 }
    public static var readableTypes: [PostgresType] { [.int8, .int4, .int2] }

    public func write(to bytes: inout [UInt8]) { bytes.append(bigEndian: self) }

    public init(binary: RawSpan, type: PostgresType) throws(PostgresValueFault) {
        self =
            switch type {
            case .int8: try binary.bigEndian(0, as: Int64.self, of: 8)
            default: Int64(try Int32(binary: binary, type: type))
            }
    }
}

extension Int: PostgresScalar {
    public static var postgresType: PostgresType { .int8 }
    public static var readableTypes: [PostgresType] { Int64.readableTypes }

    public func write(to bytes: inout [UInt8]) { bytes.append(bigEndian: Int64(self)) }

    public init(binary: RawSpan, type: PostgresType) throws(PostgresValueFault) {
        self = Int(try Int64(binary: binary, type: type))
    }
}

extension RawSpan {
    /// The integer at an offset, most significant byte first; a value of another length is a fault.
    func bigEndian<Word: FixedWidthInteger>(
        _ offset: Int, as type: Word.Type, of length: Int? = nil
    ) throws(PostgresValueFault) -> Word {
        guard length == nil || length == byteCount, offset >= 0, byteCount - offset >= MemoryLayout<Word>.size else {
            throw PostgresValueFault("has \(byteCount) bytes where \(MemoryLayout<Word>.size) belong")
        }
        return Word(bigEndian: withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: Word.self) })
    }
}

extension [UInt8] {
    /// Appends the integer, most significant byte first.
    mutating func append(bigEndian word: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: word.bigEndian) { append(contentsOf: $0) }
    }

    /// Puts the integer, most significant byte first, over the four bytes at an offset.
    mutating func replace(at offset: Int, bigEndian word: Int32) {
        for place in 0..<4 { self[offset + place] = UInt8(truncatingIfNeeded: word >> (24 - 8 * place)) }
    }
}
