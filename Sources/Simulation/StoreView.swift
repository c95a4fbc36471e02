import Chain
import Foundation
import Payments
import Store

/// One connection of a daemon to the model of the database, with the faults of what lies between.
struct StoreView: LaneStore {
    let lane: String
    let isLease: Bool
    let link: StoreLink
    private let connection = StoreLink.Connection()

    init(lane: String, isLease: Bool, link: StoreLink) {
        self.lane = lane
        self.isLease = isLease
        self.link = link
    }

    private func call<Value: Sendable>(
        isWrite: Bool = false, _ body: @escaping (ModelDatabase) throws -> Value
    ) async throws(StoreError) -> Value {
        try await write(isWrite: isWrite) { database, _ in try body(database) }
    }

    /// The same where it matters what the daemon has seen of the database.
    private func write<Value: Sendable>(
        isWrite: Bool = true, _ body: @escaping (ModelDatabase, Lineage.Seen?) throws -> Value
    ) async throws(StoreError) -> Value {
        try await link.call(on: connection, isWrite: isWrite, timeout: isLease ? .seconds(4) : .seconds(30), body)
    }

    func acquireLane(holder: UUID, host: String, timeToLive: Duration) async throws(StoreError) -> Int64? {
        try await call(isWrite: true) { [lane] in $0.acquire(lane, holder: holder, timeToLive: timeToLive) }
    }

    func renewLane(holder: UUID, epoch: Int64, timeToLive: Duration) async throws(StoreError) -> Bool {
        try await call(isWrite: true) { [lane] in
            $0.renew(lane, holder: holder, epoch: epoch, timeToLive: timeToLive)
        }
    }

    func releaseLane(holder: UUID, epoch: Int64) async throws(StoreError) {
        try await call(isWrite: true) { [lane] in $0.release(lane, holder: holder, epoch: epoch) }
    }

    func publish(
        _ publication: Publication, from host: String, introducing: Bool
    ) async throws(StoreError) -> Int64 {
        try await call(isWrite: true) { [lane] in
            try $0.publish(publication, as: lane, introducing: introducing)
        }
    }

    func caution() async throws(StoreError) -> Caution? {
        try await call { [lane] in $0.networks[lane]?.publication.terms.raise?.caution }
    }

    func snapshot() async throws(StoreError) -> LaneSnapshot {
        try await write(isWrite: false) { [lane] in try $0.snapshot(of: lane, seen: $1) }
    }

    func isRetired() async throws(StoreError) -> Bool { try await call { [lane] in try $0.network(lane).isRetired } }

    func time() async throws(StoreError) -> Int64 {
        try await call { $0.clock / 1_000 + ($0.sabotage == .misdates ? 86_400 : 0) }
    }

    func identity() async throws(StoreError) -> String { try await call { $0.identity } }

    func watchedKeys<State: Sendable>(
        after number: Int64, through: Int64, into state: consuming State,
        each: @escaping @Sendable (inout State, WatchKey) -> Void
    ) async throws(StoreError) -> State {
        let keys = try await call { [lane] in $0.watchedKeys(of: lane, after: number, through: through) }
        var folded = state
        for key in keys { each(&folded, key) }
        return folded
    }

    func window(_ maximum: Int) async throws(StoreError) -> [Header] {
        try await call { [lane] in $0.window(of: lane, maximum) }
    }

    func storedHeaders() async throws(StoreError) -> [Header] {
        try await call { [lane] in $0.storedHeaders(of: lane) }
    }

    func lowestDeposit() async throws(StoreError) -> Int64? {
        try await call { [lane] in $0.lowestDeposit(of: lane) }
    }

    func headers(since time: Int64) async throws(StoreError) -> (blocks: [BlockReference], isComplete: Bool) {
        try await call { [lane] in $0.headers(of: lane, since: time) }
    }

    func siblingKeys(after known: [String: Int64]) async throws(StoreError) -> [SiblingKey] {
        try await call { [lane] in $0.siblingKeys(of: lane, after: known) }
    }

    func dossiers(_ query: DossierQuery) async throws(StoreError) -> [Dossier] {
        try await call { [lane] in $0.dossiers(query, network: lane) }
    }

    func owners(ofOutputs outputs: [Outpoint]) async throws(StoreError) -> [Outpoint: Set<UUID>] {
        try await call { [lane] in $0.owners(ofOutputs: outputs, on: lane) }
    }

    func unmined() async throws(StoreError) -> [UnminedTransaction] {
        try await call { [lane] in $0.unmined(of: lane) }
    }

    func hasUnregisteredOptions() async throws(StoreError) -> Bool {
        try await call { [lane] in $0.hasUnregisteredOptions(of: lane) }
    }

    func unregisteredOptions(watched: Bool, limit: Int) async throws(StoreError) -> [UnregisteredOption] {
        try await call { [lane] in $0.unregisteredOptions(of: lane, watched: watched, limit: limit) }
    }

    func holders(of keys: [WatchKey]) async throws(StoreError) -> [WatchKey: [Owner]] {
        try await call { [lane] in $0.holders(of: keys, on: lane) }
    }

    func unexpectedDeposits(of owners: [UUID]) async throws(StoreError) -> [UnexpectedDeposit] {
        try await call { [lane] in $0.unexpectedDeposits(of: owners, on: lane) }
    }

    func watermarks() async throws(StoreError) -> (now: Int64, watermarks: [String: Watermark]) {
        try await call { $0.watermarks() }
    }

    func refusal(of step: Step) async throws(StoreError) -> String? { nil }

    func refusal(of step: SettlementStep) async throws(StoreError) -> String? { nil }

    func dueInvoices(limit: Int32) async throws(StoreError) -> [UUID] {
        try await call { $0.dueInvoices(limit: Int(limit)) }
    }

    func waitingCommands(limit: Int64) async throws(StoreError) -> [WaitingCommand] {
        try await call { [lane] in $0.waitingCommands(of: lane, limit: Int(limit)) }
    }

    func maintainOutbox(keeping age: Duration) async throws(StoreError) { try await call { _ in } }

    func commit(_ step: Step) async throws(StoreError) -> StepOutcome {
        try await write { [lane] in try $0.commit(step, lane: lane, seen: $1) }
    }

    func commit(_ step: SettlementStep) async throws(StoreError) -> StepOutcome {
        try await write { [lane] in try $0.commit(step, lane: lane, seen: $1) }
    }

    func notifyConsumers() async throws(StoreError) { try await call { _ in } }
}
