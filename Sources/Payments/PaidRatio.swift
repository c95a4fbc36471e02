public import BigInt

/// How much of an invoice is paid: the sum over its options of what was credited to what is due, exactly.
public struct PaidRatio: Hashable, Sendable {
    public let numerator: BigUInt
    public let denominator: BigUInt

    /// In lowest terms; nil for a denominator of zero.
    public init?(numerator: BigUInt, denominator: BigUInt) {
        guard !denominator.isZero else { return nil }
        let divisor = numerator.greatestCommonDivisor(with: denominator)
        self.numerator = numerator / divisor
        self.denominator = denominator / divisor
    }

    /// `credited` and `due` of each option. Without amounts due, any credit is the whole.
    init(_ shares: [(credited: Amount, due: Amount?)]) {
        var sum = (numerator: BigUInt(0), denominator: BigUInt(1))
        for share in shares where !share.credited.isZero {
            guard let due = share.due else {
                sum = (1, 1)
                break
            }
            sum = (
                sum.numerator * due.units + share.credited.units * sum.denominator, sum.denominator * due.units
            )
        }
        let divisor = sum.numerator.greatestCommonDivisor(with: sum.denominator)
        numerator = sum.numerator / divisor
        denominator = sum.denominator / divisor
    }

    var isZero: Bool { numerator.isZero }

    func isAtLeast(_ share: BigUInt) -> Bool {
        numerator * BasisPoints.whole >= denominator * share
    }

    func isMoreThan(_ share: BigUInt) -> Bool {
        numerator * BasisPoints.whole > denominator * share
    }
}

extension PaidRatio: Comparable {
    public static func < (left: PaidRatio, right: PaidRatio) -> Bool {
        left.numerator * right.denominator < right.numerator * left.denominator
    }
}
