/// A data type of the server, by its object id.
///
/// The numbers of the built-in types never change (`src/include/catalog/pg_type.dat`); a domain is reported as the type
/// it is made from.
public struct PostgresType: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let bool = Self(rawValue: 16)
    public static let bytea = Self(rawValue: 17)
    public static let name = Self(rawValue: 19)
    public static let int8 = Self(rawValue: 20)
    public static let int2 = Self(rawValue: 21)
    public static let int4 = Self(rawValue: 23)
    public static let text = Self(rawValue: 25)
    public static let json = Self(rawValue: 114)
    public static let varchar = Self(rawValue: 1043)
    public static let timestamptz = Self(rawValue: 1184)
    public static let numeric = Self(rawValue: 1700)
    public static let uuid = Self(rawValue: 2950)
    public static let jsonb = Self(rawValue: 3802)

    /// The types this module reads and writes, each with its one-dimensional array.
    private static let known: [(type: Self, array: Self, name: String)] = [
        (.bool, Self(rawValue: 1000), "bool"), (.bytea, Self(rawValue: 1001), "bytea"),
        (.name, Self(rawValue: 1003), "name"), (.int8, Self(rawValue: 1016), "int8"),
        (.int2, Self(rawValue: 1005), "int2"), (.int4, Self(rawValue: 1007), "int4"),
        (.text, Self(rawValue: 1009), "text"), (.json, Self(rawValue: 199), "json"),
        (.varchar, Self(rawValue: 1015), "varchar"), (.timestamptz, Self(rawValue: 1185), "timestamptz"),
        (.numeric, Self(rawValue: 1231), "numeric"), (.uuid, Self(rawValue: 2951), "uuid"),
        (.jsonb, Self(rawValue: 3807), "jsonb"),
    ]

    /// The type of an array of these; nil for a type this module has no array of.
    var array: Self? { Self.known.first { $0.type == self }?.array }

    /// The type of this array's elements; nil for a type that is not an array this module knows.
    var element: Self? { Self.known.first { $0.array == self }?.type }
}

extension PostgresType: CustomStringConvertible {
    /// The type's name as SQL has it, `int8[]` say, or its number.
    public var description: String {
        if let known = Self.known.first(where: { $0.type == self }) { return known.name }
        if let known = Self.known.first(where: { $0.array == self }) { return known.name + "[]" }
        return "type \(rawValue)"
    }
}
