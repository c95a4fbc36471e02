import Foundation
import Store
import Watcher

/// Whether every network is being followed, here or by another daemon, and if not, why.
struct Readiness: Hashable, Encodable, Sendable {
    struct Network: Hashable, Encodable, Sendable {
        let network: String
        let ready: Bool
        let detail: String
    }

    let ready: Bool
    let database: String
    let networks: [Network]

    init(
        _ workers: [(network: String, status: WorkerStatus)], _ observation: DatabaseObserver.Observation,
        now: ContinuousClock.Instant
    ) {
        var known: [NetworkColumns] = []
        switch observation {
        case .none: database = "not asked yet"
        case .failed(let reason): database = reason
        case .networks(_, let moment) where moment + DatabaseObserver.freshness < now: database = "does not answer"
        case .networks(let networks, _):
            database = "answers"
            known = networks
        }
        let isAnswering = database == "answers"
        networks = workers.map { worker in
            Network(worker.network, worker.status, known.first { $0.network == worker.network })
        }
        ready = isAnswering && networks.allSatisfy(\.ready)
    }

    var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}

extension Readiness.Network {
    fileprivate init(_ network: String, _ status: WorkerStatus, _ known: NetworkColumns?) {
        self.network = network
        switch status {
        case .standby:
            ready = known?.isFollowed ?? false
            detail = "standby" + (known.map { ": \($0.state), held by \($0.heldBy ?? "nobody")" } ?? "")
        case .starting: (ready, detail) = (false, "starting")
        case .waitingForDatabase(let reason): (ready, detail) = (false, "waiting for the database: \(reason)")
        case .syncing(let reason): (ready, detail) = (false, "syncing" + (reason.map { ": \($0)" } ?? ""))
        case .following: (ready, detail) = (true, "following")
        case .halted(let reason): (ready, detail) = (false, "halted: \(reason)")
        }
    }
}
