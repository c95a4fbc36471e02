import BigInt
import Chain
import Foundation
import Payments
import Postgres
import Store
import TestSupport

/// A network's lane of a `MigratedDatabase`, worked step by step: addresses are their own keys.
struct NetworkLane {
    let migrated: MigratedDatabase
    let asset = MigratedDatabase.litecoin
    let policy: Policy
    private(set) var base: LaneSnapshot

    init(_ migrated: MigratedDatabase, credit: Int32 = 1) async throws {
        try await self.init(migrated, Thresholds(credit: credit, final: credit + 2))
    }

    init(_ migrated: MigratedDatabase, _ thresholds: Thresholds) async throws {
        self.migrated = migrated
        let number = try await migrated.publish(thresholds)
        policy = Policy(network: "litecoin", number: number, thresholds: thresholds, assets: [asset])
        _ = try await migrated.store.acquireLane(holder: UUID(), host: "test", timeToLive: .seconds(600))
        base = try await migrated.store.snapshot()
    }

    /// Watches every option that waits and ends its registration; an address that begins with "bad" is refused. `meanwhile` is
    /// done between the decision and its commit.
    mutating func register(meanwhile: () async throws -> Void = {}) async throws {
        func isBad(_ option: UnregisteredOption) -> Bool { option.address.hasPrefix("bad") }
        let options = try await migrated.store.unregisteredOptions(watched: false, limit: 100)
        var watching = Step(network: "litecoin", base: base, headersKept: 10, state: .following)
        watching.watches = options.filter { !isBad($0) }.map {
            Step.Watch(owner: $0.owner.id, ordinal: $0.ordinal, key: key($0.address))
        }
        try await take(watching)
        var registering = Step(network: "litecoin", base: base, headersKept: 10, state: .following)
        let ends = Dictionary(grouping: options, by: \.owner.id).mapValues { options in
            options.map { Registration(ordinal: $0.ordinal, refusal: isBad($0) ? "malformed_address" : nil) }
        }
        registering.changes = try await migrated.store.dossiers(DossierQuery(owners: Array(ends.keys))).map {
            settle($0, Facts(tip: base.tip?.height ?? 0, registrations: ends[$0.owner.id] ?? []), policy)
        }
        try await meanwhile()
        try await take(registering)
    }

    /// The next block, with payments in base units to addresses.
    mutating func block(_ payments: KeyValuePairs<String, UInt64> = [:]) async throws {
        let height = (base.tip?.height ?? 0) + 1
        let header = Header(
            reference: BlockReference(height: height, hash: Hash256(7, 0, 0, UInt64(height))),
            parent: base.tip?.hash ?? Hash256(0, 0, 0, 0), time: 1_700_000_000 + height, work: 1)
        let arrivals = payments.enumerated().map { place, payment in
            Arrival(
                Transfer(
                    transaction: Hash256(8, 0, UInt64(height), UInt64(place)), locator: .output(0),
                    recipient: key(payment.key), amount: UInt256(payment.value), blockIndex: UInt32(place)),
                of: asset, in: BlockStamp(header))
        }
        let dossiers = try await migrated.store.dossiers(
            DossierQuery(
                keys: arrivals.map(\.transfer.recipient), due: Reach(tip: height)))
        let routed = route(arrivals, to: dossiers, network: "litecoin")
        var step = Step(network: "litecoin", base: base, headersKept: 10, state: .following)
        step.headers = [header]
        step.changes = dossiers.map {
            settle($0, Facts(tip: height, arrivals: routed[$0.owner.id] ?? []), policy)
        }
        try await take(step)
    }

    /// The chain's finality tags stand at these heights.
    mutating func finalize(_ finality: [FinalityTag: Int64]) async throws {
        let reach = Reach(tip: base.tip?.height ?? 0, finality: finality)
        var step = Step(network: "litecoin", base: base, headersKept: 10, state: .following)
        step.finality = finality
        step.changes = try await migrated.store.dossiers(DossierQuery(due: reach)).map {
            settle($0, Facts(reach: reach), policy)
        }
        try await take(step)
    }

    /// The blocks above a height are on our chain no longer.
    mutating func disconnect(to height: Int64) async throws {
        var step = Step(network: "litecoin", base: base, headersKept: 10, state: .following)
        step.disconnect(to: BlockReference(height: height, hash: Hash256(7, 0, 0, UInt64(height))))
        step.changes = try await migrated.store.dossiers(DossierQuery(above: height)).map {
            settle($0, Facts(tip: height, disconnectedTo: height), policy)
        }
        try await take(step)
    }

    /// A payment is in the mempool, in a transaction of this number that spends the output of the same number.
    mutating func sight(_ number: UInt64, _ address: String, _ amount: UInt64) async throws {
        let transfer = Transfer(
            transaction: Hash256(9, 0, 0, number), locator: .output(0), recipient: key(address),
            amount: UInt256(amount), blockIndex: 0)
        let arrival = Arrival(transfer, of: asset, sightedAt: try await migrated.store.time())
        let dossiers = try await migrated.store.dossiers(DossierQuery(keys: [transfer.recipient]))
        var step = Step(network: "litecoin", base: base, headersKept: 10, state: .following)
        step.changes = dossiers.map { settle($0, Facts(tip: base.tip?.height ?? 0, arrivals: [arrival]), policy) }
        step.transactions = [
            transfer.transaction: [Outpoint(transaction: Hash256(1, 1, 1, number), index: UInt32(number))]
        ]
        try await take(step)
    }

    /// That transaction is no longer there.
    mutating func lose(_ number: UInt64, _ address: String, _ cause: Loss.Cause) async throws {
        let loss = Loss(Hash256(9, 0, 0, number), cause)
        let dossiers = try await migrated.store.dossiers(DossierQuery(keys: [key(address)]))
        var step = Step(network: "litecoin", base: base, headersKept: 10, state: .following)
        step.changes = dossiers.map { settle($0, Facts(tip: base.tip?.height ?? 0, losses: [loss]), policy) }
        try await take(step)
    }

    /// Tells what state the network is in.
    mutating func tell(_ state: NetworkState, _ reason: String? = nil) async throws {
        var step = Step(network: "litecoin", base: base, headersKept: 10, state: state)
        step.stateReason = reason
        try await take(step)
    }

    /// A step on where the network stands.
    var emptyStep: Step { Step(network: "litecoin", base: base, headersKept: 10, state: .following) }

    private func key(_ address: String) -> WatchKey { WatchKey(Array(address.utf8))! }

    mutating func take(_ step: Step) async throws {
        let outcome = try await commit(step)
        guard case .committed(let snapshot) = outcome else { throw TestFailure("not committed: \(outcome)") }
        base = snapshot
    }

    /// A step that has waited for a lock too long is repeated, as the daemon does.
    private func commit(_ step: Step) async throws -> StepOutcome {
        while true {
            do {
                return try await migrated.store.commit(step)
            } catch {
                guard error.code == .lockTimeout else { throw error }
            }
        }
    }
}
