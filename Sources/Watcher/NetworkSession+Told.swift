import Chain
import Logging
import Payments
import Store
import Sync
import Telemetry

/// What the session tells of itself: in the log, the metrics, the status endpoint and, by its steps, the database.
extension NetworkSession {
    func note(_ report: Report) {
        switch report {
        case .progress(let progress):
            self.progress = progress
            tellProgress()
        case .obstacle(let obstacle):
            self.obstacle = obstacle.map(words)
            metrics.set(.networkStuck, settings.network, to: obstacle == nil ? 0 : 1)
            if let words = self.obstacle { logger.warning("it does not get on", metadata: ["reason": "\(words)"]) }
            tellProgress()
        case .frozen(let tags):
            frozen = tags.isEmpty ? nil : Self.words(frozen: tags)
            metrics.set(.finalityFrozen, settings.network, to: tags.isEmpty ? 0 : 1)
            if let frozen {
                logger.error("finality was taken back", metadata: ["reason": "\(frozen)"])
                sound(PolicyGuard.Alarm(cause: .finalityRegress))
            }
            if state == .following { set(.following, remarks) }
        case .head(let height): logger.debug("head", metadata: ["height": "\(height)"])
        case .node(let node, let health):
            self.health[node] = health
            tellNodeStatuses()
            if health == .forked { metrics.add(to: .nodeDisagreements, settings.network, nodes[node].name) }
            metrics.set(.nodeUp, settings.network, nodes[node].name, to: health.isUp ? 1 : 0)
            var metadata: Logger.Metadata = ["node": "\(nodes[node].name)", "health": "\(health.word)"]
            if let reason = health.reason { metadata["reason"] = "\(reason)" }
            logger.log(level: health.isUp || health == .unknown ? .notice : .warning, "node", metadata: metadata)
        }
    }

    private func tellProgress() {
        switch progress {
        case .starting where obstacle == nil: set(.starting, nil)
        case .starting: set(.syncing, obstacle)
        case .syncing:
            let cursor = machine.cursor.map { "nothing after block \($0.height) could be had so far: " } ?? ""
            set(.syncing, obstacle.map { cursor + $0 })
        case .following: set(.following, remarks)
        case .stalled(let stall):
            set(
                .syncing, [stall.description, obstacle].compactMap(\.self).joined(separator: ": "), advice: stall.advice
            )
        }
    }

    private func words(_ obstacle: Obstacle) -> String {
        guard let node = obstacle.node, nodes.indices.contains(node), !obstacle.message.contains(nodes[node].name)
        else { return obstacle.message }
        return "\(nodes[node].name): \(obstacle.message)"
    }

    func tellNodeStatuses() {
        tellNodes(
            nodes.enumerated().map { place, node in
                NodeStatus(
                    name: node.name, health: health[place] ?? .unknown, figures: machine.figures(of: place, at: now))
            })
    }

    func noteDissent(since before: Dissent?) {
        guard dissent != before else { return }
        metrics.set(.creditsHeld, settings.network, to: dissent == nil ? 0 : 1)
        if let dissent {
            // That one is a little behind the other is not news.
            logger.log(
                level: dissent.isContradiction ? .error : .notice,
                "nodes do not agree; nothing is credited from here on", metadata: ["reason": "\(dissent)"])
            if dissent.isContradiction { sound(PolicyGuard.Alarm(cause: .nodeDisagreement)) }
        } else {
            logger.notice("nodes agree again")
        }
        if state == .following { set(.following, remarks) }
    }

    /// What is out of order while the network is followed.
    var remarks: String? {
        let caution = policy.terms.raise.map { "\($0.caution): \(policy.terms.raises)" }
        let remarks = [frozen, dissent?.description, caution].compactMap(\.self)
        return remarks.isEmpty ? nil : remarks.joined(separator: "; ")
    }

    private static func words(frozen tags: Set<FinalityTag>) -> String {
        """
        a node has taken back what it called \(tags.map(\.rawValue).sorted().joined(separator: " and ")); nothing is \
        credited by it until the node is there again
        """
    }

    /// By what the machine makes of what nodes say: none of it is summed up here.
    func noteHeads() {
        for (place, node) in nodes.enumerated() {
            guard let lag = machine.figures(of: place, at: now)?.lag else { continue }
            metrics.set(.nodeHeadLag, settings.network, node.name, to: Double(lag))
        }
    }

    func halt(_ reason: String) {
        logger.error("halted", metadata: ["reason": "\(reason)"])
        set(.halted, reason)
    }

    /// How the catch-up gets on, now and then.
    func notePace(at height: Int64) {
        guard state == .syncing, let head = machine.headHeight else { return pace = Pace() }
        if let words = pace.tell(done: height, left: head - height, at: now) { set(.syncing, words) }
    }

    /// - Parameter advice: what somebody has to do, for until then nothing goes on.
    func set(_ state: NetworkState, _ reason: String?, advice: String? = nil) {
        guard (state, reason) != (self.state, stateReason) else { return }
        self.state = state
        stateReason = reason
        isStateTold = false
        switch state {
        case .starting: tell(.starting)
        case .syncing: tell(.syncing(reason: reason))
        case .following: tell(.following)
        case .halted, .retired: tell(.halted(reason: reason ?? state.rawValue))
        }
        guard state != .halted else { return }
        var metadata: Logger.Metadata = [:]
        if let reason { metadata["reason"] = "\(reason)" }
        if let advice {
            metadata["next"] = "\(advice)"
            logger.warning("the network is not read, and no payment is seen", metadata: metadata)
        } else {
            logger.info("\(state.rawValue)", metadata: metadata)
        }
    }
}
