import BigInt
import Chain
import Payments
import Testing

@Suite("Amounts are exact integers of base units")
struct AmountTests {
    @Test(
        "A decimal text becomes base units and back",
        arguments: [
            ("1.25", 8, "125000000", "1.25"), ("0.00000001", 8, "1", "0.00000001"), ("1", 8, "100000000", "1"),
            ("1.10", 8, "110000000", "1.1"), ("0", 8, "0", "0"), ("7", 0, "7", "7"), ("7.000", 0, "7", "7"),
            ("123456789.123456789012345678", 18, "123456789123456789012345678", "123456789.123456789012345678"),
        ])
    func decimalText(text: String, decimals: Int, base: String, printed: String) throws {
        let amount = try #require(Amount(text, decimals: decimals))
        #expect(amount.description == base)
        #expect(amount.text(decimals: decimals) == printed)
    }

    // Pitfall 22: negative wrap, scientific notation, truncation.
    @Test(
        "What is not a plain decimal number is refused",
        arguments: [
            "", ".", "1.", ".5", "-1", "+1", "1e8", "1E-8", " 1", "1 ", "0x10", "١", "1,5", "1.2.3", "NaN",
            "1.123456789",
        ])
    func refused(text: String) {
        #expect(Amount(text, decimals: 8) == nil)
    }

    @Test("The largest 256-bit amount survives")
    func widest() {
        let amount = Amount(UInt256(high: .max, low: .max))
        #expect(amount.units == BigUInt(2).power(256) - 1)
        #expect(Amount(base: amount.description) == amount)
    }

    @Test("A text of more digits than any amount has is refused, however plain")
    func longTexts() {
        func nines(_ count: Int) -> String { String(repeating: "9", count: count) }
        #expect(Amount(base: nines(100))?.units == BigUInt(10).power(100) - 1)
        #expect(Amount(base: nines(101)) == nil)
        #expect(Amount(nines(80), decimals: 0)?.units == BigUInt(10).power(80) - 1)
        #expect(Amount(nines(81), decimals: 0) == nil)
        #expect(Amount("0." + nines(80), decimals: 80)?.units == BigUInt(10).power(80) - 1)
        #expect(Amount("0." + nines(81), decimals: 81) == nil)
    }

    @Test(
        "What is not an integer of base units is refused as well",
        arguments: ["", "-1", "+1", " 1", "1.0", "1e8", "0x10", "٧", "a"])
    func refusedBase(text: String) {
        #expect(Amount(base: text) == nil)
    }

    @Test("An amount of 256 bits is the chain's number again, and a larger one is none")
    func chainAmount() {
        for number in [
            UInt256(0), UInt256(7), UInt256(high: 0, low: .max), UInt256(high: 1, low: 0), UInt256(high: 5, low: 9),
            UInt256(high: .max, low: .max),
        ] {
            #expect(UInt256(Amount(number)) == number)
        }
        #expect(UInt256(Amount(BigUInt(2).power(128))) == UInt256(high: 1, low: 0))
        #expect(UInt256(Amount(BigUInt(2).power(256))) == nil)
    }

    @Test("More taken away than there is leaves nothing")
    func reduced() {
        let seven = Amount(BigUInt(7))
        #expect(seven.reduced(by: Amount(BigUInt(3))) == Amount(BigUInt(4)))
        #expect(seven.reduced(by: seven) == .zero && seven.reduced(by: Amount(BigUInt(8))) == .zero)
    }

    @Test("A ratio is in lowest terms, and there is none to nothing")
    func ratios() throws {
        let ratio = try #require(PaidRatio(numerator: 6, denominator: 4))
        #expect((ratio.numerator, ratio.denominator) == (3, 2))
        #expect(PaidRatio(numerator: 0, denominator: 9) == PaidRatio(numerator: 0, denominator: 1))
        let (half, more, most) = (
            try #require(PaidRatio(numerator: 1, denominator: 2)),
            try #require(PaidRatio(numerator: 2, denominator: 3)),
            try #require(PaidRatio(numerator: 3, denominator: 4))
        )
        #expect(half < more && more < most && half < most)
        #expect(!(half < half) && !(more < half) && !(most < more))
        #expect(PaidRatio(numerator: 1, denominator: 0) == nil && PaidRatio(numerator: 0, denominator: 0) == nil)
    }

    @Test("Shares are in the order of their values")
    func shareOrder() {
        let (less, more) = (BasisPoints(199), BasisPoints(200))
        #expect(less < more && !(more < less) && !(less < BasisPoints(199)))
    }

    @Test("Every small amount prints and parses to itself, at every number of decimals")
    func roundTrips() throws {
        for decimals in 0...4 {
            for units in 0...2_000 {
                let amount = Amount(BigUInt(units))
                #expect(Amount(amount.text(decimals: decimals), decimals: decimals) == amount)
            }
        }
    }

    @Test("Percentages have two digits at most", arguments: [("1.9%", 190), ("0%", 0), ("98%", 9800), ("0.01%", 1)])
    func percentages(text: String, value: Int32) throws {
        let share = try #require(BasisPoints(percentage: text))
        #expect(share.value == value)
        #expect(share.percentage == text)
    }

    @Test("Other percentages are refused", arguments: ["1.9", "%", "1.999%", "-1%", "1e2%", "99999999999%"])
    func badPercentages(text: String) {
        #expect(BasisPoints(percentage: text) == nil)
    }
}
