public import Foundation

extension String: PostgresScalar {
    public static var postgresType: PostgresType { .text }
    public static var readableTypes: [PostgresType] { [.text, .varchar, .name, .json, .jsonb] }

    public func write(to bytes: inout [UInt8]) { bytes.append(contentsOf: utf8) }

    /// A `jsonb` begins with the number of its format, 1, before its text.
    public init(binary: RawSpan, type: PostgresType) throws(PostgresValueFault) {
        if type == .jsonb, try binary.bigEndian(0, as: UInt8.self) != 1 {
            throw PostgresValueFault("is jsonb of an unknown format")
        }
        let text = binary.extracting(droppingFirst: type == .jsonb ? 1 : 0)
        guard let string = text.withUnsafeBytes({ String(validating: $0, as: UTF8.self) }) else {
            throw PostgresValueFault("is not valid UTF-8")
        }
        self = string
    }
}

/// The text of a JSON document, sent as `jsonb`.
struct JSONText: PostgresScalar {
    static var postgresType: PostgresType { .jsonb }

    let text: String

    init(_ text: String) { self.text = text }

    init(binary: RawSpan, type: PostgresType) throws(PostgresValueFault) {
        text = try String(binary: binary, type: type)
    }

    func write(to bytes: inout [UInt8]) {
        bytes.append(1)
        text.write(to: &bytes)
    }
}

/// Bytes are `bytea`.
extension [UInt8]: PostgresScalar {
    public static var postgresType: PostgresType { .bytea }

    public func write(to bytes: inout [UInt8]) { bytes.append(contentsOf: self) }

    public init(binary: RawSpan, type: PostgresType) {
        self = binary.withUnsafeBytes { [UInt8]($0) }
    }
}

extension UUID: PostgresScalar {
    public static var postgresType: PostgresType { .uuid }

    public func write(to bytes: inout [UInt8]) {
        withUnsafeBytes(of: uuid) { bytes.append(contentsOf: $0) }
    }

    public init(binary: RawSpan, type: PostgresType) throws(PostgresValueFault) {
        guard binary.byteCount == 16 else { throw PostgresValueFault("has \(binary.byteCount) bytes where 16 belong") }
        self.init(uuid: binary.withUnsafeBytes { $0.loadUnaligned(as: uuid_t.self) })
    }
}
