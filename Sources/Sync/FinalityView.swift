internal import Chain

/// What nodes say is settled, and how much of it holds for our chain.
///
/// A tag's height only grows while its blocks are ours. A node that says less of a tag than it said before has taken
/// finality back: the tag is frozen, and nothing is decided by it, until that node is where it was.
struct FinalityView: Sendable {
    /// The heights that steps have committed.
    private(set) var committed: [FinalityTag: Int64] = [:]
    private var offered: [FinalityTag: Int64]?
    private var nodes: [Int: Word] = [:]

    /// What a node says.
    private struct Word: Sendable {
        var last: [FinalityTag: BlockReference]
        var highest: [FinalityTag: Int64] = [:]
    }

    /// Begins anew from what is committed; what nodes said before is still what they said.
    mutating func reset(to committed: [FinalityTag: Int64]) {
        self.committed = committed
        offered = nil
    }

    mutating func take(_ finality: [FinalityTag: BlockReference], fromNode node: Int) {
        var word = nodes[node] ?? Word(last: [:])
        word.last = finality
        for (tag, block) in finality { word.highest[tag] = max(word.highest[tag] ?? block.height, block.height) }
        nodes[node] = word
    }

    /// A node that fails says nothing any more.
    mutating func forget(_ node: Int) {
        nodes[node]?.last = [:]
    }

    mutating func forgetNodes() { nodes = [:] }

    /// Tags of which a node says less than it has said.
    var frozen: Set<FinalityTag> {
        var frozen: Set<FinalityTag> = []
        for word in nodes.values {
            for (tag, block) in word.last where block.height < word.highest[tag] ?? block.height { frozen.insert(tag) }
        }
        return frozen
    }

    /// The heights to commit, where nodes say more than is committed; nil when they don't. A tag's block is believed
    /// when it is on our chain; below the headers that are kept, our chain and the node's are the same.
    func advance(on ours: HeaderWindow) -> [FinalityTag: Int64]? {
        guard let tip = ours.tip, let lowest = ours.bottom else { return nil }
        let frozen = frozen
        var heights = committed
        for (tag, block) in nodes.values.flatMap(\.last) where !frozen.contains(tag) {
            guard block.height <= tip.height, block.height < lowest.height || ours.contains(block) else { continue }
            heights[tag] = max(heights[tag] ?? block.height, block.height)
        }
        return heights == committed ? nil : heights
    }

    /// They are in a step.
    mutating func offer(_ heights: [FinalityTag: Int64]) {
        offered = heights
    }

    /// The step with what was offered is committed.
    mutating func commit() {
        committed = offered ?? committed
        offered = nil
    }

    /// Blocks above this height are no longer ours, whatever was said of them.
    mutating func truncate(to height: Int64) {
        committed = committed.mapValues { min($0, height) }
    }
}
