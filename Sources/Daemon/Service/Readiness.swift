import Foundation
import Store
import Watcher

/// Whether every network is being followed and payments are being settled, here or by another daemon, and if not, why.
struct Readiness: Hashable, Encodable, Sendable {
    struct Network: Hashable, Encodable, Sendable {
        let network: String
        let ready: Bool
        let detail: String
    }

    struct Settlement: Hashable, Encodable, Sendable {
        let ready: Bool
        let detail: String
    }

    let ready: Bool
    let database: String
    let networks: [Network]
    /// Of deadlines and operators' commands.
    let settlement: Settlement

    init(
        _ workers: [(network: String, status: WorkerStatus)], settlement: WorkerStatus,
        _ observation: DatabaseObserver.Observation, now: ContinuousClock.Instant
    ) {
        var known: [NetworkColumns] = []
        var holder: String?
        switch observation {
        case .none: database = "not asked yet"
        case .failed(let reason): database = reason
        case .seen(_, let moment) where moment + DatabaseObserver.freshness < now: database = "does not answer"
        case .seen(let overview, _):
            database = overview.isCommitting ? "answers" : "commits wait for a synchronous standby that does not answer"
            known = overview.networks.map(\.columns)
            holder = overview.settlementHolder
        }
        let isAnswering = database == "answers"
        networks = workers.map { worker in
            Network(worker.network, worker.status, known.first { $0.network == worker.network })
        }
        self.settlement = Settlement(settlement, holder: holder)
        ready = isAnswering && networks.allSatisfy(\.ready) && self.settlement.ready
    }

    /// One line for `systemctl status`.
    var line: String {
        if database != "answers" { return "database: \(database)" }
        let parts =
            networks.map { "\($0.network) \($0.detail)" }
            + (settlement.ready ? [] : ["settlement \(settlement.detail)"])
        return parts.joined(separator: "; ")
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
        if status == .standby {
            ready = known?.isReady ?? false
            detail = "standby" + (known.map { ": \($0.state), held by \($0.heldBy ?? "nobody")" } ?? "")
        } else {
            ready = status.isReady
            detail = status.detail
        }
    }
}

extension Readiness.Settlement {
    /// A daemon that holds the lane without getting on says so itself.
    fileprivate init(_ status: WorkerStatus, holder: String?) {
        if status == .standby {
            ready = holder != nil
            detail = "standby: held by \(holder ?? "nobody")"
        } else {
            ready = status.isReady
            detail = status.detail
        }
    }
}

extension WorkerStatus {
    var detail: String {
        switch self {
        case .starting: "starting"
        case .waitingForDatabase(let reason): "waiting for the database: \(reason)"
        case .standby: "standby"
        case .syncing(let reason): "syncing" + (reason.map { ": \($0)" } ?? "")
        case .following: "following"
        case .retired: "retired"
        case .halted(let reason): "halted: \(reason)"
        }
    }
}
