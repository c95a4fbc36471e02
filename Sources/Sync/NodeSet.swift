internal import Chain

/// The nodes of one network: how each is doing, when each may be asked again, and which one serves the run of headers
/// and blocks that is under way. Which one that is `NodeChoice` says, and what they say of our chain `NodeAgreement`.
struct NodeSet: Sendable {
    struct Pacing: Sendable {
        let pollInterval: Duration
        let backoff: Backoff
        /// The longest that a node's own wish to be left alone is followed.
        let retryAfterMaximum: Duration
    }

    private let pacing: Pacing
    private(set) var nodes: [NodeRecord]
    /// The node that serves the run under way.
    private(set) var pinned: Int?
    /// The node that served our tip, or was the first to confirm it since the start.
    private var voucher: Int?
    private var trail = HeadTrail()

    init(count: Int, pacing: Pacing) {
        nodes = Array(repeating: NodeRecord(), count: max(0, count))
        self.pacing = pacing
    }

    func contains(_ node: Int) -> Bool { nodes.indices.contains(node) }

    /// What nodes said of the chain is asked anew: our cursor is another, and time may have passed.
    mutating func forgetChain() {
        pinned = nil
        voucher = nil
        trail = HeadTrail()
        for node in nodes.indices {
            nodes[node].state = nil
            nodes[node].isSpent = false
            nodes[node].forgetClaim()
            nodes[node].forgetFork()
            nodes[node].nextPoll = nil
        }
    }

    /// Our cursor is another one: who had left our chain may be on it now.
    mutating func forgetForks() {
        for node in nodes.indices { nodes[node].forgetFork() }
    }

    // MARK: Asking

    /// The nodes whose state is to be asked for now; they count as asked from here on.
    mutating func polls(at now: Instant) -> [Int] {
        let due = nodes.indices.filter { nodes[$0].pollDue(at: now).map { $0 <= now } ?? false }
        for node in due {
            nodes[node].pollSent = now
            nodes[node].isHinted = false
            if nodes[node].nextPoll.map({ $0 <= now }) ?? true {
                nodes[node].nextPoll = now + pacing.pollInterval
                nodes[node].emptyHints = 0
            }
        }
        return due
    }

    /// The node may have a new tip. Empty hints in quick succession are ignored, so that a node without a way to wait
    /// is not asked without pause.
    mutating func hint(_ node: Int) {
        guard nodes[node].emptyHints < NodeRecord.emptyHintsMaximum else { return }
        nodes[node].emptyHints += 1
        nodes[node].isHinted = true
    }

    mutating func ask(_ node: Int, _ lookup: NodeRecord.Lookup) {
        nodes[node].lookup = lookup
    }

    /// Ends a request for headers. False when there was none: such an answer is nobody's.
    mutating func end(_ node: Int, _ lookup: NodeRecord.Lookup) -> Bool {
        guard nodes[node].lookup == lookup else { return false }
        nodes[node].lookup = nil
        return true
    }

    // MARK: Answers

    /// Ends the poll; returns when it was sent, nil when there was none.
    mutating func endPoll(_ node: Int) -> Instant? {
        defer { nodes[node].pollSent = nil }
        return nodes[node].pollSent
    }

    /// - Parameter cursor: ours; nil before there is one.
    mutating func answered(
        _ node: Int, _ state: NodeState, beside cursor: BlockReference?, sent: Instant, at now: Instant
    ) throws(NodeError) {
        guard Height.range.contains(state.tip.height) else {
            throw NodeError(.malformed, "the node gives its tip as \(state.tip.reference)")
        }
        if nodes[node].state?.tip.reference != state.tip.reference { nodes[node].emptyHints = 0 }
        nodes[node].state = state
        nodes[node].stateAsked = sent
        nodes[node].pollFailures = 0
        nodes[node].throttles = 0
        nodes[node].isWrongChain = false
        nodes[node].isSpent = false
        nodes[node].isFinalityWanted = state.isSynced
        nodes[node].conduct.statePace.add(now - sent, at: now)
        if let cursor, state.tip.height <= cursor.height { nodes[node].endClaim() }
        // What it failed to give is on its chain no more.
        if let owed = nodes[node].owed, state.tip.height < owed.height { forgive(node) }
        if state.isSynced, state.tip.reference == cursor { confirmed(node) }
        noteLag(of: node, beside: cursor, sent: sent, at: now)
    }

    private mutating func noteLag(of node: Int, beside cursor: BlockReference?, sent: Instant, at now: Instant) {
        if let tip = nodes[node].tip {
            if let due = trail.height(at: sent - HeadTrail.tolerance), tip.height < due {
                nodes[node].conduct.setLate(true)
            } else if trail.height(at: sent - HeadTrail.tolerance / 2).map({ tip.height >= $0 }) ?? true {
                nodes[node].conduct.setLate(false)
            }
        }
        if let head = agreement.head(after: cursor) { trail.note(head.state.tip.height, at: now) }
    }

    /// The nodes to ask how far their chain is settled: each once after each of its states.
    mutating func asksForFinality() -> [Int] {
        let asked = nodes.indices.filter { nodes[$0].isFinalityWanted && !nodes[$0].isFinalityAsked }
        for node in asked {
            nodes[node].isFinalityWanted = false
            nodes[node].isFinalityAsked = true
        }
        return asked
    }

    mutating func gaveFinality(_ node: Int) { nodes[node].finalityFailures = 0 }

    /// False when it was not asked.
    mutating func endFinality(_ node: Int) -> Bool {
        defer { nodes[node].isFinalityAsked = false }
        return nodes[node].isFinalityAsked
    }

    mutating func asked(_ node: Int, for block: BlockReference, at now: Instant) {
        nodes[node].fetches[block] = now
    }

    /// Ends a request for a block; returns what it took. Requests at the same time share their time.
    mutating func endFetch(_ node: Int, _ block: BlockReference, at now: Instant) -> Duration {
        let underWay = nodes[node].fetches.count
        return nodes[node].fetches.removeValue(forKey: block).map { (now - $0) / underWay } ?? .zero
    }

    mutating func gaveBlock(_ node: Int, in duration: Duration, at now: Instant) {
        nodes[node].conduct.blockPace.add(duration, at: now)
    }

    /// Those that failed to give blocks and are to be asked on trial for this one, our cursor.
    mutating func trials(of cursor: BlockReference, at now: Instant) -> [Int] {
        let isUrgent = nodes.allSatisfy(\.isFailing)
        let asked = nodes.indices.filter {
            let node = nodes[$0]
            return node.isOnTrial && node.trial == nil && node.isOpen(at: now) && !node.isForked
                && node.tip.map { $0.height >= cursor.height } ?? false
                && (isUrgent || node.conduct.errors.value(at: now) <= NodeConduct.errorsTolerated.taken)
        }
        for node in asked { nodes[node].trial = cursor }
        return asked
    }

    /// False when there was none of it.
    mutating func endTrial(_ node: Int, _ block: BlockReference) -> Bool {
        guard nodes[node].trial == block else { return false }
        nodes[node].trial = nil
        return true
    }

    /// It failed to give this block.
    mutating func owes(_ node: Int, _ block: BlockReference) {
        if nodes[node].owed.map({ block.height < $0.height }) ?? true { nodes[node].owed = block }
    }

    /// It gave a good block. That makes up for what it failed to give before only when it is that.
    mutating func acquit(_ node: Int, _ block: BlockReference) {
        nodes[node].throttles = 0
        if nodes[node].owed.map({ $0.height == block.height }) ?? true { forgive(node) }
    }

    private mutating func forgive(_ node: Int) {
        nodes[node].owed = nil
        nodes[node].workFailures = 0
    }

    /// It served a block that was wanted.
    mutating func served(_ node: Int, _ block: BlockReference) {
        acquit(node, block)
        voucher = node
    }

    /// Our chain has come so far: what nodes owe of it is wanted no more.
    mutating func waive(through height: Int64) {
        for node in nodes.indices where nodes[node].owed.map({ $0.height <= height }) ?? false {
            nodes[node].owed = nil
        }
    }

    /// Its state gives our cursor as its tip.
    private mutating func confirmed(_ node: Int) {
        nodes[node].denials = 0
        voucher = voucher ?? node
    }

    // MARK: Claims

    /// It has shown something of what it claims to have after our cursor.
    mutating func showed(_ node: Int) {
        nodes[node].isShowing = true
        nodes[node].endClaim()
    }

    /// It was asked for what comes after `cursor` and gave nothing, so that its last state led nowhere. The error of a
    /// claim that has stayed empty for a poll interval; nil for any other.
    mutating func showedNothing(_ node: Int, after cursor: BlockReference, at now: Instant) -> NodeError? {
        nodes[node].isShowing = false
        guard !nodes[node].isSpent else { return nil }
        spend(node)
        guard let tip = nodes[node].tip?.reference, tip.height > cursor.height else { return nil }
        let since = nodes[node].emptySince ?? nodes[node].stateAsked
        nodes[node].emptySince = since
        guard nodes[node].stateAsked - since >= pacing.pollInterval else { return nil }
        let error = NodeError(
            .malformed, "the node gives block \(tip) as its tip, and at poll after poll nothing that follows \(cursor)")
        nodes[node].isEmpty = true
        nodes[node].lastError = error
        nodes[node].conduct.errors.add(at: now)
        return error
    }

    /// Its best chain does not, or does, contain our cursor.
    mutating func setForked(_ node: Int, _ isForked: Bool) {
        nodes[node].forkedTip = isForked ? nodes[node].tip?.reference : nil
        if !isForked { nodes[node].denials = 0 }
    }

    /// Its chain was weighed up to `tip`: one that has grown since is to be weighed again. It has another block in the
    /// place of `denied`, our cursor; nil when its chain is a beginning of ours. What it said before `since`, when that
    /// became our cursor, denies nothing.
    mutating func judged(_ node: Int, upTo tip: BlockReference, denying denied: BlockReference?, since: Instant) {
        guard let (_, asked) = nodes[node].word else { return }
        let isNews = nodes[node].judged.map { $0.asked < asked } ?? true
        nodes[node].judged = (tip, asked)
        if denied != nodes[node].denied { nodes[node].denials = 0 }
        nodes[node].denied = denied
        setForked(node, denied != nil)
        if denied != nil, isNews, asked >= since { nodes[node].denials += 1 }
    }

    mutating func forgetDenials(_ node: Int) { nodes[node].denials = 0 }

    mutating func spend(_ node: Int) { nodes[node].isSpent = true }

    /// Notes a failure and how long to leave the node alone. False when it was being left alone already: requests
    /// that fail together are one failure, though each may ask for a longer pause.
    mutating func failed(
        _ node: Int, _ error: NodeError, asked question: NodeRecord.Question, at now: Instant
    ) -> Bool {
        nodes[node].lastError = error
        if error.code == .wrongChain {
            nodes[node].isWrongChain = true
            nodes[node].state = nil
        }
        let wish = min(max(.zero, error.retryAfter ?? .zero), pacing.retryAfterMaximum)
        guard nodes[node].isOpen(at: now) else {
            nodes[node].notBefore = nodes[node].notBefore.map { max($0, now + wish) }
            if error.code == .rateLimited { nodes[node].isThrottled = true }
            // Its last state grows old all the same.
            if question == .state, error.code != .rateLimited { nodes[node].countPoll() }
            return false
        }
        nodes[node].conduct.errors.add(at: now)
        let count = nodes[node].count(error.code, of: question)
        nodes[node].notBefore = now + max(wish, pacing.backoff.pause(afterFailures: count))
        nodes[node].isThrottled = error.code == .rateLimited
        return true
    }

    // MARK: Choosing

    func choice(at now: Instant) -> NodeChoice { NodeChoice(among: nodes, at: now) }

    /// The node for the run from `cursor` on, which is pinned; the one that is may only be kept where `keeping` is set.
    mutating func pin(after cursor: BlockReference, keeping: Bool, at now: Instant) -> Int? {
        judgeConduct(at: now)
        let node = choice(at: now).node(after: cursor, keeping: keeping ? pinned : nil)
        pinned = node ?? pinned
        return node
    }

    mutating func pin(_ node: Int) { pinned = node }

    /// Whether the pinned node has a block at `height` by its last state.
    func isPinnedReaching(_ height: Int64) -> Bool {
        pinned.flatMap { nodes[$0].tip }.map { $0.height >= height } ?? false
    }

    /// The node for the first run: one whose tip has reached `height`, the pinned one for choice.
    mutating func pin(reaching height: Int64, at now: Instant) -> Int? {
        if let pinned, choice(at: now).serves(pinned, reaching: height) { return pinned }
        judgeConduct(at: now)
        let node = choice(at: now).node(reaching: height)
        pinned = node ?? pinned
        return node
    }

    /// Measures the conduct of each by that of the best.
    private mutating func judgeConduct(at now: Instant) {
        let able = nodes.filter { $0.tip != nil && !$0.isFailing }.map(\.conduct)
        let measure = NodeConduct.Measure(
            paceMinimum: pacing.pollInterval / 4,
            errors: able.map { $0.errors.value(at: now) }.min() ?? 0,
            statePace: able.compactMap(\.statePace.average).min() ?? .zero,
            blockPace: able.map { $0.blockPace.average ?? .zero }.min() ?? .zero)
        for node in nodes.indices {
            nodes[node].conduct.judge(by: measure, isFailing: nodes[node].isFailing, at: now)
        }
    }

    // MARK: Doubting

    /// Whether it may be asked about a chain with this tip.
    func serves(_ node: Int, tip: BlockReference, at now: Instant) -> Bool {
        nodes[node].isOpen(at: now) && nodes[node].tip?.reference == tip
    }

    /// Whether it may be asked on about a chain that had this tip: its tip may be another one by now, but no lower one.
    func goesOn(_ node: Int, from tip: BlockReference, at now: Instant) -> Bool {
        nodes[node].isOpen(at: now) && nodes[node].tip.map { $0.height >= tip.height } ?? false
    }

    // MARK: Reporting

    var agreement: NodeAgreement { NodeAgreement(of: nodes, voucher: voucher) }

    func figures(of node: Int, beside cursor: BlockReference?, at now: Instant) -> NodeFigures {
        let best = agreement.head(after: cursor)?.state.tip.height
        let conduct = nodes[node].conduct
        return NodeFigures(
            lag: nodes[node].tip.map { max(0, (best ?? $0.height) - $0.height) },
            errors: conduct.errors.value(at: now), lastError: nodes[node].lastError,
            answerTime: conduct.statePace.average, demerits: conduct.demerits, lack: nodes[node].state?.lack,
            keptFrom: nodes[node].state?.keptFrom)
    }

    /// The next instant at which something may be asked that may not be asked now.
    func nextInstant(after now: Instant) -> Instant? {
        (nodes.compactMap { $0.pollDue(at: now) } + nodes.compactMap(\.notBefore)).filter { $0 > now }.min()
    }
}
