import BigInt
import Payments
import Testing

@Suite("Fees")
struct FeeTermsTests {
    @Test("The base is what is left after the transfer fee: the worked example of the payment product")
    func example() {
        // 102 USDT with 1.4 transfer fee and 0.8 %: 0.8048 service fee, net 99.7952 (6 decimals).
        let terms = FeeTerms(transferFee: Amount(BigUInt(1_400_000)), serviceFee: BasisPoints(80))
        #expect(terms.fee(on: Amount(BigUInt(102_000_000))) == Amount(BigUInt(1_400_000 + 804_800)))
    }

    @Test("A fee rounds up to the base unit and never down, for every small gross and rate")
    func rounding() {
        for bps in [0, 1, 99, 190, 5_000, 9_999] as [Int32] {
            for transfer in [0, 3] as [UInt] {
                let terms = FeeTerms(transferFee: Amount(BigUInt(transfer)), serviceFee: BasisPoints(bps))
                for gross in 1...300 as ClosedRange<UInt> {
                    let base = gross > transfer ? gross - transfer : 0
                    let exact = Double(base) * Double(bps) / 10_000
                    #expect(
                        terms.fee(on: Amount(BigUInt(gross))).units == BigUInt(transfer)
                            + BigUInt(UInt(exact.rounded(.up))))
                }
            }
        }
    }

    @Test(
        "What is due where the payer bears fees is the least of which the merchant gets what he asked for",
        arguments: [
            // 10,000 and 2 % of the gross: of 10,204 the fee is 204.08, rounded up to 205; of 10,205 it is 204.1.
            (10_000, 200, 7, true, false, 10_205), (10_000, 200, 7, false, true, 10_007),
            (10_000, 200, 7, true, true, 10_212), (10_000, 200, 7, false, false, 10_000),
            // 9,800 is what 2 % leaves of 10,000 exactly.
            (9_800, 200, 7, true, false, 10_000), (9_801, 200, 7, true, false, 10_002),
            (1, 9_999, 0, true, false, 10_000), (5, 0, 3, true, true, 8),
        ] as [(UInt, Int32, UInt, Bool, Bool, UInt)])
    func due(amount: UInt, bps: Int32, transfer: UInt, service: Bool, flat: Bool, expected: UInt) {
        let terms = FeeTerms(transferFee: Amount(BigUInt(transfer)), serviceFee: BasisPoints(bps))
        let due = terms.due(for: Amount(BigUInt(amount)), serviceByClient: service, transferByClient: flat)
        #expect(due == Amount(BigUInt(expected)))
    }

    @Test("Paid exactly what is due with both fees, a merchant gets at least what he asked for, and of one less not")
    func enough() {
        for bps in [0, 1, 99, 190, 5_000, 9_999] as [Int32] {
            let terms = FeeTerms(transferFee: Amount(BigUInt(3)), serviceFee: BasisPoints(bps))
            for units in 1...300 as ClosedRange<UInt> {
                let amount = Amount(BigUInt(units))
                let due = terms.due(for: amount, serviceByClient: true, transferByClient: true)
                let less = due.reduced(by: Amount(BigUInt(1)))
                #expect(due.reduced(by: terms.fee(on: due)) >= amount)
                #expect(less.reduced(by: terms.fee(on: less)) < amount)
            }
        }
    }
}
