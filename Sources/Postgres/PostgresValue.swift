public import Foundation

/// One parameter of a statement, already in the server's binary format, with its type.
///
/// A NULL has a type too: `.text(nil)`. Numerics travel as text and are cast in the statement: `$1::numeric`,
/// `$2::text[]::numeric[]`. A description tells type and size, never the value.
public struct PostgresValue: Sendable {
    public let type: PostgresType

    /// The value's bytes; nil is NULL.
    let bytes: [UInt8]?

    /// The value of any scalar type; nil is NULL.
    public init<Scalar: PostgresScalar>(_ scalar: Scalar?) {
        type = Scalar.postgresType
        bytes = scalar.map { scalar in
            var bytes: [UInt8] = []
            scalar.write(to: &bytes)
            return bytes
        }
    }

    /// The one-dimensional array of these values.
    public init<Scalar: PostgresScalar>(array: [Scalar]) {
        self.init(count: array.count, hasNull: false, of: Scalar.self) { array[$0] }
    }

    /// The one-dimensional array of these values, nil being NULL.
    public init<Scalar: PostgresScalar>(array: [Scalar?]) {
        self.init(count: array.count, hasNull: array.contains { $0 == nil }, of: Scalar.self) { array[$0] }
    }

    /// Format: `array_recv` in the server's `arrayfuncs.c`: dimensions, flag for NULLs, element type, then per dimension
    /// its length and lower bound, then each element as length (−1 for NULL) and bytes. An empty array has no dimension.
    private init<Scalar: PostgresScalar>(
        count: Int, hasNull: Bool, of scalar: Scalar.Type, element: (Int) -> Scalar?
    ) {
        type = Scalar.postgresType.array ?? PostgresType(rawValue: 0)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(20 + count * 12)
        bytes.append(bigEndian: Int32(count == 0 ? 0 : 1))
        bytes.append(bigEndian: Int32(hasNull ? 1 : 0))
        bytes.append(bigEndian: Scalar.postgresType.rawValue)
        if count > 0 {
            bytes.append(bigEndian: Int32(clamping: count))
            bytes.append(bigEndian: Int32(1))
        }
        for index in 0..<count {
            let start = bytes.count
            bytes.append(bigEndian: Int32(-1))
            guard let value = element(index) else { continue }
            value.write(to: &bytes)
            // A length that is clamped is past the limit on a statement's parameters, which is checked before sending.
            bytes.replace(at: start, bigEndian: Int32(clamping: bytes.count - start - 4))
        }
        self.bytes = bytes
    }
}

extension PostgresValue {
    public static func bool(_ value: Bool?) -> Self { Self(value) }
    public static func int4(_ value: Int32?) -> Self { Self(value) }
    public static func int8(_ value: Int64?) -> Self { Self(value) }
    public static func text(_ value: String?) -> Self { Self(value) }
    public static func bytea(_ value: [UInt8]?) -> Self { Self(value) }
    public static func uuid(_ value: UUID?) -> Self { Self(value) }
    public static func timestamptz(_ value: PostgresTimestamp?) -> Self { Self(value) }
    /// The text of a JSON document.
    public static func jsonb(_ text: String?) -> Self { Self(text.map(JSONText.init)) }

    public static func boolArray(_ values: [Bool]) -> Self { Self(array: values) }
    public static func boolArray(_ values: [Bool?]) -> Self { Self(array: values) }
    public static func int4Array(_ values: [Int32]) -> Self { Self(array: values) }
    public static func int4Array(_ values: [Int32?]) -> Self { Self(array: values) }
    public static func int8Array(_ values: [Int64]) -> Self { Self(array: values) }
    public static func int8Array(_ values: [Int64?]) -> Self { Self(array: values) }
    public static func textArray(_ values: [String]) -> Self { Self(array: values) }
    public static func textArray(_ values: [String?]) -> Self { Self(array: values) }
    public static func byteaArray(_ values: [[UInt8]]) -> Self { Self(array: values) }
    public static func byteaArray(_ values: [[UInt8]?]) -> Self { Self(array: values) }
    public static func uuidArray(_ values: [UUID]) -> Self { Self(array: values) }
    public static func uuidArray(_ values: [UUID?]) -> Self { Self(array: values) }
    public static func timestamptzArray(_ values: [PostgresTimestamp]) -> Self { Self(array: values) }
    public static func timestamptzArray(_ values: [PostgresTimestamp?]) -> Self { Self(array: values) }
    public static func jsonbArray(_ texts: [String]) -> Self { Self(array: texts.map(JSONText.init)) }
    public static func jsonbArray(_ texts: [String?]) -> Self { Self(array: texts.map { $0.map(JSONText.init) }) }
}

extension PostgresValue: CustomStringConvertible, CustomReflectable {
    public var description: String { bytes.map { "\(type) of \($0.count) bytes" } ?? "\(type) NULL" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
