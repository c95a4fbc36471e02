import BigInt
import Chain
import Foundation
import Payments
import Postgres
import Store
import TestSupport
import Testing

/// Two networks' lanes that decide about the same invoices at the same time. What makes it right is the owners'
/// versions, not luck: so it is done ten thousand times.
@Suite("Two lanes at once")
struct TwoLanesTests {
    private static let invoices = 500
    private static let rounds = 10

    /// One lane of a network with a coin of its own.
    private struct Lane {
        let store: Store
        let asset: Asset
        let policy: Policy
        var base: LaneSnapshot
        var conflicts = 0

        init(_ database: TestDatabase, _ name: String, _ code: String) async throws {
            let connection = PostgresConnection(configuration: try PostgresConfiguration(url: database.url))
            store = Store(connection, lane: name)
            asset = Asset(code: code, contract: nil, decimals: 0, minimumDeposit: .zero, transferFee: .zero)
            let thresholds = Thresholds(credit: 1, final: 1_000)
            try await store.publish(
                Publication(
                    family: "model", chain: name, maximumBlockGap: .seconds(1), arrivalGrace: .zero,
                    thresholds: thresholds, assets: [asset]), from: "test", introducing: false)
            _ = try await store.acquireLane(holder: UUID(), host: "test", timeToLive: .seconds(600))
            base = try await store.snapshot()
            policy = Policy(network: name, number: base.policyNumber, thresholds: thresholds, assets: [asset])
        }

        static func key(_ invoice: Int) -> WatchKey { WatchKey(Array("\(invoice)".utf8))! }

        mutating func watch(_ options: [UnregisteredOption]) async throws {
            var step = Step(network: policy.network, base: base, headersKept: 10, state: .following)
            step.watches = options.map {
                Step.Watch(owner: $0.owner.id, ordinal: $0.ordinal, key: WatchKey(Array($0.address.utf8))!)
            }
            try await take(step)
        }

        /// Pays one unit to every invoice in the next block, deciding again as often as another lane was faster.
        mutating func pay() async throws {
            let height = (base.tip?.height ?? 0) + 1
            let header = Header(
                reference: BlockReference(
                    height: height, hash: Hash256(UInt64(asset.code.utf8.first!), 0, 0, UInt64(height))),
                parent: base.tip?.hash ?? Hash256(0, 0, 0, 0), time: 1_700_000_000 + height, work: 1)
            let arrivals = (0..<TwoLanesTests.invoices).map { invoice in
                Arrival(
                    Transfer(
                        transaction: Hash256(UInt64(asset.code.utf8.first!), 1, UInt64(height), UInt64(invoice)),
                        locator: .output(0), recipient: Self.key(invoice), amount: UInt256(1),
                        blockIndex: UInt32(invoice)),
                    of: asset, in: BlockStamp(header))
            }
            while true {
                let dossiers = try await store.dossiers(DossierQuery(keys: arrivals.map(\.transfer.recipient)))
                let routed = route(arrivals, to: dossiers, network: policy.network)
                var step = Step(network: policy.network, base: base, headersKept: 10, state: .following)
                step.headers = [header]
                step.changes = dossiers.map {
                    settle($0, Facts(tip: height, arrivals: routed[$0.owner.id] ?? []), policy)
                }
                do {
                    if try await take(step) { return }
                } catch let error as PostgresError where error.disposition == .retry {
                    throw TestFailure("a step met \(error): lanes must not wait for each other like this")
                }
                conflicts += 1
            }
        }

        @discardableResult
        private mutating func take(_ step: Step) async throws -> Bool {
            guard case .committed(let snapshot) = try await store.commit(step) else { return false }
            base = snapshot
            return true
        }
    }

    @Test(
        "Ten thousand decisions by two lanes about the same invoices end right, without a deadlock",
        .timeLimit(.minutes(30)))
    func bothPay() async throws {
        let database = try await PrivatePostgres.shared.createDatabase()
        _ = try await Migrator(PostgresConnection(configuration: try PostgresConfiguration(url: database.url))).migrate
        { _ in }
        var lanes = [
            try await Lane(database, "one", "ONE"), try await Lane(database, "two", "TWO"),
        ]
        try await database.execute("SELECT confirmd.set_project('shop')")
        let due = Self.rounds
        try await database.execute(
            """
            SELECT confirmd.create_invoice('shop', n::text, format('[{"asset":"ONE","address":"%s","amount":"\(due)"},
                {"asset":"TWO","address":"%s","amount":"\(due)"}]', n, n)::jsonb, '10 years')
            FROM generate_series(0, \(Self.invoices - 1)) n
            """)
        for place in lanes.indices {
            try await lanes[place].watch(try await lanes[place].store.unregisteredOptions(watched: false, limit: 1_000))
        }
        try await database.execute("UPDATE confirmd_data.option SET registered_at = now()")
        let (one, two) = (lanes[0], lanes[1])
        async let first = Self.pay(one)
        async let second = Self.pay(two)
        let conflicts = try await first + second
        #expect(conflicts > 0, "the lanes never met; the test proves nothing")
        #expect(
            try await database.rows("SELECT status, count(*) FROM confirmd.invoice GROUP BY 1") == [
                ["overpaid", "\(Self.invoices)"]
            ])
        let all = String(Self.invoices * Self.rounds * 2)
        #expect(try await database.value("SELECT count(*) FROM confirmd.deposit WHERE status = 'credited'") == all)
        #expect(try await database.value("SELECT sum(credited_base) FROM confirmd.balance") == all)
        #expect(try await database.value("SELECT sum(amount_base) FROM confirmd.ledger_entry") == all)
        #expect(try await database.value("SELECT count(*) = max(position) FROM confirmd.outbox") == "t")
        // Each invoice's events are numbered without a gap, so that nobody overwrote anybody's decision.
        #expect(
            try await database.value(
                """
                SELECT count(*) FROM (
                    SELECT aggregateid FROM confirmd.outbox GROUP BY 1
                    HAVING count(*) <> max(aggregate_version) OR count(DISTINCT aggregate_version) <> count(*)
                        OR count(DISTINCT id) <> count(*)) broken
                """) == "0")
    }

    private static func pay(_ lane: Lane) async throws -> Int {
        var lane = lane
        for _ in 0..<rounds { try await lane.pay() }
        return lane.conflicts
    }
}
