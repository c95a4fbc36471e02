internal import Chain

/// What the nodes, taken together, say of our chain: how far it goes, whether we are at its tip, and whether that tip has been
/// given up.
///
/// A tip above our cursor is a claim. It counts, as the best head and against the confirmation that we are at the tip, once
/// it follows the last header that is known, or the node has given headers after our cursor. One of which nothing is shown
/// at two polls is a failure of that node and of nobody else: the head is taken without it, and our tip is what an honest
/// node confirms it to be. Whether enough nodes agree on a block is asked where something depends on it, before a credit.
struct NodeAgreement: Sendable {
    private let nodes: [NodeRecord]
    /// The node that served our tip, or was the first to confirm it since the start.
    private let voucher: Int?

    init(of nodes: [NodeRecord], voucher: Int?) {
        self.nodes = nodes
        self.voucher = voucher
    }

    // MARK: Head

    /// Those whose tips count: synced, not failing, and either not above our cursor or showing what they claim. Before
    /// there is a cursor every tip counts.
    private func believed(after cursor: BlockReference?) -> [(state: NodeState, asked: Instant)] {
        nodes.filter { node in
            guard let tip = node.tip, !node.isFailing, !node.isOutweighed else { return false }
            return node.isShowing || cursor.map { tip.height <= $0.height } ?? true
        }.compactMap(\.word)
    }

    /// The highest tip that counts, with the instant at which its node was asked.
    func head(after cursor: BlockReference?) -> (state: NodeState, asked: Instant)? {
        believed(after: cursor).max { $0.state.tip.height < $1.state.tip.height }
    }

    /// The latest word of a synced node that `cursor` is its tip, with the instant at which it was asked; none while
    /// a tip counts that is higher.
    func confirmation(of cursor: BlockReference) -> (state: NodeState, asked: Instant)? {
        guard believed(after: cursor).allSatisfy({ $0.state.tip.height <= cursor.height }) else { return nil }
        return nodes.filter { !$0.isOutweighed }.compactMap(\.word).filter { $0.state.tip.reference == cursor }
            .max { $0.asked < $1.asked }
    }

    // MARK: Doubt

    /// A node whose tip is not on the chain that ends with `cursor`, or before its end, and that is to be judged: anew
    /// at each of its states when its word may undo our tip.
    func doubter(of cursor: BlockReference, at now: Instant) -> (node: Int, tip: Header)? {
        // Whose last judgment is the oldest: the next state of the one judged last may come before all others were heard.
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
        guard record.isOutweighed, let judged = record.judged else { return true }
        return judges.contains(node) && judged.asked < record.stateAsked
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
}
