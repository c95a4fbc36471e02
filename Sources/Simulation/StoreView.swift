import Chain
import Foundation
import Payments
import Postgres
import Store

/// One connection of a daemon to the model of the database, with the faults of what lies between.
struct StoreView: LaneStore {
    let lane: String
    let isLease: Bool
    let link: StoreLink

    private func call<Value: Sendable>(
        isWrite: Bool = false, _ body: @escaping (ModelDatabase) throws -> Value
    ) async throws(PostgresError) -> Value {
        try await link.call(isWrite: isWrite, timeout: isLease ? .seconds(4) : .seconds(30), body)
    }

    func acquireLane(holder: UUID, host: String, timeToLive: Duration) async throws(PostgresError) -> Int64? {
        try await call(isWrite: true) { [lane] in $0.acquire(lane, holder: holder, timeToLive: timeToLive) }
    }

    func renewLane(holder: UUID, epoch: Int64, timeToLive: Duration) async throws(PostgresError) -> Bool {
        try await call(isWrite: true) { [lane] in
            $0.renew(lane, holder: holder, epoch: epoch, timeToLive: timeToLive)
        }
    }

    func releaseLane(holder: UUID, epoch: Int64) async throws(PostgresError) {
        try await call(isWrite: true) { [lane] in $0.release(lane, holder: holder, epoch: epoch) }
    }

    func publish(
        _ publication: Publication, from host: String, introducing: Bool
    ) async throws(PostgresError) -> Int64 {
        try await call(isWrite: true) { [lane] in
            try $0.publish(publication, as: lane, introducing: introducing)
        }
    }

    func caution() async throws(PostgresError) -> Caution? {
        try await call { [lane] in $0.networks[lane]?.publication.caution }
    }

    func snapshot() async throws(PostgresError) -> LaneSnapshot {
        try await call { [lane] in try $0.snapshot(of: lane) }
    }

    func isRetired() async throws(PostgresError) -> Bool { try await call { [lane] in try $0.network(lane).isRetired } }

    func time() async throws(PostgresError) -> Int64 {
        try await call { $0.clock / 1_000 + ($0.sabotage == .misdates ? 86_400 : 0) }
    }

    func identity() async throws(PostgresError) -> String { "model/1" }

    func watchedKeys<State: Sendable>(
        after number: Int64, through: Int64, into state: consuming State,
        each: @escaping @Sendable (inout State, WatchKey) -> Void
    ) async throws -> State {
        let keys = try await call { [lane] in $0.watchedKeys(of: lane, after: number, through: through) }
        var folded = state
        for key in keys { each(&folded, key) }
        return folded
    }

    func window(_ maximum: Int) async throws -> [Header] { try await call { [lane] in $0.window(of: lane, maximum) } }

    func storedBlocks() async throws -> [BlockReference] { try await call { [lane] in $0.storedBlocks(of: lane) } }

    func headers(since time: Int64) async throws -> (blocks: [BlockReference], isComplete: Bool) {
        try await call { [lane] in $0.headers(of: lane, since: time) }
    }

    func siblingKeys(after known: [String: Int64]) async throws -> [SiblingKey] {
        try await call { [lane] in $0.siblingKeys(of: lane, after: known) }
    }

    func dossiers(_ query: DossierQuery) async throws -> [Dossier] {
        try await call { [lane] in $0.dossiers(query, network: lane) }
    }

    func owners(ofOutputs outputs: [Outpoint]) async throws -> [Outpoint: Set<UUID>] {
        try await call { [lane] in $0.owners(ofOutputs: outputs, on: lane) }
    }

    func unmined() async throws -> [UnminedTransaction] { try await call { [lane] in $0.unmined(of: lane) } }

    func hasUnregisteredOptions() async throws(PostgresError) -> Bool {
        try await call { [lane] in $0.hasUnregisteredOptions(of: lane) }
    }

    func unregisteredOptions(watched: Bool, limit: Int) async throws(PostgresError) -> [UnregisteredOption] {
        try await call { [lane] in $0.unregisteredOptions(of: lane, watched: watched, limit: limit) }
    }

    func holders(of keys: [WatchKey]) async throws(PostgresError) -> [WatchKey: [Owner]] {
        try await call { [lane] in $0.holders(of: keys, on: lane) }
    }

    func unexpectedDeposits(of owners: [UUID]) async throws -> [UnexpectedDeposit] {
        try await call { [lane] in $0.unexpectedDeposits(of: owners, on: lane) }
    }

    func watermarks() async throws(PostgresError) -> (now: Int64, watermarks: [String: Watermark]) {
        try await call { $0.watermarks() }
    }

    func refusal(of step: Step) async throws -> String? { nil }

    func refusal(of step: SettlementStep) async throws -> String? { nil }

    func dueInvoices(_ deadline: Deadline, after last: UUID?, limit: Int32) async throws(PostgresError) -> [UUID] {
        try await call { $0.dueInvoices(deadline, after: last, limit: Int(limit)) }
    }

    func waitingCommands(limit: Int64) async throws(PostgresError) -> [WaitingCommand] {
        try await call { [lane] in $0.waitingCommands(of: lane, limit: Int(limit)) }
    }

    func maintainOutbox(keeping age: Duration) async throws(PostgresError) { try await call { _ in } }

    func commit(_ step: Step) async throws(PostgresError) -> StepOutcome {
        try await call(isWrite: true) { [lane] in try $0.commit(step, lane: lane) }
    }

    func commit(_ step: SettlementStep) async throws(PostgresError) -> StepOutcome {
        try await call(isWrite: true) { [lane] in try $0.commit(step, lane: lane) }
    }

    func notifyConsumers() async throws(PostgresError) { try await call { _ in } }
}
