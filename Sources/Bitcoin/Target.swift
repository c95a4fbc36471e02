internal import Chain
internal import Hashing

/// The number that a header's proof-of-work hash may not exceed.
struct Target: Hashable, Sendable {
    let value: UInt256

    /// The target that a header's `bits` stand for: a sign-free 23-bit mantissa times 256^(exponent − 3). Nil unless
    /// `bits` is the one way to write that number (Bitcoin Core `arith_uint256::SetCompact` and `GetCompact`): no
    /// difficulty rule ever yields another.
    init?(bits: UInt32) {
        let mantissa = UInt128(bits & 0x00ff_ffff)
        let exponent = Int(bits >> 24)
        guard (0x8000...0x7f_ffff).contains(mantissa), (3...32).contains(exponent) else { return nil }
        value = UInt256(high: 0, low: mantissa).shifted(left: 8 * (exponent - 3))
    }

    /// Whether `hash`, read as a little-endian number, is small enough.
    func isMet(by hash: SHA256.Digest) -> Bool {
        let words = hash.littleEndianWords
        let number = UInt256(
            high: UInt128(words.3) << 64 | UInt128(words.2), low: UInt128(words.1) << 64 | UInt128(words.0))
        return !(value < number)
    }

    /// The number of hashes that meeting the target takes on average, 2^256 / (target + 1), as Bitcoin Core's
    /// `GetBlockProof` has it; the largest number where that does not fit.
    var work: UInt128 {
        // 2^256 does not fit, but 2^256 / (t + 1) = (2^256 − t − 1) / (t + 1) + 1, and 2^256 − t − 1 = ~t.
        let (low, carry) = value.low.addingReportingOverflow(1)
        let divisor = UInt256(high: value.high + (carry ? 1 : 0), low: low)
        guard divisor.high > 0 else { return .max }
        var rest = UInt256(high: ~value.high, low: ~value.low)
        var quotient: UInt128 = 0
        for shift in stride(from: divisor.high.leadingZeroBitCount, through: 0, by: -1) {
            let part = divisor.shifted(left: shift)
            quotient <<= 1
            if !(rest < part) {
                rest = rest.subtracting(part)
                quotient |= 1
            }
        }
        return quotient + 1
    }
}

extension Target: Comparable {
    static func < (left: Target, right: Target) -> Bool { left.value < right.value }
}

extension UInt256 {
    fileprivate static func < (left: UInt256, right: UInt256) -> Bool {
        left.high == right.high ? left.low < right.low : left.high < right.high
    }

    fileprivate func shifted(left count: Int) -> UInt256 {
        // Swift's smart shifts give 0 for more than 127 and shift right for less than 0.
        UInt256(high: high << count | low << (count - 128) | low >> (128 - count), low: low << count)
    }

    fileprivate func subtracting(_ other: UInt256) -> UInt256 {
        let (difference, borrow) = low.subtractingReportingOverflow(other.low)
        return UInt256(high: high - other.high - (borrow ? 1 : 0), low: difference)
    }
}
