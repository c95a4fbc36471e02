public import BigInt

/// A share in hundredths of a percent: 190 is 1.9 %.
public struct BasisPoints: Hashable, Comparable, Sendable {
    /// One whole, 100 %.
    public static let whole = BigUInt(10_000)

    public let value: Int32

    public init(_ value: Int32) {
        precondition(value >= 0)
        self.value = value
    }

    /// The share written as a percentage with at most two digits after the point, like `1.9%`; nil for other text.
    public init?(percentage text: some StringProtocol) {
        guard text.hasSuffix("%"), let amount = Amount(text.dropLast(), decimals: 2),
            let value = Int32(exactly: amount.units)
        else { return nil }
        self.value = value
    }

    /// `1.9%`.
    public var percentage: String { Amount(units).text(decimals: 2) + "%" }

    public var units: BigUInt { BigUInt(value) }

    public static func < (left: BasisPoints, right: BasisPoints) -> Bool { left.value < right.value }
}
