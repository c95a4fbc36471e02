internal import Chain

/// The nodes of one network: how each is doing, when each may be asked again, and which one serves the run of headers
/// and blocks that is under way.
///
/// Of the nodes that have something new the one with the least `Demerits` is followed, and of equals the first in the
/// configuration: that order is the operator's wish. A demerit is a clear difference and lasts for a while, so that a
/// node is left for a reason and not for a moment's luck:
///
/// | demerit | given | taken back |
/// |---|---|---|
/// | failing | more than two failures in a row | it gives what it failed to give |
/// | erring | an error, and twice as many of late as the best has | a quarter, or no more than the best has |
/// | late | has not by now what another had ten seconds ago | has what another had five seconds ago |
/// | slow | takes more than twice as long as the fastest | less than one and a half times |
///
/// One that is failing or erring is followed only after those that are neither have had their say since, which takes a
/// poll interval at most. In the midst of a run a node is left for one with less against it, and far from the run's end
/// also for an equal one that comes first.
///
/// Errors fade by half every two minutes: one costs a node four minutes of preference, a long outage about twelve. A pace
/// is as good as any up to a quarter of the poll interval: it is not what a block waits for. A node that gave no blocks
/// of late is taken for a fast one, so that it gets its chance where they come slowly. One that failed to give blocks is
/// asked for a block that we have once its errors have faded: nothing waits for it, and it is tried again and again.
///
/// A node that claims a higher tip than it can show does no worse than hold up the confirmation that we are at the tip.
/// Whether enough nodes agree on a block is asked where something depends on it, before a credit.
struct NodeSet: Sendable {
    struct Pacing: Sendable {
        let pollInterval: Duration
        let backoff: Backoff
        /// The longest that a node's own wish to be left alone is followed.
        let retryAfterMaximum: Duration
    }

    /// With so many blocks to go a node is also left for an equal one that comes before it in the configuration.
    private static let longWay: Int64 = 100

    /// Tips beyond it are nonsense, and sums below it do not overflow.
    private static let heightMaximum: Int64 = 1 << 60

    private let pacing: Pacing
    private(set) var nodes: [NodeRecord]
    /// The node that serves the run under way.
    private(set) var pinned: Int?
    /// The node that served our tip, or was the first to confirm it since the start.
    private(set) var voucher: Int?
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

    mutating func answered(_ node: Int, _ state: NodeState, sent: Instant, at now: Instant) throws(NodeError) {
        guard (0...Self.heightMaximum).contains(state.tip.height) else {
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
        noteLag(of: node, sent: sent, at: now)
    }

    private mutating func noteLag(of node: Int, sent: Instant, at now: Instant) {
        if let tip = nodes[node].tip {
            if let due = trail.height(at: sent - HeadTrail.tolerance), tip.height < due {
                nodes[node].conduct.setLate(true)
            } else if trail.height(at: sent - HeadTrail.tolerance / 2).map({ tip.height >= $0 }) ?? true {
                nodes[node].conduct.setLate(false)
            }
        }
        if let head { trail.note(head.state.tip.height, at: now) }
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
        let asked = nodes.indices.filter {
            let node = nodes[$0]
            return node.isFailing && node.trial == nil && node.isOpen(at: now) && !node.isForked
                && node.tip.map { $0.height >= cursor.height } ?? false
                && node.conduct.errors.value(at: now) <= NodeConduct.errorsTolerated.taken
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

    /// It gave a good block.
    mutating func acquit(_ node: Int) {
        nodes[node].workFailures = 0
        nodes[node].throttles = 0
    }

    /// It served a block that was wanted.
    mutating func served(_ node: Int) {
        acquit(node)
        voucher = node
    }

    /// Its state gives our cursor as its tip.
    mutating func confirmed(_ node: Int) {
        nodes[node].denials = 0
        voucher = voucher ?? node
    }

    /// Its best chain does not, or does, contain our cursor.
    mutating func setForked(_ node: Int, _ isForked: Bool) {
        nodes[node].forkedTip = isForked ? nodes[node].tip?.reference : nil
        if !isForked { nodes[node].denials = 0 }
    }

    /// Its chain was weighed, by its last state. It has another block in the place of `denied`, our cursor; nil when its
    /// chain is a beginning of ours. What it said before `since`, when that became our cursor, denies nothing.
    mutating func judged(_ node: Int, denying denied: BlockReference?, since: Instant) {
        guard let (state, asked) = nodes[node].word else { return }
        let isNews = nodes[node].judged.map { $0.asked < asked } ?? true
        nodes[node].judged = (state.tip.reference, asked)
        if denied != nodes[node].denied { nodes[node].denials = 0 }
        nodes[node].denied = denied
        setForked(node, denied != nil)
        if denied != nil, isNews, asked >= since { nodes[node].denials += 1 }
    }

    mutating func forgetDenials(_ node: Int) { nodes[node].denials = 0 }

    mutating func spend(_ node: Int) { nodes[node].isSpent = true }

    /// Notes a failure and how long to leave the node alone. False when it was being left alone already: requests
    /// that fail together are one failure, though each may ask for a longer pause.
    mutating func failed(_ node: Int, _ error: NodeError, polling: Bool, at now: Instant) -> Bool {
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
            if polling, error.code != .rateLimited { nodes[node].countPoll() }
            return false
        }
        nodes[node].conduct.errors.add(at: now)
        let count = nodes[node].count(error.code, polling: polling)
        nodes[node].notBefore = now + max(wish, pacing.backoff.pause(afterFailures: count))
        nodes[node].isThrottled = error.code == .rateLimited
        return true
    }

    // MARK: Choosing

    /// The node for the run, which is pinned: the one that is, as long as it may be asked, `keeping` is set, and no better
    /// one has the same to give; else the best that has something after `cursor`. None: keep what there is and wait.
    mutating func pin(after cursor: BlockReference, keeping: Bool, at now: Instant) -> Int? {
        judgeConduct(at: now)
        let best = best(at: now) { $0.height >= cursor.height && $0.reference != cursor }
        if keeping, let pinned, nodes[pinned].isOpen(at: now), let tip = nodes[pinned].tip,
            tip.height >= cursor.height,
            best.map({ !isBetter($0, than: pinned, isFar: tip.height - cursor.height > Self.longWay) }) ?? true
        {
            return pinned
        }
        if let best { pinned = best }
        return best
    }

    /// Whether it is to take over from `other` in the midst of a run, which it only may where it has, so far as can be
    /// seen, the same chain.
    private func isBetter(_ node: Int, than other: Int, isFar: Bool) -> Bool {
        guard let tip = nodes[node].tip, let otherTip = nodes[other].tip,
            tip.reference == otherTip.reference || tip.follows(otherTip.reference) || otherTip.follows(tip.reference)
        else { return false }
        return isFar ? rank(node) < rank(other) : rank(node).0 < rank(other).0
    }

    mutating func pin(_ node: Int) { pinned = node }

    /// Whether the pinned node has a block at `height` by its last state.
    func isPinnedReaching(_ height: Int64) -> Bool {
        pinned.flatMap { nodes[$0].tip }.map { $0.height >= height } ?? false
    }

    /// The node for the first run: one whose tip has reached `height`, the pinned one for choice.
    mutating func pin(reaching height: Int64, at now: Instant) -> Int? {
        if let pinned, nodes[pinned].isOpen(at: now), !nodes[pinned].isSpent, let tip = nodes[pinned].tip,
            tip.height >= height
        {
            return pinned
        }
        judgeConduct(at: now)
        let best = best(reaching: height, at: now)
        if let best { pinned = best }
        return best
    }

    /// The best node that has reached `height`, for a question outside the run.
    func best(reaching height: Int64, at now: Instant) -> Int? {
        best(at: now) { $0.height >= height }
    }

    private func best(at now: Instant, where suits: (Header) -> Bool) -> Int? {
        let candidates = nodes.indices.filter {
            nodes[$0].isOpen(at: now) && !nodes[$0].isSpent && !nodes[$0].isForked
                && (nodes[$0].tip.map(suits) ?? false) && !isTooEarly($0, at: now)
        }
        return candidates.min { rank($0) < rank($1) }
    }

    private func rank(_ node: Int) -> (Demerits, Int) { (nodes[node].conduct.demerits, node) }

    /// The word of one that failed of late waits for that of those which did not: they may have the same to give.
    private func isTooEarly(_ node: Int, at now: Instant) -> Bool {
        guard nodes[node].conduct.demerits >= .erring else { return false }
        return nodes.contains {
            $0.conduct.demerits < .erring && $0.isOpen(at: now) && $0.tip != nil
                && $0.stateAsked < nodes[node].stateAsked
        }
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

    /// A node whose tip is not on the chain that ends with `cursor`, or before its end, and that is to be judged: anew
    /// at each of its states when its word may undo our tip.
    func doubter(of cursor: BlockReference, at now: Instant) -> (node: Int, tip: Header)? {
        // Whose last judgement is the oldest: the next state of the one judged last may come before all others were heard.
        let node = nodes.indices.filter { isDoubtful($0, of: cursor, at: now) }.min {
            (nodes[$0].judged?.asked ?? Instant(.zero), $0) < (nodes[$1].judged?.asked ?? Instant(.zero), $1)
        }
        return node.flatMap { node in nodes[node].tip.map { (node, $0) } }
    }

    private func isDoubtful(_ node: Int, of cursor: BlockReference, at now: Instant) -> Bool {
        let record = nodes[node]
        guard record.isOpen(at: now), record.lookup == nil, !record.isSpent, let tip = record.tip,
            tip.reference != cursor, record.isForked || tip.height <= cursor.height
        else { return false }
        let isJudged =
            judges.contains(node) ? record.judged.map { $0.asked >= record.stateAsked } : record.isOutweighed
        return !(isJudged ?? false)
    }

    func isJudge(_ node: Int) -> Bool { judges.contains(node) }

    /// Those whose denial of our tip undoes it: the one that vouched for it, or all that work when it is unknown or
    /// does not.
    private var judges: [Int] {
        if let voucher, !nodes[voucher].isFailing { return [voucher] }
        return nodes.indices.filter { !nodes[$0].isFailing }
    }

    /// A synced node gives `cursor` as its tip, or has more and was not asked yet whether it goes on from there.
    func mayHave(_ cursor: BlockReference) -> Bool {
        nodes.contains { node in
            guard let tip = node.tip else { return false }
            return tip.reference == cursor
                || tip.height > cursor.height && !node.isForked && !node.isOutweighed && !node.isFailing
        }
    }

    /// Every node has said where it is, or is failing.
    var areHeard: Bool { nodes.allSatisfy { $0.isFailing || $0.state != nil } }

    /// Those who vouched for our tip said on two polls that it is not canonical, and nobody else has it.
    func isDenied(_ cursor: BlockReference) -> Bool {
        let judges = judges
        return !judges.isEmpty && judges.allSatisfy { nodes[$0].hasDenied(cursor) } && !mayHave(cursor)
    }

    // MARK: Judging

    /// The highest tip of a synced node that is not failing, with the instant at which it was asked.
    var head: (state: NodeState, asked: Instant)? {
        nodes.filter { !$0.isFailing && !$0.isOutweighed }.compactMap(\.word).max {
            $0.state.tip.height < $1.state.tip.height
        }
    }

    /// The latest word of a synced node that `cursor` is its tip, with the instant at which it was asked; none while
    /// another synced node has more.
    func confirmation(of cursor: BlockReference) -> (state: NodeState, asked: Instant)? {
        let words = nodes.filter { !$0.isOutweighed }.compactMap(\.word)
        guard words.allSatisfy({ $0.state.tip.height <= cursor.height }) else { return nil }
        return words.filter { $0.state.tip.reference == cursor }.max { $0.asked < $1.asked }
    }

    func figures(of node: Int, at now: Instant) -> NodeFigures {
        let best = head?.state.tip.height
        let conduct = nodes[node].conduct
        return NodeFigures(
            lag: nodes[node].tip.map { max(0, (best ?? $0.height) - $0.height) },
            errors: conduct.errors.value(at: now), answerTime: conduct.statePace.average, demerits: conduct.demerits)
    }

    /// The next instant at which something may be asked that may not be asked now.
    func nextInstant(after now: Instant) -> Instant? {
        (nodes.compactMap { $0.pollDue(at: now) } + nodes.compactMap(\.notBefore)).filter { $0 > now }.min()
    }
}
