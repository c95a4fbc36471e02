import BigInt
import Chain
import Foundation
import Payments
import Postgres
import Store
import TestSupport

/// Connects made-up blocks to the network of a `BenchDatabase`, in the way that the daemon does.
struct BenchChain {
    struct Times {
        /// Seconds from the call to the database's answer.
        let commit: Double
        /// Seconds to load what the decisions rest on, and to decide.
        let decision: Double

        var whole: Double { commit + decision }
    }

    private let database: BenchDatabase
    private let store: Store
    private let policy: Policy
    private var base: LaneSnapshot

    /// Takes the lane, on a connection as the daemon's.
    init(_ database: BenchDatabase) async throws {
        self.database = database
        store = Store(try database.connect(), lane: BenchDatabase.network)
        let publication = BenchDatabase.publication(credit: 2)
        let number = try await store.publish(publication, from: "bench", introducing: false)
        policy = publication.policy(of: BenchDatabase.network, number: number)
        _ = try await store.acquireLane(holder: UUID(), host: "bench", timeToLive: .seconds(86_400))
        base = try await store.snapshot()
        if base.tip == nil { try await start() }
    }

    var height: Int64 { base.tip?.height ?? 0 }

    /// Far above the blocks of the deposits that are there.
    private mutating func start() async throws {
        var step = Step(network: BenchDatabase.network, base: base, headersKept: 1_000, state: .following)
        step.headers = [header(at: 10_000_000, on: Hash256(0, 0, 0, 0))]
        _ = try await commit(step)
    }

    private func header(at height: Int64, on parent: Hash256) -> Header {
        Header(
            reference: BlockReference(height: height, hash: Hash256(7, 0, 0, UInt64(height))), parent: parent,
            time: Int64(Date().timeIntervalSince1970), work: 2)
    }

    /// The next block, with one transaction to each of the addresses with these watch numbers, in so many outputs.
    mutating func connect(paying numbers: [Int64], outputs: Int = 1) async throws -> Times {
        let header = header(at: height + 1, on: base.tip?.hash ?? Hash256(0, 0, 0, 0))
        let keys = try await database.administration.query(
            "SELECT key FROM confirmd_data.option WHERE network = $1 AND watch_number = ANY ($2)",
            [.text(BenchDatabase.network), .int8Array(numbers)]
        ).compactMap { WatchKey(try $0.decode("key", as: [UInt8].self)) }
        let arrivals = keys.enumerated().flatMap { place, key in
            let transaction = Hash256(
                .random(in: .min ... .max), .random(in: .min ... .max), UInt64(header.height), UInt64(place))
            return (0..<outputs).map { output in
                Arrival(
                    Transfer(
                        transaction: transaction, locator: .output(UInt32(output)), recipient: key,
                        amount: UInt256(1_000_000), blockIndex: UInt32(place * outputs + output)),
                    of: BenchDatabase.asset, in: BlockStamp(header))
            }
        }
        let clock = ContinuousClock()
        let start = clock.now
        let dossiers = try await store.dossiers(
            DossierQuery(
                keys: keys, due: Reach(tip: header.height),
                deposits: arrivals.map {
                    StableID.deposit(network: BenchDatabase.network, asset: $0.asset.code, transfer: $0.transfer)
                }))
        let routed = route(arrivals, to: dossiers, network: BenchDatabase.network)
        var step = Step(network: BenchDatabase.network, base: base, headersKept: 1_000, state: .following)
        step.headers = [header]
        step.changes = dossiers.map { dossier in
            settle(dossier, Facts(tip: header.height, arrivals: routed[dossier.owner.id] ?? []), policy)
        }
        for arrival in arrivals {
            step.transactions[arrival.transfer.transaction] = [
                Outpoint(transaction: arrival.transfer.transaction, index: 0)
            ]
        }
        let decision = (clock.now - start) / .seconds(1)
        return Times(commit: try await commit(step), decision: decision)
    }

    private mutating func commit(_ step: Step) async throws -> Double {
        let clock = ContinuousClock()
        let start = clock.now
        let outcome = try await store.commit(step)
        let time = (clock.now - start) / .seconds(1)
        guard case .committed(let snapshot) = outcome else { throw TestFailure("not committed: \(outcome)") }
        base = snapshot
        return time
    }
}
