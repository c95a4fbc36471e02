public import BigInt
public import Chain

/// A number of base units: never negative, never rounded, as large as it needs to be.
public struct Amount: Hashable, Sendable {
    public let units: BigUInt

    public init(_ units: BigUInt) {
        self.units = units
    }

    public init(_ amount: UInt256) {
        units = BigUInt(amount.high) << 128 | BigUInt(amount.low)
    }

    /// The amount written as a decimal integer of base units, as the database stores it; nil for any other text.
    public init?(base text: some StringProtocol) {
        guard !text.isEmpty, text.utf8.count <= 100, text.utf8.allSatisfy(Self.isDigit),
            let units = BigUInt(text, radix: 10)
        else { return nil }
        self.units = units
    }

    /// The amount written in whole coins, like `1.25`; nil when it is not a plain decimal number or has more than
    /// `decimals` digits after the point (zeros at its end aside).
    public init?(_ text: some StringProtocol, decimals: Int) {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, !whole.isEmpty, whole.utf8.count <= 80, whole.utf8.allSatisfy(Self.isDigit)
        else {
            return nil
        }
        var fraction = parts.count == 2 ? String(parts[1]) : ""
        guard parts.count == 1 || !fraction.isEmpty, fraction.utf8.count <= 80, fraction.utf8.allSatisfy(Self.isDigit)
        else { return nil }
        while fraction.hasSuffix("0") { fraction.removeLast() }
        guard fraction.count <= decimals else { return nil }
        let digits = whole + fraction + String(repeating: "0", count: decimals - fraction.count)
        guard let units = BigUInt(digits, radix: 10) else { return nil }
        self.units = units
    }

    public static let zero = Amount(BigUInt(0))

    public var isZero: Bool { units.isZero }

    /// The amount in whole coins without needless zeros: `1.25` for 125,000,000 at 8 decimals.
    public func text(decimals: Int) -> String {
        let digits = units.description
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        var fraction = padded.suffix(decimals)
        while fraction.hasSuffix("0") { fraction.removeLast() }
        let whole = padded.dropLast(decimals)
        return fraction.isEmpty ? String(whole) : "\(whole).\(fraction)"
    }

    private static func isDigit(_ character: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(character)
    }
}

extension Amount: CustomStringConvertible {
    /// Base units as a decimal integer.
    public var description: String { units.description }
}

extension Amount: Comparable {
    public static func < (left: Amount, right: Amount) -> Bool { left.units < right.units }
}

extension Amount {
    public static func + (left: Amount, right: Amount) -> Amount { Amount(left.units + right.units) }

    public static func += (left: inout Amount, right: Amount) { left = left + right }

    /// What is left, and nothing when more is taken than there is.
    public func reduced(by other: Amount) -> Amount {
        self > other ? Amount(units - other.units) : .zero
    }
}

extension UInt256 {
    /// The amount as a chain carries it; nil above 256 bits.
    public init?(_ amount: Amount) {
        let (high, low) = amount.units.quotientAndRemainder(dividingBy: BigUInt(1) << 128)
        guard let high = UInt128(exactly: high) else { return nil }
        self.init(high: high, low: UInt128(low))
    }
}
