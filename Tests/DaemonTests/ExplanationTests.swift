import Chain
import Foundation
import Store
import Testing

@testable import Daemon

/// Every branch of the decision, out of made-up facts.
@Suite struct ExplanationTests {
    private static let owner = "01234567-89ab-4def-8123-456789abcdef"
    private static let deposit = "11234567-89ab-4def-8123-456789abcdef"
    private static let transaction = UnconfirmedTransaction(id: Hash256(1, 2, 3, 4), transfers: [], spends: [])
    private static let output = TransactionFacts.Output(
        locator: "vout:0", address: "ltc1q", asset: "LTC", amount: "1.5")

    // MARK: Facts

    static func columns<Columns: Decodable & Sendable>(_ fields: [String: Any], _ changes: [String: Any]) throws
        -> Columns
    {
        let fields = fields.merging(changes) { $1 }.filter { !($0.value is NSNull) }
        let json = String(decoding: try JSONSerialization.data(withJSONObject: fields), as: UTF8.self)
        return try ViewRow<Columns>(json: json).columns
    }

    static func network(_ changes: [String: Any] = [:]) throws -> NetworkColumns {
        try columns(
            [
                "network": "litecoin", "chain": "litecoin/main", "state": "following", "tip_height": 100,
                "head_height": 100,
                "lag": 0, "policy_number": 1, "pending": [], "finality": [:], "held_by": "here",
            ], changes)
    }

    static func deposit(_ status: String, _ changes: [String: Any] = [:]) throws -> DepositColumns {
        try columns(
            [
                "id": deposit, "network": "litecoin", "asset": "LTC", "project": "shop", "invoice_id": owner,
                "address": "ltc1q", "status": status, "late": false, "gross": "1.5", "confirmations": 2, "required": 6,
                "final_required": 12, "transaction": "00", "locator": "vout:0",
                "seen_at": "2026-01-31T12:00:00.000000Z",
                "block_height": 99, "block_hash": "ff",
            ], changes)
    }

    private static func watcher(_ changes: [String: Any] = [:]) throws -> WatcherColumns {
        try columns(
            [
                "kind": "invoice", "id": owner, "project": "shop", "reference": "17", "asset": "LTC",
                "address": "ltc1q",
                "created_at": "2026-01-31T12:00:00.000000Z", "registered_time": 1_000_000,
                "registered_at": "2026-01-31T12:00:01.000000Z", "min_deposit": "0.1",
            ], changes)
    }

    private static func entry(_ id: Int, _ kind: String, _ amount: String, _ changes: [String: Any] = [:]) throws
        -> EntryColumns
    {
        try columns(
            [
                "id": id, "kind": kind, "amount": amount, "deposit_id": deposit, "credit_number": 1,
                "is_reversal": false, "transfer_fee": "0.01", "service_fee_bps": 190,
            ], changes)
    }

    private static func mined(
        time: Int64 = 1_000_000, height: Int64 = 99, isOnChain: Bool = true, hasFailed: Bool = false
    )
        -> TransactionPlace
    {
        .block(
            .init(
                block: BlockReference(height: height, hash: Hash256(5, 6, 7, 8)), time: time, isOnChain: isOnChain,
                hasFailed: hasFailed), transaction)
    }

    private static func explain(
        _ places: [TransactionPlace?] = [mined()], network: NetworkColumns? = nil,
        outputs: [TransactionFacts.Output] = [], deposits: [DepositColumns] = [], watchers: [WatcherColumns] = [],
        records: DepositRecords = DepositRecords()
    ) throws -> [Finding] {
        Explanation(
            TransactionFacts(
                network: try network ?? Self.network(),
                answers: places.map { TransactionFacts.Answer(node: "node", result: .success($0)) }, outputs: outputs,
                deposits: deposits, watchers: watchers, records: records)
        ).findings
    }

    /// What is said of one deposit, where the node says nothing of it.
    private static func judge(
        _ status: String, _ changes: [String: Any] = [:], network: [String: Any] = [:], entries: [EntryColumns] = []
    ) throws -> Finding {
        let findings = try explain(
            [mined()], network: self.network(network), deposits: [deposit(status, changes)], watchers: [watcher()],
            records: DepositRecords(entries: entries))
        return try #require(findings.dropFirst().first)
    }

    // MARK: Nodes

    @Test func whatANodeSaysIsToldInWords() throws {
        #expect(try Self.explain([.unknown(isIndexed: true)])[0].why.contains("nor in any block"))
        #expect(try Self.explain([.unknown(isIndexed: false)])[0].next?.contains("-txindex") == true)
        #expect(try Self.explain([nil])[0].what == .unknown)
        #expect(try Self.explain([])[0].why.contains("not configured here"))
        #expect(try Self.explain([.mempool(Self.transaction)])[0].what == .mempool)
        #expect(try Self.explain()[0].why.contains("block 99"))
        #expect(try Self.explain([Self.mined(isOnChain: false)])[0].what == .offChain)
        // Somebody else's silence is no reason to doubt what is recorded.
        let known = try Self.explain([.unknown(isIndexed: true)], deposits: [Self.deposit("credited")])
        #expect(known[0].what == .unknown && known[0].next == nil)
    }

    @Test func aNodeThatDoesNotAnswerIsToldWithItsReason() throws {
        let facts = TransactionFacts(
            network: try Self.network(),
            answers: [.init(node: "node", result: .failure(NodeError(.timedOut, "30 seconds are over")))], outputs: [],
            deposits: [], watchers: [], records: DepositRecords())
        let finding = Explanation(facts).findings[0]
        #expect(finding.what == .unreachable && finding.reason == "timed_out" && finding.why.contains("30 seconds"))
    }

    @Test func theBestOfSeveralAnswersDecides() throws {
        let findings = try Self.explain(
            [.unknown(isIndexed: true), Self.mined(isOnChain: false), Self.mined(), .mempool(Self.transaction)],
            outputs: [Self.output], watchers: [Self.watcher(["registered_time": 9_000_000])])
        #expect(findings.map(\.what) == [.unknown, .offChain, .inBlock, .mempool, .registeredLater])
    }

    // MARK: Transfers that are not deposits

    @Test func aFailedTransactionMovedNothing() throws {
        let findings = try Self.explain([Self.mined(hasFailed: true)], outputs: [Self.output])
        #expect(findings.map(\.what) == [.failed])
        #expect(findings[0].next == "the payer has to pay again")
    }

    @Test func anAssetThatNobodyListedIsNamed() throws {
        let token = TransactionFacts.Output(locator: "log:3", address: "0xab", asset: nil, amount: "7")
        let findings = try Self.explain(outputs: [token], watchers: [Self.watcher(["address": "0xab"])])
        #expect(findings.map(\.what) == [.inBlock, .assetUnlisted])
        #expect(findings[1].about.contains("log:3, 7 units of an unlisted asset to 0xab"))
    }

    @Test func addressesThatNobodyWatchesAreSummedUp() throws {
        let outputs = (0..<12).map {
            TransactionFacts.Output(locator: "vout:\($0)", address: "a\($0)", asset: "LTC", amount: "1")
        }
        let findings = try Self.explain(outputs: outputs)
        #expect(findings.map(\.what) == [.inBlock, .addressUnwatched])
        #expect(findings[1].about.contains("vout:9 a9 and 2 more") && findings[1].next != nil)
        // Beside a deposit the rest is change.
        let beside = try Self.explain(outputs: outputs, deposits: [Self.deposit("credited")])
        #expect(beside.last?.what == .addressUnwatched && beside.last?.next == nil)
        #expect(beside[1].what == .credited)
    }

    @Test func anAddressInCapitalsIsTheSame() throws {
        let findings = try Self.explain(outputs: [Self.output], watchers: [Self.watcher(["address": "LTC1Q"])])
        #expect(findings.last?.what == .notRecorded)
    }

    @Test(arguments: [
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
        "0x5AAEB6053F3E94C9B9A09F33669435E7EF1BEAED",
    ])
    func anAddressInHexadecimalIsTheSameInEitherCase(_ written: String) throws {
        let output = TransactionFacts.Output(
            locator: "call", address: "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", asset: "ETH", amount: "1.5")
        let findings = try Self.explain(outputs: [output], watchers: [Self.watcher(["address": written])])
        #expect(findings.last?.what == .notRecorded)
    }

    @Test func anAddressMayHaveBeenMadeKnownTooLate() throws {
        let threeHours: Int64 = 3 * 3600
        func what(_ time: Int64) throws -> Finding.What? {
            try Self.explain([Self.mined(time: time)], outputs: [Self.output], watchers: [Self.watcher()]).last?.what
        }
        #expect(try what(1_000_000 - threeHours - 1) == .registeredLater)
        #expect(try what(1_000_000 - threeHours) == .notRecorded)
    }

    @Test func anAddressMayNotBeWatchedYetOrNeverBe() throws {
        func finding(_ changes: [String: Any], _ network: [String: Any] = [:]) throws -> Finding? {
            try Self.explain(
                network: Self.network(network), outputs: [Self.output], watchers: [Self.watcher(changes)]
            ).last
        }
        let fresh = try finding(["registered_at": NSNull()])
        #expect(fresh?.what == .unregistered && fresh?.next?.contains("wait a moment") == true)
        let unheld = try finding(["registered_at": NSNull()], ["held_by": NSNull()])
        #expect(unheld?.next == "start one: confirmd run")
        let refused = try finding(["registered_at": NSNull(), "refused_reason": "address_in_use"])
        #expect(refused?.what == .refused && refused?.reason == "address_in_use")
    }

    @Test func whatWasNotReadYetIsWaitedFor() throws {
        func finding(_ place: TransactionPlace, _ network: [String: Any] = [:]) throws -> Finding? {
            try Self.explain(
                [place], network: Self.network(network), outputs: [Self.output], watchers: [Self.watcher()]
            ).last
        }
        #expect(try finding(.mempool(Self.transaction))?.what == .notRead)
        #expect(try finding(Self.mined(height: 101))?.why.contains("up to block 100") == true)
        let halted = try finding(Self.mined(height: 101), ["state": "halted", "state_reason": "too deep"])
        #expect(halted?.why.contains("too deep") == true)
        #expect(halted?.next?.contains("confirmd network resume litecoin") == true)
        #expect(try finding(Self.mined(height: 101), ["lag": 7])?.why.contains("7 blocks") == true)
        #expect(try finding(Self.mined(height: 101), ["state": "retired"])?.why.contains("retired") == true)
        let missing = try finding(Self.mined(height: 100))
        #expect(missing?.what == .notRecorded && missing?.next?.contains("--resync") == true)
    }

    // MARK: Deposits

    @Test func aDepositWaitsForAsManyBlocksAsItLacks() throws {
        let unconfirmed = try Self.judge("detected", ["block_height": NSNull(), "confirmations": 0])
        #expect(unconfirmed.what == .unconfirmed && unconfirmed.next == "wait for a block")
        let waiting = try Self.judge("detected")
        #expect(waiting.what == .waiting && waiting.why.contains("2 of 6 confirmations, in block 99 (ff)"))
        #expect(waiting.next == "wait for 4 blocks: it is credited with block 104")
        let held = try Self.judge("detected", ["confirmations": 8], network: ["tip_height": 106])
        #expect(held.next?.contains("it is deep enough") == true)
        #expect(waiting.about == "vout:0, 1.5 LTC to ltc1q, order 17 of shop")
        let stuck = try Self.judge("detected", network: ["held_by": NSNull()])
        #expect(stuck.why.contains("no daemon follows litecoin") && stuck.next == "start one: confirmd run")
    }

    @Test func aCreditIsToldWithItsEntriesAndFees() throws {
        let entries = [try Self.entry(7, "net", "1.46171"), try Self.entry(8, "fee", "0.03829")]
        let credited = try Self.judge("credited", entries: entries)
        #expect(credited.what == .credited)
        #expect(
            credited.why.contains(
                "entry 7 (net 1.46171 LTC) and entry 8 (fee 0.03829 LTC: 0.01 flat and 1.9% of the rest)"))
        #expect(credited.why.contains("2 of 12 confirmations to be final"))
        #expect(try Self.judge("final", entries: entries).what == .final)
        // Reversed and credited once more: the last credit counts.
        let again =
            try entries + [
                Self.entry(9, "net", "1.46171", ["is_reversal": true]),
                Self.entry(11, "net", "1.5", ["credit_number": 2]),
            ]
        #expect(try Self.judge("credited", entries: again).why.contains("credited as entry 11 (net 1.5 LTC);"))
    }

    @Test func whatALostBlockMeansIsTold() throws {
        #expect(try Self.judge("orphaned", ["block_height": NSNull()]).what == .orphaned)
        let entries = [
            try Self.entry(7, "net", "1"), try Self.entry(9, "net", "1", ["is_reversal": true]),
            try Self.entry(10, "fee", "1", ["is_reversal": true]),
        ]
        let reversed = try Self.judge("reversed", ["block_height": NSNull()], entries: entries)
        #expect(reversed.what == .reversed && reversed.why.contains("entries 9, 10 take"))
    }

    @Test(arguments: [
        ("double_spent", "can never be mined"), ("replaced", "for a higher fee"), ("evicted", "too low"),
        ("expired", "for so long"),
    ])
    func aDropHasItsReasonInWords(_ reason: String, _ words: String) throws {
        let dropped = try Self.judge("dropped", ["reason": reason, "block_height": NSNull()])
        #expect(dropped.what == .dropped && dropped.reason == reason && dropped.why.contains(words))
    }

    @Test(arguments: [
        ("below_minimum", "min_deposit is 0.1 now"), ("below_fee", "take all of 1.5 LTC"),
        ("unexpected_asset", "does not ask for it"), ("own_funds", "so that nothing came in"),
    ])
    func aRejectionHasItsReasonInWords(_ reason: String, _ words: String) throws {
        let rejected = try Self.judge("rejected", ["reason": reason])
        #expect(rejected.what == .rejected && rejected.reason == reason && rejected.why.contains(words))
    }

    @Test(arguments: ["dropped", "rejected"]) func aReasonOfANewerReleaseIsNamed(_ status: String) throws {
        let unknown = try Self.judge(status, ["reason": "other"])
        #expect(unknown.what == .unexplained && unknown.reason == "other")
        #expect(unknown.why == "it is \(status) (other), which this confirmd does not know")
    }

    @Test func aLateDepositIsToldAsLateToo() throws {
        let findings = try Self.explain(deposits: [Self.deposit("credited", ["late": true])])
        #expect(findings.map(\.what) == [.inBlock, .credited, .late, .untold])
    }

    // MARK: Who was told

    @Test func anEventNamesWhoHasReadIt() throws {
        func consumer(_ name: String, _ position: Int, incarnation: Int = 2) throws -> ConsumerColumns {
            try Self.columns(
                [
                    "consumer": name, "role": "r", "incarnation": incarnation, "position": position, "lag": 0,
                    "acknowledged_at": "2026-01-31T12:00:00.000000Z",
                ], [:])
        }
        let event: EventColumns = try Self.columns(
            [
                "position": 40, "incarnation": 2, "type": "deposit.credited", "deposit_id": Self.deposit,
                "occurred_at": "2026-01-31T12:00:00.000000Z",
            ], [:])
        func why(_ consumers: [ConsumerColumns]) throws -> String? {
            let records = DepositRecords(events: [event], consumers: consumers)
            return try Self.explain(deposits: [Self.deposit("credited")], records: records).last?.why
        }
        #expect(try why([]) == "no consumer has ever acknowledged anything")
        #expect(try why([consumer("b", 40), consumer("a", 41)]) == "read by a, b")
        // Positions of an older incarnation were other events.
        #expect(
            try why([consumer("a", 40), consumer("b", 39), consumer("c", 99, incarnation: 1)])
                == "read by a; still to be read by b (at 39), c (at 99)")
    }

    @Test func aFindingIsShownInLinesThatATerminalCanTake() throws {
        let finding = Finding(what: .rejected, reason: "below_fee", about: "a\u{1b}[31m", why: "b\nc", next: "d")
        #expect(finding.text == "rejected (below_fee)  a?[31m\n  b?c\n  next: d\n")
    }
}
