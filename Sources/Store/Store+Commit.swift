import BigInt
import Chain
import Foundation
import Payments
public import Postgres

extension Store {
    /// Writes a step: one call, one transaction. Errors are the database's; a step that it refused because the world
    /// moved on is an outcome.
    public func commit(_ step: Step) async throws(PostgresError) -> StepOutcome {
        try await commit(parameters(of: step), after: step.after)
    }

    /// Writes a step of the settlement lane, likewise.
    public func commit(_ step: SettlementStep) async throws(PostgresError) -> StepOutcome {
        let base = step.base
        return try await commit(
            parameters(of: step),
            after: LaneSnapshot(
                epoch: base.epoch, step: base.step + 1, tip: nil, watchNumber: 0, policyNumber: 0))
    }

    /// Why the database would never take this step; nil when it would. Nothing is written.
    public func refusal(of step: Step) async throws -> String? { try await refusal(of: parameters(of: step)) }

    /// The same of a step of the settlement lane.
    public func refusal(of step: SettlementStep) async throws -> String? { try await refusal(of: parameters(of: step)) }

    private struct Rehearsed: Error {}

    private func refusal(of parameters: StepParameters) async throws -> String? {
        do {
            try await connection.transaction { transaction in
                try transaction.query(parameters.statement, parameters.values)
                throw Rehearsed()
            }
            return nil
        } catch is Rehearsed {
            return nil
        } catch let error as PostgresError where error.isRefusalForGood {
            return "\(error)"
        }
    }

    private func parameters(of step: Step) -> StepParameters {
        StepParameters(step, lane: lane, seen: lineage.known)
    }

    private func parameters(of step: SettlementStep) -> StepParameters {
        StepParameters(step, lane: lane, seen: lineage.known)
    }

    private func commit(
        _ parameters: StepParameters, after: LaneSnapshot
    ) async throws(PostgresError) -> StepOutcome {
        do {
            try lineage.note(await connection.query(parameters.statement, parameters.values).only)
            return .committed(after)
        } catch {
            switch error.sqlState {
            case "CF901": return .fenced
            case "CF902", "CF903", "CF904", "CF905": return .stale(reason: error.message)
            case "CF906": return .retired
            default: throw error
            }
        }
    }

    /// A hint to consumers that there may be something new; sent after the commit, because a transaction that
    /// notifies commits behind every other one that does.
    public func notifyConsumers() async throws(PostgresError) {
        _ = try await connection.query("SELECT pg_notify('confirmd_outbox', '')", [])
    }
}
