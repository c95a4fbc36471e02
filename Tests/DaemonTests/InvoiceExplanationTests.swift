import BigInt
import Chain
import Foundation
import Payments
import Store
import Testing

@testable import Daemon

/// Why an invoice is paid, or is not, out of made-up facts.
@Suite struct InvoiceExplanationTests {
    /// 2026-01-31T13:00:00Z.
    private static let deadline: Int64 = 1_769_864_400
    private static let unobserved = watermark()

    private static func watermark(through: Int64? = nil, final: Int64? = nil, isRetired: Bool = false) -> Watermark {
        Watermark(tip: 100, observedThrough: through, finalThrough: final, arrivalGrace: 60, isRetired: isRetired)
    }

    private static func explain(
        _ status: String, _ changes: [String: Any] = [:], option: [String: Any] = [:],
        deposits: [[String: Any]] = [], now: Int64 = deadline, watermark: Watermark = unobserved,
        commands: [[String: Any]] = [], balance: Result<Amount, NodeError>? = nil, network: [String: Any] = [:]
    ) throws -> [Finding] {
        let detail: InvoiceDetail = try ExplanationTests.columns(
            [
                "id": "01234567-89ab-4def-8123-456789abcdef", "project": "shop", "order_id": "17", "status": status,
                "is_final": false, "created_at": "2026-01-31T12:00:00.000000Z",
                "expires_at": "2026-01-31T13:00:00.000000Z", "underpay_tolerance_bps": 0,
                "overpay_tolerance_bps": 0, "late_policy": "credit", "deposits": deposits,
                "options": [
                    [
                        "ordinal": 0, "network": "litecoin", "asset": "LTC", "address": "ltc1q", "due": "2",
                        "credited": "1.5", "remaining": "0.5", "detected": "0",
                        "registered_at": "2026-01-31T12:00:01.000000Z",
                    ].merging(option) { $1 }.filter { !($0.value is NSNull) }
                ],
            ], changes)
        let facts = InvoiceFacts(
            detail: detail, networks: [try ExplanationTests.network(network)],
            dossier: try dossier(of: detail, isRetired: watermark.isRetired),
            settlement: SettlementFacts(watermarks: ["litecoin": watermark], now: now),
            commands: try commands.map {
                try ExplanationTests.columns(["number": 3, "kind": "cancel", "reason": "why not", "network": "x"], $0)
            }, records: DepositRecords(),
            balances: balance.map {
                [InvoiceFacts.Balance(option: detail.options[0], decimals: 8, node: "node", result: $0)]
            } ?? [])
        return Explanation(facts).findings
    }

    /// The same as the decision reads it.
    private static func dossier(of detail: InvoiceDetail, isRetired: Bool) throws -> Dossier {
        let invoice = detail.invoice
        return Dossier(
            owner: Owner(id: invoice.id, kind: .invoice, project: invoice.project, reference: invoice.orderId),
            version: 1, refused: false, registrations: 1,
            invoice: Invoice(
                status: try #require(invoice.standing).status, reason: invoice.standing?.reason,
                isFinal: invoice.isFinal, expiresAt: deadline, underpayTolerance: BasisPoints(0),
                overpayTolerance: BasisPoints(0), autoConfirm: nil, latePolicy: .credit,
                isExpired: invoice.expiredAt != nil, isCanceled: invoice.canceledAt != nil),
            options: detail.options.map {
                PaymentOption(
                    ordinal: $0.ordinal, network: $0.network, asset: $0.asset, decimals: 8, address: $0.address,
                    key: WatchKey([1]), amount: nil, due: $0.due.flatMap { Amount($0, decimals: 8) },
                    minimumDeposit: .zero, fees: FeeTerms(transferFee: .zero, serviceFee: BasisPoints(0)),
                    isRegistered: $0.registeredAt != nil, refusedReason: $0.refusedReason)
            },
            deposits: try detail.deposits.map {
                let standing = try #require($0.standing)
                return try Deposit(
                    id: $0.id, network: $0.network, asset: $0.asset, decimals: 8, ordinal: 0,
                    transaction: Hash256(0, 0, 0, 255), locator: $0.locator, key: WatchKey([1])!,
                    gross: try #require(Amount($0.gross, decimals: 8)), maturity: 0, standing: standing,
                    place: standing == .orphaned
                        ? .displaced(from: 7, isGone: false) : .unmined(isGone: standing.status == .dropped),
                    late: $0.late, seenAt: deadline - 60, required: Thresholds(credit: 6, final: 12))
            },
            retired: isRetired ? ["litecoin"] : [])
    }

    private static func deposit(_ status: String, reason: String? = nil, late: Bool = false) -> [String: Any] {
        [
            "id": "11234567-89ab-4def-8123-456789abcdef", "network": "litecoin", "asset": "LTC", "project": "shop",
            "address": "ltc1q", "status": status, "reason": reason ?? NSNull(), "late": late, "gross": "1.5",
            "confirmations": 2, "required": 6,
            "final_required": 12, "transaction": "00ff", "locator": "vout:0", "seen_at": "2026-01-31T12:00:00.000000Z",
        ]
    }

    @Test func whatIsNotPaidSaysWhatItLacks() throws {
        #expect(try Self.explain("created")[0].why == "no payment to it was seen")
        #expect(
            try Self.explain("created", deposits: [Self.deposit("orphaned")])[0].why
                == "nothing is credited yet; 1 deposit on the way")
        #expect(
            try Self.explain("created", deposits: [Self.deposit("dropped", reason: "evicted")])[0].why.contains(
                "no payment to it counts"))
        #expect(try Self.explain("partial")[0].why == "too little is credited: 1.5 of 2 LTC (0.5 missing)")
        #expect(try Self.explain("partial")[0].next?.hasPrefix("the payer sends the rest") == true)
        #expect(
            try Self.explain("partial", now: Self.deadline + 1)[0].next?.hasPrefix("what still comes is late") == true)
    }

    @Test func whatWasNotLookedForWasNotSeen() throws {
        let blind: [String: Any] = [
            "state": "syncing", "state_reason": "no node answers properly: refused",
            "observed_through": "2026-01-31T12:30:00.000000Z",
        ]
        let finding = try Self.explain("created", network: blind)[0]
        #expect(
            finding.why == """
                no payment to it was seen so far: litecoin is not being read (known through 2026-01-31 12:30:00Z): \
                no node answers properly: refused
                """)
        #expect(finding.next?.contains("confirmd status") == true)
        #expect(try Self.explain("created", network: ["held_by": NSNull()])[0].next == "start one: confirmd run")
    }

    @Test(
        arguments: [
            (nil, "what was asked for is credited"), ("marked_paid", "an operator marked it"),
            ("auto_confirmed", "reaches auto_confirm"), ("duplicate", "by two payments"),
        ] as [(String?, String)])
    func whatIsPaidSaysWhy(_ reason: String?, _ words: String) throws {
        let paid = try Self.explain("paid", ["reason": reason ?? NSNull(), "is_final": true])[0]
        #expect(paid.what == .paid && paid.why.contains(words) && paid.why.hasSuffix("; this is final"))
    }

    @Test func whatIsOverpaidSaysWhetherItWasPaidTwice() throws {
        #expect(try Self.explain("overpaid")[0].why.hasPrefix("more than was asked for"))
        #expect(try Self.explain("overpaid", ["reason": "duplicate"])[0].why.hasPrefix("it was paid twice"))
    }

    @Test(arguments: [
        ("canceled", "an operator canceled it"), ("expired", "no payment that came in time is credited"),
        ("address_in_use", "refused when it was to be registered: address_in_use"),
    ])
    func whatIsCanceledSaysWhy(_ reason: String, _ words: String) throws {
        let findings = try Self.explain("canceled", ["reason": reason])
        #expect(findings[0].reason == reason && findings[0].why.contains(words))
        #expect(findings.contains { $0.what == .open } == (reason == "expired"))
    }

    @Test func anOptionThatIsNotWatchedIsNamed() throws {
        let waiting = try Self.explain("created", option: ["registered_at": NSNull()])
        #expect(waiting.map(\.what) == [.created, .unregistered, .open])
        let refused = try Self.explain(
            "created", option: ["registered_at": NSNull(), "refused_reason": "address_of_other_network"])
        #expect(refused.map(\.what) == [.created, .refused, .open] && refused[1].reason == "address_of_other_network")
    }

    @Test func anExpirySaysWhatItWaitsFor() throws {
        func wait(
            _ option: [String: Any] = [:], _ deposits: [[String: Any]] = [], now: Int64 = Self.deadline + 1,
            at watermark: Watermark = Self.unobserved, network: [String: Any] = [:]
        ) throws -> String? {
            try Self.explain(
                "created", option: option, deposits: deposits, now: now, watermark: watermark, network: network
            ).first { $0.what == .expiring }?.why
        }
        #expect(try wait(now: Self.deadline) == nil)
        let unobserved = try #require(try wait(network: ["observed_through": "2026-01-31T12:59:00.000000Z"]))
        #expect(unobserved.contains("so far through 2026-01-31 12:59:00Z, following)"))
        #expect(try wait(network: ["held_by": NSNull()])?.contains("held by nobody") == true)
        let observed = Self.watermark(through: Self.deadline + 61)
        #expect(try wait(at: observed)?.hasSuffix("waits for the settlement lane") == true)
        #expect(try wait(["registered_at": NSNull()], at: observed)?.contains("option 0 to be registered") == true)
        #expect(try wait([:], [Self.deposit("detected")], at: observed)?.contains("the deposit 00ff vout:0") == true)
        #expect(try wait([:], [Self.deposit("detected", late: true)], at: observed)?.contains("00ff") == false)
        #expect(try wait(at: Self.watermark(isRetired: true))?.contains("settlement lane") == true)
    }

    @Test func whatIsExpiredSaysWhenAndWhetherThatIsFinal() throws {
        func expired(_ watermark: Watermark, isFinal: Bool = false, _ deposits: [[String: Any]] = []) throws -> String {
            let findings = try Self.explain(
                "canceled",
                ["reason": "expired", "expired_at": "2026-01-31T13:01:05.000000Z", "is_final": isFinal],
                deposits: deposits, now: Self.deadline + 100, watermark: watermark)
            return try #require(findings.last { $0.what == .expired }).why
        }
        #expect(try expired(Self.unobserved, isFinal: true).hasSuffix("was recorded as passed at 2026-01-31 13:01:05Z"))
        #expect(try expired(Self.unobserved).contains("still waits for blocks of litecoin beyond it to be final"))
        let final = Self.watermark(through: Self.deadline + 61, final: Self.deadline + 1)
        #expect(try expired(final).hasSuffix("still waits for the settlement lane"))
        // Its network no longer has what came in time.
        #expect(try expired(final, [Self.deposit("orphaned")]).hasSuffix("still waits for the deposit 00ff vout:0"))
    }

    @Test func aBalanceBeyondTheRecordedDepositsIsTold() throws {
        func finding(_ balance: Result<Amount, NodeError>, _ deposits: [[String: Any]] = []) throws -> Finding? {
            try Self.explain("created", deposits: deposits, balance: balance)
                .first { $0.what == .unexplained || $0.what == .unreachable }
        }
        var mined = Self.deposit("detected")
        mined["block_height"] = 99
        #expect(try finding(.success(.zero)) == nil)
        #expect(try finding(.success(Amount(150_000_000)), [mined]) == nil)
        // What is in no block is not in the balance.
        let pending = try finding(.success(Amount(150_000_000)), [Self.deposit("detected")])
        #expect(pending?.why.contains("recorded deposits explain 0 LTC: 1.5 LTC came") == true)
        let more = try finding(.success(Amount(150_000_001)), [mined])
        #expect(
            more?.why.contains("has 1.50000001 LTC there") == true && more?.why.contains(": 0.00000001 LTC") == true)
        // It was collected in the meantime.
        #expect(try finding(.success(Amount(7)), [mined]) == nil)
        let silent = try finding(.failure(NodeError(.timedOut, "30 seconds are over")))
        #expect(silent?.what == .unreachable && silent?.reason == "timed_out")
    }

    @Test func aCommandIsToldWithWhatBecameOfIt() throws {
        let findings = try Self.explain(
            "created", commands: [[:], ["outcome": "applied"], ["outcome": "refused", "detail": "deposit_pending"]])
        let commands = findings.filter { $0.what == .command }
        #expect(commands[0].why.hasPrefix("it waits") && commands[0].next != nil)
        #expect(commands[1].why == "network x is canceled; asked for because: why not")
        #expect(commands[2].why.contains("has a payment on its way") && commands[2].next != nil)
    }
}
