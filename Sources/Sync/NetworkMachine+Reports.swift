internal import Chain

/// What is worth telling.
extension NetworkMachine {
    /// What was told last.
    struct Told: Sendable {
        var progress: Progress?
        var head: Int64?
        var health: [NodeHealth] = []
        var frozen: Set<FinalityTag> = []
        var obstacle: (last: Obstacle, at: Instant)?
        /// When the cursor was last the tip, while the network is followed.
        var atTip: Instant?

        /// What to call it: a network is followed while its next blocks are read and while nodes change places, until it has
        /// been off the tip for longer than that takes. What only a person can mend is told at once.
        mutating func steadied(
            _ standing: Progress, isHindered: Bool, patience: Duration, at now: Instant
        ) -> Progress {
            switch standing {
            case .following: atTip = now
            case .syncing, .stalled(.lagging), .stalled(.forked):
                if let atTip, !isHindered, now - atTip <= patience { return .following }
                atTip = nil
            case .starting, .stalled: atTip = nil
            }
            return standing
        }

        /// An obstacle in other words, as where a time is in them, is told anew once a minute.
        mutating func isNews(_ obstacle: Obstacle?, at now: Instant) -> Bool {
            if let told = self.obstacle, let obstacle {
                guard told.last != obstacle, now - told.at >= .seconds(60) else { return false }
            } else if self.obstacle == nil, obstacle == nil {
                return false
            }
            self.obstacle = obstacle.map { ($0, now) }
            return true
        }
    }

    /// What changed since it was told last.
    mutating func news() -> [Report] {
        var reports: [Report] = []
        let health = nodes.nodes.map { $0.health(cursor: cursor, at: now) }
        for (node, health) in health.enumerated()
        where !told.health.indices.contains(node) || told.health[node] != health {
            reports.append(.node(node, health))
        }
        told.health = health
        if let height = headHeight, height != told.head {
            told.head = height
            reports.append(.head(height: height))
        }
        if frozenTags != told.frozen {
            told.frozen = frozenTags
            reports.append(.frozen(frozenTags))
        }
        let current = standing
        if current == .following { trouble = nil }
        let obstacle = obstacle(in: current)
        if told.isNews(obstacle, at: now) { reports.append(.obstacle(obstacle)) }
        let progress = told.steadied(current, isHindered: obstacle != nil, patience: settings.patience, at: now)
        if progress != told.progress {
            told.progress = progress
            reports.append(.progress(progress))
        }
        return reports
    }

    /// How far it is at this moment.
    private var standing: Progress {
        let able = nodes.nodes.filter { !$0.isFailing }
        if able.isEmpty { return .stalled(nodes.nodes.allSatisfy(\.isWrongChain) ? .wrongChain : .noNode) }
        let synced = able.filter { $0.tip != nil }
        if synced.isEmpty { return able.allSatisfy { $0.state == nil } ? .starting : .stalled(.downloading) }

        guard let cursor else {
            guard let firstRun, !synced.contains(where: { ($0.tip?.height ?? 0) >= firstRun.lowestTip }) else {
                return .starting
            }
            return .stalled(.startAboveTip)
        }
        if nodes.agreement.confirmation(of: cursor) != nil { return .following }
        let level = synced.filter { ($0.tip?.height ?? 0) >= cursor.height }
        if level.isEmpty { return .stalled(.lagging) }
        return level.allSatisfy(\.isForked) ? .stalled(.forked) : .syncing
    }
}
