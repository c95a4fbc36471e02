internal import Chain

/// What to ask of which node.
extension NetworkMachine {
    /// The first run: the headers up to the starting point, which may be in a step already.
    mutating func asksForStart() -> [Action] {
        guard let firstRun, !firstRun.isComplete else { return [] }
        guard let node = nodes.pin(reaching: firstRun.lowestTip, at: now), nodes.nodes[node].lookup == nil,
            let tip = nodes.nodes[node].tip
        else { return [] }
        switch self.firstRun?.next(tip: tip.height, limit: settings.headersMaximum) {
        case .header(let height):
            nodes.ask(node, .header(height: height))
            return [.askHeader(node: node, height: height)]
        case .headers(let after, let limit):
            nodes.ask(node, .headers(after: after))
            return [.askHeaders(node: node, after: after, limit: limit)]
        case nil: return []
        }
    }

    /// Following: headers after the last one known, and blocks for those known.
    mutating func asksForBranch() -> [Action] {
        guard let cursor, rollback == nil, !follower.isCut else { return [] }
        let before = nodes.pinned
        let isUnderWay = follower.hasBranch || before.map { nodes.nodes[$0].lookup != nil } ?? false
        guard let node = nodes.pin(after: cursor, keeping: isUnderWay, at: now) else { return [] }
        if node != before { follower.dropUnfetched() }

        var actions: [Action] = []
        if let end = headersWanted(from: node) {
            nodes.ask(node, .headers(after: end))
            actions.append(.askHeaders(node: node, after: end, limit: headersMissing(after: end, upToTipOf: node)))
        }
        for reference in follower.fetches(from: node) {
            nodes.asked(node, for: reference, at: now)
            actions.append(.fetchBlock(node: node, reference: reference))
        }
        return actions
    }

    /// A block that we have, of nodes that failed to give others.
    mutating func asksOnTrial() -> [Action] {
        guard let cursor else { return [] }
        return nodes.trials(of: cursor, at: now).map { .fetchBlock(node: $0, reference: cursor) }
    }

    /// How many headers there are between a block and a node's tip: as many as are worth asking for, for some nodes count
    /// each as a request.
    func headersMissing(after block: BlockReference, upToTipOf node: Int) -> Int {
        let missing = (nodes.nodes[node].tip?.height ?? 0) - block.height
        return min(max(1, Int(clamping: missing)), settings.headersMaximum)
    }

    /// The block after which headers are wanted from `node` now. A tip that is the very next block needs no asking.
    private mutating func headersWanted(from node: Int) -> BlockReference? {
        let record = nodes.nodes[node]
        guard let end = follower.end, let tip = record.tip, record.lookup == nil, !record.isSpent,
            follower.window.entries.count < settings.headersMaximum
        else { return nil }
        if tip.follows(end), (try? follower.extend(by: [tip])) != nil {
            nodes.showed(node)
            return nil
        }
        let hasMore = tip.height > end.height || (end == cursor && tip.reference != end)
        return hasMore ? end : nil
    }
}
