/// What goes wrong.
public enum Fault: String, Hashable, Sendable, CaseIterable, Codable {
    // A node, for a while.
    case nodeDown = "node_down"
    case nodeLagging = "node_lagging"
    case nodeForked = "node_forked"
    case nodeEmpty = "node_empty"
    case nodeWrong = "node_wrong"
    case nodeRateLimited = "node_rate_limited"
    case nodeSlow = "node_slow"
    case nodeDownloading = "node_downloading"
    // The database as one daemon sees it, for a while.
    case storeUnreachable = "store_unreachable"
    case storeFailsBefore = "store_fails_before"
    case storeFailsAfter = "store_fails_after"
    /// The connection is lost while a statement is on its way; it takes effect later.
    case storeLate = "store_late"
    case storeSlow = "store_slow"
    // A daemon.
    case daemonKilled = "daemon_killed"
    case daemonStopped = "daemon_stopped"
    case daemonPaused = "daemon_paused"
    // The rest of the world.
    case clockJump = "clock_jump"
    case fork
    case invalidation
    /// A chain went back in pieces, further than a rollback may go; counted where the network halted for it.
    case retreat
    /// An owner was paid out of his own deposits.
    case ownFunds = "own_funds"
    /// A payer chose another network for an address; counted where its owner was told.
    case wrongNetwork = "wrong_network"
    /// A payment on another network than its owner's was taken back there; counted where its owner was told.
    case wrongNetworkReorg = "wrong_network_reorg"
    /// A network was given up for good.
    case retirement
    /// The same of one on which a payment that was meant for another network had been taken back.
    case siblingRetirement = "sibling_retirement"
    /// A standby took over; `lostCommits` where it lacked commits that had been acknowledged.
    case failover
    case lostCommits = "lost_commits"
    /// A backup was restored, and an operator said so.
    case restore
    /// A primary that was given up ran again, and refused itself to a daemon that knew better.
    case oldPrimary = "old_primary"
    /// An operator began an incarnation of the outbox where nothing was lost.
    case newIncarnation = "new_incarnation"

    static let ofNodes: [Fault] = [
        .nodeDown, .nodeLagging, .nodeForked, .nodeEmpty, .nodeWrong, .nodeRateLimited, .nodeSlow, .nodeDownloading,
    ]
    static let ofStores: [Fault] = [.storeUnreachable, .storeFailsBefore, .storeFailsAfter, .storeLate, .storeSlow]
}

/// Which faults are on, and how often each really did something.
///
/// `@unchecked Sendable`: only the thread of the simulation touches it.
final class Weather: @unchecked Sendable {
    private var active: [String: [Fault: Int]] = [:]
    private(set) var fired: [Fault: Int] = [:]
    private var lies: [String: [Lie: Int]] = [:]

    func begin(_ fault: Fault, at target: String) { active[target, default: [:]][fault, default: 0] += 1 }

    func end(_ fault: Fault, at target: String) {
        if let count = active[target]?[fault], count > 0 { active[target]?[fault] = count - 1 }
    }

    func clear() { (active, lies) = ([:], [:]) }

    func begin(_ lie: Lie, by node: String) { lies[node, default: [:]][lie, default: 0] += 1 }

    func end(_ lie: Lie, by node: String) {
        if let count = lies[node]?[lie], count > 0 { lies[node]?[lie] = count - 1 }
    }

    func tells(_ lie: Lie, by node: String) -> Bool { (lies[node]?[lie] ?? 0) > 0 }

    func has(_ fault: Fault, at target: String) -> Bool { (active[target]?[fault] ?? 0) > 0 }

    func isClear(at target: String) -> Bool { active[target]?.values.allSatisfy { $0 == 0 } ?? true }

    func fire(_ fault: Fault) { fired[fault, default: 0] += 1 }
}
