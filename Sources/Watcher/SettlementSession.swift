import Foundation
import Logging
import Payments
import Postgres
import Store
import Sync
import Synchronization
import Telemetry

/// Decides deadlines and carries out commands under one epoch. Everything is found by its state in the database, so that
/// a look once a second is all it takes.
actor SettlementSession: LaneSession {
    private static let batch: Int32 = 200
    private static let pause = Duration.seconds(1)
    /// How old the outbox's rows get before they may be dropped, behind every consumer.
    private static let outboxAge = Duration.seconds(30 * 24 * 60 * 60)
    private static let maintenanceInterval = Duration.seconds(60)

    private let store: any LaneStore
    private let runtime: Runtime
    private let epoch: Int64
    private let logger: Logger
    private let metrics: Metrics
    private let heartbeat: Heartbeat
    private let lane = Store.settlementLane
    private let tell: @Sendable (WorkerStatus) -> Void
    private struct Stopping {
        var isStopping = false
        var pause: Task<Void, Never>?
    }

    private let stopping = Mutex(Stopping())
    private var base = LaneSnapshot(epoch: 0, step: 0, tip: nil, watchNumber: 0, policyNumber: 0)
    private var maintainedAt: Instant?
    /// The invoices looked at last for their deadlines, where there were more: the next look goes on after them, so that those
    /// which do not change hold nobody up.
    private var lookedAt: [Deadline: UUID] = [:]

    init(_ context: LaneWorker.Context) {
        store = context.store
        runtime = context.runtime
        epoch = context.epoch
        logger = context.logger
        metrics = context.metrics
        heartbeat = context.heartbeat
        tell = context.tell
    }

    nonisolated func stop() {
        let pause = stopping.withLock { stopping in
            stopping.isStopping = true
            return stopping.pause
        }
        pause?.cancel()
    }

    func run() async -> SessionEnd {
        do {
            base = try await store.snapshot()
            guard base.epoch == epoch else { return .fenced }
            tell(.following)
            while !isOver {
                heartbeat.beat(at: runtime.now())
                let isBusy = try await work()
                if !isBusy { await rest() }
            }
            return .stopped
        } catch {
            return SessionEnd(error)
        }
    }

    private var isOver: Bool { Task.isCancelled || stopping.withLock(\.isStopping) }

    /// Waits a second, or until told to stop.
    private func rest() async {
        let pause = runtime.task { [runtime] in try? await runtime.sleep(Self.pause) }
        let isStopping = stopping.withLock { stopping in
            stopping.pause = pause
            return stopping.isStopping
        }
        if isStopping { pause.cancel() }
        await withTaskCancellationHandler {
            await pause.value
        } onCancel: {
            pause.cancel()
        }
    }

    /// One look; whether there is likely to be more.
    private func work() async throws -> Bool {
        let commands = try await store.waitingCommands(limit: Int64(Self.batch))
        for command in commands where !isOver { try await carryOut(command) }
        var isBusy = commands.count == Self.batch
        for deadline in Deadline.allCases where !isOver {
            isBusy = try await lookAtDeadlines(deadline) || isBusy
        }
        if !isOver, maintainedAt.map({ runtime.now() - $0 >= Self.maintenanceInterval }) ?? true {
            try await store.maintainOutbox(keeping: Self.outboxAge)
            maintainedAt = runtime.now()
        }
        return isBusy
    }

    // MARK: Deadlines

    /// Whether there is likely to be more.
    private func lookAtDeadlines(_ deadline: Deadline) async throws -> Bool {
        let due = try await store.dueInvoices(deadline, after: lookedAt[deadline], limit: Self.batch)
        let isMore = due.count == Self.batch
        lookedAt[deadline] = isMore ? due.last : nil
        guard !due.isEmpty else { return false }
        return try await decideDeadlines(of: due) > 0 || isMore
    }

    /// Returns how many of these invoices changed.
    private func decideDeadlines(of invoices: [UUID]) async throws -> Int {
        try await decideAndCommit { step, setAside in
            let (now, watermarks) = try await store.watermarks()
            let dossiers = try await dossiers(of: invoices, at: now).settingAside(setAside)
            step.watermarks = watermarks
            step.changes = dossiers.map {
                settle($0, SettlementFacts(watermarks: watermarks, now: now)).changes
            }
        }
    }

    private func dossiers(of invoices: [UUID], at now: Int64) async throws -> [Dossier] {
        var query = DossierQuery(owners: invoices)
        query.sightedBefore = now - Deposit.mempoolPatience
        return try await store.dossiers(query)
    }

    // MARK: Commands

    private func carryOut(_ command: WaitingCommand) async throws {
        try await decideAndCommit { step, setAside in
            step.command = command.number
            guard case .invoice(let id, let invoiceCommand) = command.subject else { return }
            let (now, watermarks) = try await store.watermarks()
            guard let dossier = try await dossiers(of: [id], at: now).settingAside(setAside).first else { return }
            let decision = settle(
                dossier, SettlementFacts(watermarks: watermarks, now: now, command: invoiceCommand))
            step.watermarks = watermarks
            step.changes = [decision.changes]
            step.refusal = decision.refusal
            logger.info(
                "command",
                metadata: ["number": "\(command.number)", "outcome": "\(decision.refusal?.rawValue ?? "applied")"])
        }
    }

    // MARK: Committing

    /// Loads, decides and commits; when an owner changed in between, all of it again. Returns how many owners changed.
    @discardableResult
    private func decideAndCommit(
        _ decide: (inout SettlementStep, [UUID: String]) async throws -> Void
    ) async throws -> Int {
        var setAside: [UUID: String] = [:]
        for attempt in 1... {
            var step = SettlementStep(base: base)
            try await decide(&step, setAside)
            step.changes.removeAll(where: \.isEmpty)
            if step.changes.isEmpty, step.command == nil { return 0 }
            do {
                try await commit(step)
                return step.changes.count
            } catch Interruption.outdated(let reason) where attempt < 10 {
                guard try await store.snapshot() == base else { throw Interruption.outdated(reason: reason) }
                metrics.add(to: .transactionRetries, lane, "stale")
                logger.debug("deciding again", metadata: ["reason": "\(reason)"])
            } catch let error as PostgresError where error.isRefusalForGood {
                var trial = step
                let found = try await culprits(among: step.changes) { changes in
                    trial.changes = changes
                    return try await store.refusal(of: trial)
                }.filter { setAside[$0.key] == nil }
                guard !found.isEmpty else { throw Interruption.unwritable(reason: "\(error)") }
                setAside.merge(found) { $1 }
            }
        }
        return 0
    }

    private func commit(_ step: SettlementStep) async throws {
        do {
            switch try await store.commit(step) {
            case .committed(let snapshot): base = snapshot
            case .stale(let reason): throw Interruption.outdated(reason: reason)
            case .fenced: throw Interruption.fenced
            case .retired: throw Interruption.retired
            }
        } catch let error as PostgresError where error.disposition == .retry && error.code != .cancelled {
            metrics.add(to: .transactionRetries, lane, error.sqlState ?? "none")
            metrics.add(to: .unknownCommits, lane)
            logger.warning("commit failed; looking up whether it took effect", metadata: ["reason": "\(error)"])
            let now = try await store.snapshot()
            guard now.epoch == base.epoch else { throw Interruption.fenced }
            guard now.step == base.step + 1 else { throw Interruption.refused(reason: "\(error)") }
            base = now
        }
        for change in step.changes where change.isSetAsideNews { logger.tell(setAside: change) }
        await store.announce(step.changes.flatMap(\.events), logger)
    }
}
