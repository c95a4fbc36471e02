internal import Chain

/// Whether a node's chain that lacks our cursor replaces ours: with more work it does. With less it does when those who
/// vouched for our tip say on two polls that it is no longer canonical, and nobody else has it. Otherwise it is waited
/// for. A node whose tip is on our chain lags, unless it has our tip and says that it is not on its best chain.
extension NetworkMachine {
    /// A block of ours that all above it are to be disconnected to.
    struct Rollback: Sendable {
        let block: BlockReference
        /// The headers that come after it instead, as far as they are known, and the node that has them.
        let branch: [Header]
        let node: Int
    }

    /// A node that vouches for our tip, whose own is a block of ours before it.
    struct Doubt: Sendable {
        let node: Int
        let tip: BlockReference
        let cursor: BlockReference
    }

    mutating func asksForFork() -> [Action] {
        guard let cursor, rollback == nil else { return [] }
        // The branch under way is nobody's any more: what is missing of it will never come.
        if follower.hasBranch, !nodes.isPinnedReaching(cursor.height) { follower.dropUnfetched() }
        if follower.hasBranch { return [] }
        if let doubt, !nodes.serves(doubt.node, tip: doubt.tip, at: now) { dropDoubt() }
        if let doubt {
            guard nodes.nodes[doubt.node].lookup == nil else { return [] }
            nodes.ask(doubt.node, .whetherKnown(doubt.cursor))
            return [.askWhetherKnown(node: doubt.node, doubt.cursor)]
        }
        // A chain that grows while it is searched would else, where blocks come faster than answers, be searched for ever.
        if let search = fork, !nodes.goesOn(search.node, from: search.tip, at: now) { fork = nil }
        if let tip = fork.flatMap({ nodes.nodes[$0.node].tip }), ours.contains(tip.reference) { fork = nil }
        if fork == nil, let (node, tip) = nodes.agreement.doubter(of: cursor, at: now) {
            fork = ForkSearch(node: node, tip: tip, window: ours, headersMaximum: settings.headersMaximum)
        }
        if let search = fork, let outcome = search.outcome {
            fork = nil
            judge(outcome, of: search)
            // The next node, if another one has something else to say.
            return haltReason == nil && rollback == nil ? asksForFork() : []
        }
        guard let search = fork, let question = search.question, nodes.nodes[search.node].lookup == nil else {
            return []
        }
        nodes.ask(search.node, .headers(after: question))
        let limit = headersMissing(after: question, upToTipOf: search.node)
        return [.askHeaders(node: search.node, after: question, limit: limit)]
    }

    private mutating func judge(_ outcome: ForkSearch.Outcome, of search: ForkSearch) {
        guard let cursor else { return }
        let node = search.node
        switch outcome {
        case .stronger, .weaker, .tooDeep: nodes.judged(node, upTo: search.tip, denying: cursor, since: cursorSince)
        case .lagging:
            if nodes.agreement.isJudge(node), let tip = nodes.nodes[node].tip?.reference, ours.contains(tip) {
                doubt = Doubt(node: node, tip: tip, cursor: cursor)
            } else {
                nodes.judged(node, upTo: search.tip, denying: nil, since: cursorSince)
            }
        case .moved:
            nodes.setForked(node, false)
            if search.hasBranch { nodes.spend(node) } else { showedNothing(node) }
        }
        let isBelieved = nodes.agreement.isDenied(cursor)
        switch outcome {
        case .stronger(let block, let branch):
            rollback = Rollback(block: block, branch: branch, node: node)
        case .weaker(let block, let branch):
            if isBelieved { rollback = Rollback(block: block, branch: branch, node: node) }
        case .tooDeep:
            let isHigher = (nodes.nodes[node].tip?.height ?? 0) > cursor.height
            let isAlone = nodes.agreement.areHeard && !nodes.agreement.mayHave(cursor)
            guard isBelieved || isHigher && isAlone, let bottom = ours.bottom else { return }
            halt(
                """
                the chain of the nodes leaves ours below block \(bottom.reference), deeper than max_reorg_depth below \
                the highest block ever read; make sure that they serve the right chain, then run `confirmd network \
                resume NETWORK --resync`
                """)
        case .lagging, .moved: break
        }
    }

    mutating func take(_ result: Result<Bool, NodeError>, ofKnowing block: BlockReference, fromNode node: Int) {
        guard nodes.contains(node), nodes.end(node, .whetherKnown(block)) else { return }
        guard let asked = doubt, asked.node == node, asked.cursor == block else { return }
        guard block == cursor, nodes.serves(node, tip: asked.tip, at: now) else { return dropDoubt() }
        doubt = nil
        do throws(NodeError) {
            let isKnown = try result.get()
            nodes.judged(node, upTo: asked.tip, denying: isKnown ? block : nil, since: cursorSince)
            if isKnown, nodes.agreement.isDenied(block) {
                rollback = Rollback(block: asked.tip, branch: [], node: node)
            }
        } catch {
            fail(node, error)
        }
    }

    /// What the node meant was never heard: its next denial is the first again.
    private mutating func dropDoubt() {
        if let doubt { nodes.forgetDenials(doubt.node) }
        doubt = nil
    }

    /// The rollback is not made: its node is as good as one that lies.
    mutating func refuseRollback(_ reason: String) {
        guard let rollback else { return }
        self.rollback = nil
        fork = nil
        doubt = nil
        nodes.spend(rollback.node)
        nodes.forgetDenials(rollback.node)
        fail(rollback.node, NodeError(.malformed, reason))
    }

    /// The rollback was committed: its branch is followed from here.
    mutating func rolledBack() {
        guard let rollback else { return }
        self.rollback = nil
        ours.truncate(to: rollback.block)
        finality.truncate(to: rollback.block.height)
        follower.reset(to: rollback.block)
        observed = nil
        cursorSince = now
        movedOn()
        nodes.forgetForks()
        nodes.pin(rollback.node)
        // All that is known of it, so that it is weighed as a whole and not by its beginning when another node is asked.
        // What does not link is asked for again.
        try? follower.extend(by: rollback.branch)
    }
}
