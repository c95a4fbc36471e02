internal import Chain

/// Why the network does not move, should it not.
extension NetworkMachine {
    /// What has gone wrong since our cursor last moved, or was last confirmed as the tip.
    struct Trouble: Sendable {
        let since: Instant
        let last: Obstacle
        let lastAt: Instant
    }

    /// - Parameter node: whose error it is; nil where it is not one node's.
    mutating func noteTrouble(_ error: NodeError, ofNode node: Int? = nil) {
        trouble = Trouble(since: trouble?.since ?? now, last: Obstacle(node: node, error: error), lastAt: now)
    }

    /// Our cursor is another one.
    mutating func movedOn() {
        trouble = nil
        if let cursor { nodes.waive(through: cursor.height) }
    }

    /// The last error, once the network has not moved for a poll interval after the first: others are weather. At once
    /// where no node works, and later where it is only the pace that a node allows. An error that does not come again is
    /// not what it waits for.
    func obstacle(in progress: Progress) -> Obstacle? {
        if progress == .stalled(.downloading) { return lack }
        guard let trouble else { return nil }
        if progress == .stalled(.noNode) { return trouble.last }
        let isPacing = trouble.last.code == .rateLimited
        let patience = isPacing ? max(settings.pollInterval, .seconds(60)) : settings.pollInterval
        let memory = isPacing ? settings.retryAfterMaximum : settings.backoffMaximum * 4 + settings.pollInterval * 2
        guard now >= trouble.since + patience, now <= trouble.lastAt + memory else { return nil }
        return trouble.last
    }

    /// What the first node that is in its initial download says of it.
    private var lack: Obstacle? {
        nodes.nodes.enumerated().lazy.compactMap { node, record in
            record.state?.lack.map { Obstacle(node: node, error: NodeError(.warmingUp, $0)) }
        }.first
    }
}
