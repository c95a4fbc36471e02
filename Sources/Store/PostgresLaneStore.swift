public import Chain
public import Foundation
public import Logging
public import Payments
public import Postgres

/// A lane in PostgreSQL: what `Store` does, with its errors as the engine sees them.
public struct PostgresLaneStore: LaneStore {
    private let store: Store

    public init(_ store: Store) {
        self.store = store
    }

    /// Opens a connection for each use that a lane's worker has for one.
    ///
    /// - Parameter lineage: what the process has seen of the database; the same for all of its lanes.
    public static func opener(
        of lane: String, in database: PostgresConfiguration, lineage: Lineage = Lineage(), logger: Logger
    ) -> @Sendable (StoreUse) -> any LaneStore {
        { use in
            var configuration = database
            if use == .lease { configuration.statementTimeout = .seconds(4) }
            let connection = PostgresConnection(
                configuration: configuration, logger: logger, admission: lineage.admit)
            return PostgresLaneStore(Store(connection, lane: lane, lineage: lineage))
        }
    }

    private func asking<Value: Sendable>(
        _ body: (Store) async throws -> Value
    ) async throws(StoreError) -> Value {
        do { return try await body(store) } catch { throw StoreError(error) }
    }

    public func acquireLane(holder: UUID, host: String, timeToLive: Duration) async throws(StoreError) -> Int64? {
        try await asking { try await $0.acquireLane(holder: holder, host: host, timeToLive: timeToLive) }
    }

    public func renewLane(holder: UUID, epoch: Int64, timeToLive: Duration) async throws(StoreError) -> Bool {
        try await asking { try await $0.renewLane(holder: holder, epoch: epoch, timeToLive: timeToLive) }
    }

    public func releaseLane(holder: UUID, epoch: Int64) async throws(StoreError) {
        try await asking { try await $0.releaseLane(holder: holder, epoch: epoch) }
    }

    public func publish(
        _ publication: Publication, from host: String, introducing: Bool
    ) async throws(StoreError) -> Int64 {
        try await asking { try await $0.publish(publication, from: host, introducing: introducing) }
    }

    public func caution() async throws(StoreError) -> Caution? { try await asking { try await $0.caution() } }

    public func snapshot() async throws(StoreError) -> LaneSnapshot { try await asking { try await $0.snapshot() } }

    public func isRetired() async throws(StoreError) -> Bool { try await asking { try await $0.isRetired() } }

    public func time() async throws(StoreError) -> Int64 { try await asking { try await $0.time() } }

    public func identity() async throws(StoreError) -> String { try await asking { try await $0.identity() } }

    public func watchedKeys<State: Sendable>(
        after number: Int64, through: Int64, into state: consuming State,
        each: @escaping @Sendable (inout State, WatchKey) -> Void
    ) async throws(StoreError) -> State {
        do { return try await store.watchedKeys(after: number, through: through, into: state, each: each) } catch {
            throw StoreError(error)
        }
    }

    public func siblingKeys(after known: [String: Int64]) async throws(StoreError) -> [SiblingKey] {
        try await asking { try await $0.siblingKeys(after: known) }
    }

    public func window(_ maximum: Int) async throws(StoreError) -> [Header] {
        try await asking { try await $0.window(maximum) }
    }

    public func storedHeaders() async throws(StoreError) -> [Header] {
        try await asking { try await $0.storedHeaders() }
    }

    public func lowestDeposit() async throws(StoreError) -> Int64? {
        try await asking { try await $0.lowestDeposit() }
    }

    public func headers(
        since time: Int64
    ) async throws(StoreError) -> (blocks: [BlockReference], isComplete: Bool) {
        try await asking { try await $0.headers(since: time) }
    }

    public func dossiers(_ query: DossierQuery) async throws(StoreError) -> [Dossier] {
        try await asking { try await $0.dossiers(query) }
    }

    public func owners(ofOutputs outputs: [Outpoint]) async throws(StoreError) -> [Outpoint: Set<UUID>] {
        try await asking { try await $0.owners(ofOutputs: outputs) }
    }

    public func unmined() async throws(StoreError) -> [UnminedTransaction] {
        try await asking { try await $0.unmined() }
    }

    public func hasUnregisteredOptions() async throws(StoreError) -> Bool {
        try await asking { try await $0.hasUnregisteredOptions() }
    }

    public func unregisteredOptions(
        watched: Bool, limit: Int
    ) async throws(StoreError) -> [UnregisteredOption] {
        try await asking { try await $0.unregisteredOptions(watched: watched, limit: limit) }
    }

    public func holders(of keys: [WatchKey]) async throws(StoreError) -> [WatchKey: [Owner]] {
        try await asking { try await $0.holders(of: keys) }
    }

    public func unexpectedDeposits(of owners: [UUID]) async throws(StoreError) -> [UnexpectedDeposit] {
        try await asking { try await $0.unexpectedDeposits(of: owners) }
    }

    public func watermarks() async throws(StoreError) -> (now: Int64, watermarks: [String: Watermark]) {
        try await asking { try await $0.watermarks() }
    }

    public func dueInvoices(limit: Int32) async throws(StoreError) -> [UUID] {
        try await asking { try await $0.dueInvoices(limit: limit) }
    }

    public func waitingCommands(limit: Int64) async throws(StoreError) -> [WaitingCommand] {
        try await asking { try await $0.waitingCommands(limit: limit) }
    }

    public func maintainOutbox(keeping age: Duration) async throws(StoreError) {
        try await asking { try await $0.maintainOutbox(keeping: age) }
    }

    public func commit(_ step: Step) async throws(StoreError) -> StepOutcome {
        try await asking { try await $0.commit(step) }
    }

    public func commit(_ step: SettlementStep) async throws(StoreError) -> StepOutcome {
        try await asking { try await $0.commit(step) }
    }

    public func refusal(of step: Step) async throws(StoreError) -> String? {
        try await asking { try await $0.refusal(of: step) }
    }

    public func refusal(of step: SettlementStep) async throws(StoreError) -> String? {
        try await asking { try await $0.refusal(of: step) }
    }

    public func notifyConsumers() async throws(StoreError) { try await asking { try await $0.notifyConsumers() } }
}
