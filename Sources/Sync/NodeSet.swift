internal import Chain

/// The nodes of one network: how each is doing, when each may be asked again, and which one serves the run of headers
/// and blocks that is under way.
///
/// Comparing what several nodes say of the same block is not done here yet. Until it is, a node that claims a higher
/// tip than it can show does no worse than hold up the confirmation that we are at the tip.
struct NodeSet: Sendable {
    struct Pacing: Sendable {
        let pollInterval: Duration
        let backoff: Backoff
        /// The longest that a node's own wish to be left alone is followed.
        let retryAfterMaximum: Duration
    }

    /// Tips beyond it are nonsense, and sums below it do not overflow.
    private static let heightMaximum: Int64 = 1 << 60

    private let pacing: Pacing
    private(set) var nodes: [NodeRecord]
    /// The node that serves the run under way.
    private(set) var pinned: Int?
    /// The node that served our tip, or was the first to confirm it since the start.
    private(set) var voucher: Int?

    init(count: Int, pacing: Pacing) {
        nodes = Array(repeating: NodeRecord(), count: max(0, count))
        self.pacing = pacing
    }

    func contains(_ node: Int) -> Bool { nodes.indices.contains(node) }

    /// What nodes said of the chain is asked anew: our cursor is another, and time may have passed.
    mutating func forgetChain() {
        pinned = nil
        voucher = nil
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

    mutating func answered(_ node: Int, _ state: NodeState, sent: Instant) throws(NodeError) {
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

    /// It served a block that was wanted.
    mutating func served(_ node: Int) {
        nodes[node].workFailures = 0
        nodes[node].throttles = 0
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
            // Its last state grows old all the same.
            if polling, error.code != .rateLimited { nodes[node].countPoll() }
            return false
        }
        let count = nodes[node].count(error.code, polling: polling)
        nodes[node].notBefore = now + max(wish, pacing.backoff.pause(afterFailures: count))
        return true
    }

    // MARK: Choosing

    /// The node for the run: the pinned one as long as it may be asked and `keeping` is set, else the best that has
    /// something after `cursor`, which is pinned instead. None: keep what there is and wait.
    mutating func pin(after cursor: BlockReference, keeping: Bool, at now: Instant) -> Int? {
        if keeping, let pinned, nodes[pinned].isOpen(at: now), let tip = nodes[pinned].tip,
            tip.height >= cursor.height
        {
            return pinned
        }
        return choose(at: now) { $0.height >= cursor.height && $0.reference != cursor }
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
        return choose(at: now) { $0.height >= height }
    }

    /// The best node that has reached `height`, for a question outside the run.
    func best(reaching height: Int64, at now: Instant) -> Int? {
        best(at: now) { $0.height >= height }
    }

    private mutating func choose(at now: Instant, where suits: (Header) -> Bool) -> Int? {
        let best = best(at: now, where: suits)
        if let best { pinned = best }
        return best
    }

    private func best(at now: Instant, where suits: (Header) -> Bool) -> Int? {
        let candidates = nodes.indices.filter {
            nodes[$0].isOpen(at: now) && !nodes[$0].isSpent && !nodes[$0].isForked
                && (nodes[$0].tip.map(suits) ?? false)
        }
        return candidates.min { rank($0) < rank($1) }
    }

    /// Lower is better: without failures, higher, first in the configuration.
    private func rank(_ node: Int) -> (Int, Int64, Int) {
        (nodes[node].failures, -(nodes[node].tip?.height ?? 0), node)
    }

    // MARK: Doubting

    /// Whether it may be asked about a chain with this tip.
    func serves(_ node: Int, tip: BlockReference, at now: Instant) -> Bool {
        nodes[node].isOpen(at: now) && nodes[node].tip?.reference == tip
    }

    /// A node whose tip is not on the chain that ends with `cursor`, or before its end, and that is to be judged: anew
    /// at each of its states when its word may undo our tip.
    func doubter(of cursor: BlockReference, at now: Instant) -> (node: Int, tip: Header)? {
        for node in nodes.indices {
            let record = nodes[node]
            guard record.isOpen(at: now), record.lookup == nil, !record.isSpent, let tip = record.tip,
                tip.reference != cursor, record.isForked || tip.height <= cursor.height
            else { continue }
            let isJudged =
                judges.contains(node) ? record.judged.map { $0.asked >= record.stateAsked } : record.isOutweighed
            if isJudged ?? false { continue }
            return (node, tip)
        }
        return nil
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

    /// The next instant at which something may be asked that may not be asked now.
    func nextInstant(after now: Instant) -> Instant? {
        (nodes.compactMap { $0.pollDue(at: now) } + nodes.compactMap(\.notBefore)).filter { $0 > now }.min()
    }
}
