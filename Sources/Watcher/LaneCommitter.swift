import Foundation
import Logging
import Payments
import Store
import Telemetry

/// Writes the steps of one lane under one epoch, one after the other, and alone knows where the lane stands.
final class LaneCommitter<Step: LaneStep> {
    /// How often a step is decided on before everything in memory is dropped.
    private static var attempts: Int { 10 }

    private let store: any StepStore
    private let lane: String
    private let epoch: Int64
    private let metrics: Metrics
    private let logger: Logger
    /// Where the lane stands: what the next step is made on.
    private(set) var base = LaneSnapshot(epoch: 0, step: 0, tip: nil, watchNumber: 0, policyNumber: 0)

    init(_ store: any StepStore, lane: String, epoch: Int64, metrics: Metrics, logger: Logger) {
        self.store = store
        self.lane = lane
        self.epoch = epoch
        self.metrics = metrics
        self.logger = logger
    }

    /// Reads where the lane stands.
    func load(isolation: isolated (any Actor)? = #isolation) async throws {
        let standing = try await store.snapshot()
        guard standing.epoch == epoch else { throw Interruption.fenced }
        base = standing
    }

    /// Decides and commits; when an owner changed in between, all of it again. Owners whose changes the database can
    /// never hold are set aside, so that all others go on.
    ///
    /// - Parameter decide: makes a step on `base`, with these owners set aside for these reasons.
    /// - Returns: what was committed; nil where there was nothing to write.
    func commit(
        isolation: isolated (any Actor)? = #isolation, deciding decide: ([UUID: String]) async throws -> Step
    ) async throws -> Step? {
        var setAside: [UUID: String] = [:]
        for attempt in 1... {
            var step = try await decide(setAside)
            step.changes.removeAll(where: \.isEmpty)
            if step.isEmpty { return nil }
            do {
                try await commit(step)
                return step
            } catch Interruption.outdated(let reason) where attempt < Self.attempts {
                guard try await store.snapshot() == base else { throw Interruption.outdated(reason: reason) }
                metrics.add(to: .transactionRetries, lane, "stale")
                logger.debug("deciding again", metadata: ["reason": "\(reason)"])
            } catch let error as StoreError where error.disposition == .unstorable {
                let found = try await culprits(in: step).filter { setAside[$0.key] == nil }
                guard !found.isEmpty else { throw Interruption.unwritable(reason: "\(error)") }
                setAside.merge(found) { $1 }
            }
        }
        return nil
    }

    /// Writes a step and takes over where the lane then stands.
    func commit(_ step: Step, isolation: isolated (any Actor)? = #isolation) async throws {
        switch try await outcome(of: step) {
        case .committed(let standing): base = standing
        case .stale(let reason): throw Interruption.outdated(reason: reason)
        case .fenced: throw Interruption.fenced
        case .retired: throw Interruption.retired
        }
        for change in step.changes where change.isSetAsideNews { logger.tell(setAside: change) }
    }

    /// Logs the events of a step that was committed, and hints to consumers that there is something new.
    func announce(_ step: Step, isolation: isolated (any Actor)? = #isolation) async {
        let events = step.events
        guard !events.isEmpty else { return }
        for event in events {
            logger.info(
                "\(event.kind.rawValue)",
                metadata: [
                    "\(event.aggregate.type)": "\(event.aggregate.id)", "event": "\(event.id.uuidString.lowercased())",
                ])
        }
        // Consumers look by themselves, too.
        await metrics.passingOver(.notification, of: lane) { try await store.notifyConsumers() }
    }

    /// A commit whose fate is unknown is looked up: it counts as done when the lane stands where the step would have
    /// brought it, in everything. One that was not there may still come, ahead of the next step, so that the lane's
    /// number alone would prove nothing.
    private func outcome(of step: Step, isolation: isolated (any Actor)? = #isolation) async throws -> StepOutcome {
        do throws(StoreError) {
            return try await step.commit(to: store)
        } catch {
            guard error.disposition == .retry else { throw error }
            return try await lookUp(step, after: error)
        }
    }

    private func lookUp(
        _ step: Step, after error: StoreError, isolation: isolated (any Actor)? = #isolation
    ) async throws -> StepOutcome {
        metrics.add(to: .transactionRetries, lane, error.code ?? "none")
        metrics.add(to: .unknownCommits, lane)
        logger.warning("commit failed; looking up whether it took effect", metadata: ["reason": "\(error)"])
        let standing = try await store.snapshot()
        if standing == step.after { return .committed(standing) }
        guard standing.epoch == step.base.epoch else { return .fenced }
        guard standing != step.base else { throw Interruption.refused(reason: "\(error)") }
        return .stale(reason: "another step than the last came through")
    }

    private func culprits(
        in step: Step, isolation: isolated (any Actor)? = #isolation
    ) async throws -> [UUID: String] {
        var trial = step
        trial.changes = []
        // What does not even go without any owner is not an owner's fault.
        if try await trial.refusal(by: store) != nil { return [:] }
        return try await Watcher.culprits(among: step.changes) { changes in
            trial.changes = changes
            return try await trial.refusal(by: store)
        }
    }
}
