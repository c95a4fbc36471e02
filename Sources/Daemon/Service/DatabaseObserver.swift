import Chain
import Logging
import Payments
import Postgres
import ServiceLifecycle
import Store
import Synchronization
import Telemetry

/// What was last seen in the database: looked up once a second, so that whoever asks the endpoints is answered at once
/// however the database fares.
final class DatabaseObserver: Service {
    enum Observation: Sendable {
        case none
        case seen(Overview, at: ContinuousClock.Instant)
        case failed(reason: String)
    }

    /// Everything from one look.
    struct Overview: Sendable {
        var networks: [ViewRow<NetworkColumns>] = []
        /// Who decides deadlines and carries out commands; nil when nobody does.
        var settlementHolder: String?
        var consumers: [ViewRow<ConsumerColumns>] = []
        var outbox: OutboxStandingColumns?
        var slots: [ViewRow<ReplicationSlotColumns>] = []
        /// Invoices and wallets about which nothing can be decided, up to `setAsideMaximum`.
        var setAside = 0
        /// Invoices past their deadline with something undecided, up to `setAsideMaximum`.
        var undecided: [UndecidedColumns] = []
        /// Who keeps this daemon, or another on this database, waiting.
        var lockHolders: [LockHolder] = []
        /// False while commits wait for a synchronous standby that does not answer.
        var isCommitting = true
    }

    /// More than so many are not counted.
    private static let setAsideMaximum: Int64 = 10_000
    /// An answer that is older says nothing any more.
    static let freshness: Duration = .seconds(5)
    private static let reconciliationInterval: Duration = .seconds(3600)

    private let connection: PostgresConnection
    private let lineage: Lineage
    private let reader: Reader
    private let slowReader: Reader
    private let metrics: Metrics
    private let logger: Logger
    private let last = Mutex(Observation.none)

    /// What steps that are in order never take.
    private static let lockPatience: Duration = .seconds(3)

    init(_ database: PostgresConfiguration, _ lineage: Lineage, metrics: Metrics, logger: Logger) {
        var quick = database
        quick.connectTimeout = .seconds(2)
        quick.statementTimeout = .seconds(2)
        quick.silenceGrace = .seconds(1)
        connection = PostgresConnection(configuration: quick, logger: .silent, admission: lineage.admit)
        self.lineage = lineage
        reader = Reader(connection)
        slowReader = Reader(
            PostgresConnection(configuration: database, logger: .silent, admission: lineage.admit))
        self.metrics = metrics
        self.logger = logger
    }

    var observation: Observation { last.withLock { $0 } }

    /// Looks once a second until told to stop, and compares balances and ledger once an hour.
    func run() async {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.observe() }
                group.addTask { await self.reconcile() }
            }
        }
    }

    private func observe() async {
        var waits = CommitWaits()
        while !Task.isCancelled {
            let seen: Observation
            do {
                let overview = try await look(&waits)
                metrics.note(overview)
                seen = .seen(overview, at: .now)
            } catch {
                metrics.set(.databaseUp, to: 0)
                seen = .failed(reason: (error as? PostgresError)?.message ?? "\(error)")
                if !Task.isCancelled { tell(error) }
            }
            tellOfWaits(in: seen)
            last.withLock { $0 = seen }
            try? await Task.sleep(for: .seconds(1))
        }
    }

    private func look(_ waits: inout CommitWaits) async throws -> Overview {
        try await lineage.check(connection)
        let commitWait = try await reader.commitWait()
        metrics.set(.commitWait, to: Double(commitWait ?? 0))
        return Overview(
            networks: try await reader.networks(), settlementHolder: try await reader.settlementHolder(),
            consumers: try await reader.outboxConsumers(), outbox: try await reader.outboxStanding(),
            slots: try await reader.replicationSlots(),
            setAside: try await reader.setAside(limit: Self.setAsideMaximum).count,
            undecided: try await reader.undecided(limit: Self.setAsideMaximum).map(\.columns),
            lockHolders: try await reader.lockHolders(
                keeping: PostgresConfiguration.daemonName, longerThan: Self.lockPatience),
            isCommitting: !waits.note(commitWait, at: .now))
    }

    /// Once for each outage: the lanes tell what it means to them.
    private func tell(_ error: any Error) {
        guard let failure = CommandFailure(presenting: error) else { return }
        if case .failed = observation { return }
        logger.warning(
            "the database can't be used, and no payment is settled",
            metadata: ["reason": "\(failure.message)", "next": "\(failure.advice ?? "it is asked again and again")"])
    }

    private func tellOfWaits(in seen: Observation) {
        guard case .seen(let now, _) = seen else { return }
        var wasCommitting = true
        var told: [LockHolder] = []
        if case .seen(let before, _) = observation { (wasCommitting, told) = (before.isCommitting, before.lockHolders) }
        for holder in now.lockHolders where !told.contains(holder) {
            logger.warning("waiting for a lock of the database", metadata: ["reason": "\(holder.words)"])
        }
        if wasCommitting, !now.isCommitting {
            logger.warning(
                "commits wait for a synchronous standby that does not answer, and no payment is settled",
                metadata: [
                    "next": """
                    bring back a standby of synchronous_standby_names, or take it out of that setting and reload PostgreSQL
                    """
                ])
        } else if !wasCommitting, now.isCommitting {
            logger.notice("commits are confirmed again")
        }
    }

    private func reconcile() async {
        while !Task.isCancelled {
            let differences = try? await slowReader.ledgerDifferences()
            if let differences {
                for row in differences {
                    metrics.set(.ledgerDifference, row.asset, to: Double(row.difference) ?? .nan)
                    metrics.add(row.difference == "0" ? 0 : 1, to: .ledgerCheckFailures, "balance")
                }
            }
            // An hour without a look would be too long to be without one at all.
            try? await Task.sleep(for: differences == nil ? .seconds(60) : Self.reconciliationInterval)
        }
    }
}

extension Metrics {
    /// What one look at the database says.
    fileprivate func note(_ overview: DatabaseObserver.Overview) {
        set(.databaseUp, to: 1)
        set(.setAside, to: Double(overview.setAside))
        set(
            .undecidedInvoices,
            to: Dictionary(
                overview.undecided.map { ([$0.question, $0.waitsFor, $0.network ?? ""], Double($0.invoices)) },
                uniquingKeysWith: { $1 }))
        func series(_ value: (NetworkColumns) -> Int64?) -> [[String]: Double] {
            Dictionary(
                overview.networks.compactMap { row in value(row.columns).map { ([row.network], Double($0)) } },
                uniquingKeysWith: { $1 })
        }
        set(.headHeight, to: series(\.headHeight))
        set(.scannedHeight, to: series(\.tipHeight))
        set(
            .confirmedHeight,
            to: series { network in
                network.reach.flatMap { network.thresholds?.final.height(reachedBy: $0) }.map { max(0, $0) }
            })
        set(.lagBlocks, to: series(\.lag))
        set(.lagSeconds, to: series(\.lagSeconds))
        set(.oldestPending, to: series { $0.oldestPendingSeconds ?? 0 })
        set(
            .networkState,
            to: Dictionary(
                overview.networks.map { ([$0.network, $0.state], 1) }, uniquingKeysWith: { $1 }))
        set(
            .depositsPending,
            to: Dictionary(
                overview.networks.flatMap { row in row.pending.map { ([row.network, $0.asset], Double($0.count)) } },
                uniquingKeysWith: { $1 }))
        set(.outboxConsumers, to: Double(overview.consumers.count))
        set(.replicationSlotLag, to: Double(overview.slots.map(\.lagBytes).max() ?? 0))
        set(
            .outboxCheckpoint,
            to: Dictionary(
                overview.consumers.map { ([$0.consumer], Double($0.position)) }, uniquingKeysWith: { $1 }))
        set(
            .outboxOldestUnacknowledged,
            to: Dictionary(
                overview.consumers.map { ([$0.consumer], Double($0.waitingSeconds ?? 0)) }, uniquingKeysWith: { $1 }))
        if let outbox = overview.outbox {
            set(.outboxHead, to: Double(outbox.position))
            set(.outboxPartitionsAhead, to: Double(outbox.ahead))
        }
    }
}
