import BigInt
import Foundation
import Payments
import TestSupport
import Testing

/// SQL computes amounts at creation: by the rules that `FeeTerms` has, or an invoice would ask for other than is credited.
@Suite("Fees in SQL")
struct FeeRuleTests {
    private struct Case {
        let amount: BigUInt
        let terms: FeeTerms
        let serviceByClient: Bool
        let transferByClient: Bool

        init(_ random: inout SplitMix64) {
            amount = Self.units(&random)
            // Most are such as occur, some at either end.
            let bps =
                random.chance(60) ? random.number(below: 500) : random.chance(50) ? 9_999 : random.number(below: 10_000)
            terms = FeeTerms(
                transferFee: random.chance(30) ? .zero : Amount(Self.units(&random)),
                serviceFee: BasisPoints(Int32(bps)))
            (serviceByClient, transferByClient) = (random.chance(50), random.chance(50))
        }

        /// Of any number of digits that a 256-bit amount can have.
        private static func units(_ random: inout SplitMix64) -> BigUInt {
            BigUInt.randomInteger(withMaximumWidth: 1 + Int(random.number(below: 256)), using: &random) + 1
        }

        func values(at place: Int) -> String {
            let payers = [serviceByClient, transferByClient].map { $0 ? "'client'" : "'merchant'" }
            return
                "(\(place), \(amount), \(terms.transferFee), \(terms.serviceFee.value), \(payers.joined(separator: ", ")))"
        }

        var due: Amount {
            terms.due(for: Amount(amount), serviceByClient: serviceByClient, transferByClient: transferByClient)
        }
    }

    @Test("Fee and gross-up come to the same in PostgreSQL as in Swift, whatever the amounts")
    func equal() async throws {
        let database = try await MigratedDatabase().database
        var random = SplitMix64(seed: 16)
        let cases = (0..<2_000).map { _ in Case(&random) }
        let rows = try await database.rows(
            """
            SELECT due, CASE WHEN due >= transfer_fee THEN confirmd_data.fee(due, transfer_fee, bps) END
            FROM (SELECT confirmd_data.due(amount, transfer_fee, bps, service, transfer) AS due, transfer_fee, bps, place
                  FROM (VALUES \(cases.enumerated().map { $1.values(at: $0) }.joined(separator: ", ")))
                      c (place, amount, transfer_fee, bps, service, transfer)) d ORDER BY place
            """)
        #expect(rows.count == cases.count)
        for (one, row) in zip(cases, rows) {
            #expect(row[0] == one.due.description, "\(one)")
            // What is less than the transfer fee is refused at creation.
            let fee = one.due >= one.terms.transferFee ? one.terms.fee(on: one.due).description : nil
            #expect(row[1] == fee, "\(one)")
        }
    }

    @Test(
        "An invoice asks for what the rule says, and one payment of it nets the merchant the amount where the client pays"
    )
    func created() async throws {
        let database = try await MigratedDatabase().database
        var random = SplitMix64(seed: 17)
        for order in 0..<40 {
            let bps = Int32(random.number(below: 10_000))
            let terms = FeeTerms(
                transferFee: Amount(BigUInt(random.number(below: 100_000))), serviceFee: BasisPoints(bps))
            let amount = Amount(BigUInt(10_000_000_000 + UInt64(random.number(below: 1_000_000_000))))
            let (service, transfer) = (random.chance(50), random.chance(50))
            try await database.execute(
                """
                UPDATE confirmd_data.asset SET transfer_fee = \(terms.transferFee);
                SELECT confirmd.set_project('shop', \(bps), service_fee_payer => '\(service ? "client" : "merchant")',
                    transfer_fee_payer => '\(transfer ? "client" : "merchant")');
                SELECT confirmd.create_invoice('shop', '\(order)',
                    '[{"asset": "LTC", "address": "a\(order)", "amount": "\(amount.text(decimals: 8))"}]');
                """)
            let due = terms.due(for: amount, serviceByClient: service, transferByClient: transfer)
            #expect(
                try await database.value(
                    "SELECT due_base FROM confirmd.invoice_option o JOIN confirmd.invoice i ON i.id = o.invoice_id WHERE order_id = '\(order)'"
                )
                    == due.description)
            if service, transfer { #expect(due.reduced(by: terms.fee(on: due)) == amount) }
        }
    }
}
