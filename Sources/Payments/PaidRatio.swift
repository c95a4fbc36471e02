import BigInt

/// How much of an invoice is paid: the sum over its options of what was credited to what is due, exactly.
struct PaidRatio: Hashable {
    private let numerator: BigUInt
    private let denominator: BigUInt

    /// `credited` and `due` of each option that has credit. Without amounts due, any credit is the whole.
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
        numerator = sum.numerator
        denominator = sum.denominator
    }

    var isZero: Bool { numerator.isZero }

    func isAtLeast(_ share: BigUInt) -> Bool {
        numerator * BasisPoints.whole >= denominator * share
    }

    func isMoreThan(_ share: BigUInt) -> Bool {
        numerator * BasisPoints.whole > denominator * share
    }
}
