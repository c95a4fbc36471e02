import Payments
import Store

/// Everything that one write of a lane changes.
protocol LaneStep: Sendable {
    /// Where the lane stood when it was decided on.
    var base: LaneSnapshot { get }
    /// Where the lane stands once it is committed.
    var after: LaneSnapshot { get }
    /// One for each owner at most.
    var changes: [Changes] { get set }
    /// All that it tells consumers.
    var events: [Event] { get }
    /// Whether there is nothing to write.
    var isEmpty: Bool { get }

    func commit(to store: any StepStore) async throws(StoreError) -> StepOutcome
    func refusal(by store: any StepStore) async throws(StoreError) -> String?
}

extension Step: LaneStep {
    var events: [Event] { changes.flatMap(\.events) + networkEvents }
    func commit(to store: any StepStore) async throws(StoreError) -> StepOutcome { try await store.commit(self) }
    func refusal(by store: any StepStore) async throws(StoreError) -> String? { try await store.refusal(of: self) }
}

extension SettlementStep: LaneStep {
    var events: [Event] { changes.flatMap(\.events) }
    func commit(to store: any StepStore) async throws(StoreError) -> StepOutcome { try await store.commit(self) }
    func refusal(by store: any StepStore) async throws(StoreError) -> String? { try await store.refusal(of: self) }
}
