/// The database as the steps of one lane are written to it.
public protocol StepStore: Sendable {
    /// Where the lane stands, read with its row locked: a commit whose fate was unknown has ended one way or the other.
    func snapshot() async throws(StoreError) -> LaneSnapshot
    /// Writes a step: one call, one transaction. A step that was refused because the world moved on is an outcome.
    func commit(_ step: Step) async throws(StoreError) -> StepOutcome
    /// Writes a step of the settlement lane, likewise.
    func commit(_ step: SettlementStep) async throws(StoreError) -> StepOutcome
    /// Why the database would never take this step; nil when it would. Nothing is written.
    func refusal(of step: Step) async throws(StoreError) -> String?
    /// The same of a step of the settlement lane.
    func refusal(of step: SettlementStep) async throws(StoreError) -> String?
    /// A hint to consumers that there may be something new.
    func notifyConsumers() async throws(StoreError)
}
