import BigInt
import Chain
import Foundation
import Payments
import Store
import TestSupport
import Testing

@testable import Daemon

/// What an explanation says that an expiry waits for is what the decision waits for, out of generated invoices.
@Suite struct ExplanationDecisionTests {
    private static let deadline: Int64 = 1_769_864_400
    private static let networks = ["litecoin", "bsc", "polygon"]
    private static let standings: [Deposit.Standing] = [
        .detected, .orphaned, .dropped(.evicted), .rejected(.ownFunds), .credited,
    ]

    /// An invoice past its deadline.
    private struct Story {
        struct Option {
            let network: String
            var isRegistered: Bool
            let isRefused: Bool
        }

        struct Payment {
            let id = UUID()
            let number: Int
            let network: String
            let asset: String
            let ordinal: Int32
            let standing: Deposit.Standing
            let late: Bool
            let isGone: Bool
        }

        var options: [Option]
        var payments: [Payment]
        var observed: Set<String>
        let retired: Set<String>

        init(_ random: inout SplitMix64) {
            options = (0..<1 + random.number(below: 3)).map { _ in
                Option(
                    network: networks[random.number(below: 3)], isRegistered: random.chance(70),
                    isRefused: random.chance(10))
            }
            observed = Set(networks.filter { _ in random.chance(50) })
            retired = Set(networks.filter { _ in random.chance(15) })
            payments = []
            for number in 0..<random.number(below: 4) {
                let ordinal = random.number(below: options.count)
                let isMeant = random.chance(80)
                payments.append(
                    Payment(
                        number: number, network: isMeant ? options[ordinal].network : networks[random.number(below: 3)],
                        asset: isMeant ? "COIN\(ordinal)" : "OTHER", ordinal: Int32(ordinal),
                        standing: standings[random.number(below: 5)],
                        late: random.chance(20), isGone: random.chance(30)))
            }
        }

        private func deposit(_ payment: Payment) throws -> Deposit {
            let isCredited = payment.standing == .credited
            let place: Deposit.Place =
                switch payment.standing {
                case .credited: .mined(BlockStamp(height: 7, hash: Hash256(0, 0, 0, 7), time: deadline - 60), index: 0)
                case .orphaned: .displaced(from: 7, isGone: payment.isGone)
                case .rejected: .unmined(isGone: true)
                default: .unmined(isGone: payment.isGone)
                }
            return try Deposit(
                id: payment.id, network: payment.network, asset: payment.asset, decimals: 8, ordinal: payment.ordinal,
                transaction: Hash256(0, 0, 0, UInt64(payment.number)), locator: "vout:0", key: WatchKey([1])!,
                gross: Amount(10), maturity: 0, standing: payment.standing, place: place, late: payment.late,
                seenAt: deadline - 60, required: Thresholds(credit: 1, final: 3), fee: isCredited ? .zero : nil,
                credits: isCredited ? 1 : 0)
        }

        var dossier: Dossier {
            get throws {
                try Dossier(
                    owner: Owner(id: UUID(), kind: .invoice, project: "shop", reference: "17"), version: 1,
                    refused: false,
                    registrations: 1,
                    invoice: Invoice(
                        status: .created, reason: nil, isFinal: false, expiresAt: deadline,
                        underpayTolerance: BasisPoints(0), overpayTolerance: BasisPoints(0), autoConfirm: nil,
                        latePolicy: .credit),
                    options: options.enumerated().map { place, option in
                        PaymentOption(
                            ordinal: Int32(place), network: option.network, asset: "COIN\(place)", decimals: 8,
                            address: "a", key: WatchKey([1]), amount: Amount(100), due: Amount(100),
                            minimumDeposit: .zero, fees: FeeTerms(transferFee: .zero, serviceFee: BasisPoints(0)),
                            isRegistered: option.isRegistered && !option.isRefused,
                            refusedReason: option.isRefused ? "address_in_use" : nil)
                    },
                    deposits: payments.map(deposit), retired: retired)
            }
        }

        var settlement: SettlementFacts {
            let marks = networks.map { network in
                (
                    network,
                    Watermark(
                        tip: 100, observedThrough: deadline + (observed.contains(network) ? 1 : 0),
                        finalThrough: nil, arrivalGrace: 0, isRetired: retired.contains(network))
                )
            }
            return SettlementFacts(watermarks: Dictionary(uniqueKeysWithValues: marks), now: deadline + 1)
        }

        var isDecided: Bool {
            get throws { try settle(dossier, settlement).changes.invoice?.isExpired == true }
        }

        func explanation() throws -> String {
            let deposits = payments.map { payment -> [String: Any] in
                [
                    "id": payment.id.uuidString, "network": payment.network, "asset": payment.asset, "project": "shop",
                    "address": "a", "status": payment.standing.status.rawValue,
                    "reason": payment.standing.reason ?? NSNull(), "late": payment.late, "gross": "1",
                    "confirmations": 0, "required": 1, "final_required": 3, "transaction": "tx\(payment.number)",
                    "locator": "vout:0", "seen_at": "2026-01-31T12:59:00.000000Z",
                ]
            }
            let detail: InvoiceDetail = try ExplanationTests.columns(
                [
                    "id": UUID().uuidString, "project": "shop", "order_id": "17", "status": "created",
                    "is_final": false, "created_at": "2026-01-31T12:00:00.000000Z",
                    "expires_at": "2026-01-31T13:00:00.000000Z", "underpay_tolerance_bps": 0,
                    "overpay_tolerance_bps": 0, "late_policy": "credit", "deposits": deposits, "options": [Any](),
                ], [:])
            let facts = InvoiceFacts(
                detail: detail, networks: try networks.map { try ExplanationTests.network(["network": $0]) },
                dossier: try dossier, settlement: settlement, commands: [], records: DepositRecords())
            let findings = Explanation(facts).findings.filter { $0.what == .expiring }
            return try #require(findings.count == 1 ? findings[0].why : nil)
        }

        /// Each way to put an end to one thing that the explanation names.
        func remedies(_ explanation: String) -> [(inout Story) -> Void] {
            var remedies: [(inout Story) -> Void] = []
            for place in options.indices where explanation.contains("option \(place) to be registered") {
                remedies.append { $0.options[place].isRegistered = true }
            }
            for network in networks where explanation.contains("\(network) to be observed") {
                remedies.append { $0.observed.insert(network) }
            }
            for payment in payments where explanation.contains("the deposit tx\(payment.number) ") {
                remedies.append { story in story.payments.removeAll { $0.id == payment.id } }
            }
            return remedies
        }
    }

    @Test func anExpiryWaitsForAllThatIsNamedAndForNothingElse() throws {
        var seen: (due: Int, waiting: Int) = (0, 0)
        for seed in 1...2_000 as ClosedRange<UInt64> {
            var random = SplitMix64(seed: seed)
            let story = Story(&random)
            let explanation = try story.explanation()
            let remedies = story.remedies(explanation)
            #expect(explanation.hasSuffix("waits for the settlement lane") == (try story.isDecided), "seed \(seed)")
            #expect(remedies.isEmpty == (try story.isDecided), "seed \(seed): \(explanation)")
            var mended = story
            for remedy in remedies { remedy(&mended) }
            #expect(try mended.isDecided, "seed \(seed): \(explanation)")
            for left in remedies.indices {
                var almost = story
                for index in remedies.indices where index != left { remedies[index](&almost) }
                #expect(try !almost.isDecided, "seed \(seed): without the last of \(explanation)")
            }
            if remedies.isEmpty { seen.due += 1 } else { seen.waiting += 1 }
        }
        #expect(seen.due > 100 && seen.waiting > 100)
    }
}
