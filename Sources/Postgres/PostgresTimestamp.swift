/// A moment in microseconds since 1970-01-01 00:00 UTC, as `timestamptz` keeps it.
///
/// An integer, since a `Date` can't hold every microsecond. The server's `infinity` is refused when read: nothing here
/// could mean it.
public struct PostgresTimestamp: Hashable, Sendable, Comparable {
    public var microseconds: Int64

    public init(microseconds: Int64) { self.microseconds = microseconds }

    /// The moment this many whole seconds after 1970; the nearest there is when that overflows.
    public init(seconds: Int64) {
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        microseconds = overflow ? (seconds < 0 ? .min : .max) : product
    }

    /// Whole seconds since 1970, rounded down.
    public var seconds: Int64 {
        let (quotient, remainder) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        return remainder < 0 ? quotient - 1 : quotient
    }

    public static func < (one: Self, other: Self) -> Bool { one.microseconds < other.microseconds }
}

extension PostgresTimestamp: PostgresScalar {
    public static var postgresType: PostgresType { .timestamptz }

    /// 2000-01-01, from where the server counts.
    private static let serverEpoch: Int64 = 946_684_800_000_000

    /// A moment the server's count can't hold is sent as one outside its calendar, which it refuses with 22008.
    public func write(to bytes: inout [UInt8]) {
        let (count, overflow) = microseconds.subtractingReportingOverflow(Self.serverEpoch)
        bytes.append(bigEndian: overflow ? Int64.min + 1 : count)
    }

    public init(binary: RawSpan, type: PostgresType) throws(PostgresValueFault) {
        let count = try binary.bigEndian(0, as: Int64.self, of: 8)
        guard count != .max, count != .min else {
            throw PostgresValueFault("is \(count < 0 ? "-infinity" : "infinity"), which is not a moment in time")
        }
        let (moment, overflow) = count.addingReportingOverflow(Self.serverEpoch)
        if overflow { throw PostgresValueFault("is too late to be counted in microseconds") }
        microseconds = moment
    }
}
