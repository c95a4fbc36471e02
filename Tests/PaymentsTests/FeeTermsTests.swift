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
}
