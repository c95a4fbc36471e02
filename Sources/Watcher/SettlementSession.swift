import Foundation
import Logging
import Payments
import Store
import Sync
import Synchronization

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
    private let committer: LaneCommitter<SettlementStep>
    private let logger: Logger
    private let heartbeat: Heartbeat
    private let tell: @Sendable (WorkerStatus) -> Void
    private struct Stopping {
        var isStopping = false
        var pause: Task<Void, Never>?
    }

    private let stopping = Mutex(Stopping())
    private var maintainedAt: Instant?

    init(_ context: LaneWorker.Context) {
        store = context.store
        runtime = context.runtime
        committer = LaneCommitter(
            context.store, lane: Store.settlementLane, epoch: context.epoch, metrics: context.metrics,
            logger: context.logger)
        logger = context.logger
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
            try await committer.load()
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
        if !isOver { isBusy = try await lookAtDeadlines() || isBusy }
        if !isOver, maintainedAt.map({ runtime.now() - $0 >= Self.maintenanceInterval }) ?? true {
            try await store.maintainOutbox(keeping: Self.outboxAge)
            maintainedAt = runtime.now()
        }
        return isBusy
    }

    // MARK: Deadlines

    /// Whether there is likely to be more.
    private func lookAtDeadlines() async throws -> Bool {
        let due = try await store.dueInvoices(limit: Self.batch)
        return due.isEmpty ? false : try await decideDeadlines(of: due) > 0
    }

    /// Returns of how many of these invoices something is written: when to look again, at the least.
    private func decideDeadlines(of invoices: [UUID]) async throws -> Int {
        let step = try await decideAndCommit { step, setAside in
            let (now, watermarks) = try await store.watermarks()
            let dossiers = try await dossiers(of: invoices, at: now).settingAside(setAside)
            step.watermarks = watermarks
            step.changes = dossiers.map {
                settle($0, SettlementFacts(watermarks: watermarks, now: now)).changes
            }
        }
        return step?.changes.count ?? 0
    }

    private func dossiers(of invoices: [UUID], at now: Int64) async throws -> [Dossier] {
        var query = DossierQuery(owners: invoices)
        query.sightedBefore = now - Deposit.mempoolPatience
        return try await store.dossiers(query)
    }

    // MARK: Commands

    private func carryOut(_ command: WaitingCommand) async throws {
        let step = try await decideAndCommit { step, setAside in
            step.command = command.number
            guard case .invoice(let id, let invoiceCommand) = command.subject else { return }
            let (now, watermarks) = try await store.watermarks()
            guard let dossier = try await dossiers(of: [id], at: now).settingAside(setAside).first else { return }
            let decision = settle(
                dossier, SettlementFacts(watermarks: watermarks, now: now, command: invoiceCommand))
            step.watermarks = watermarks
            step.changes = [decision.changes]
            step.refusal = decision.refusal
        }
        guard let step else { return }
        logger.info(
            "command",
            metadata: ["number": "\(command.number)", "outcome": "\(step.refusal?.rawValue ?? "applied")"])
    }

    // MARK: Committing

    /// Loads, decides and commits; what was committed, nil where there was nothing to write.
    private func decideAndCommit(
        _ decide: (inout SettlementStep, [UUID: String]) async throws -> Void
    ) async throws -> SettlementStep? {
        let step = try await committer.commit { setAside in
            var step = SettlementStep(base: committer.base)
            try await decide(&step, setAside)
            return step
        }
        if let step { await committer.announce(step) }
        return step
    }
}
