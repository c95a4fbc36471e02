import Chain

/// A node of one network: what it has heard of, and the branch that it holds to be the best.
///
/// `@unchecked Sendable`: only the thread of the simulation touches it.
final class ModelNode: @unchecked Sendable {
    /// What faults are aimed at.
    let name: String
    let network: String
    let tree: ForkTree
    /// Whether it can be asked to wait for its next tip.
    let hasLongPoll: Bool
    /// It gives another block at every height, for ever.
    let isLiar: Bool
    /// It claims a tip of which it shows nothing, for ever.
    let isBoaster: Bool
    /// It has agreed with what another node invented.
    var agrees = false
    private(set) var tip: Int
    /// While it has a chain of its own invention.
    private(set) var isInventing = false
    private var known: Set<Int>
    /// Every block that was ever on its best chain.
    private(set) var had: Set<Int>
    /// Where it has seen the tags stand. An honest node never takes that back.
    private var settled: [FinalityTag: BlockReference] = [:]
    /// Transactions that it has heard of, in that order.
    private var heard: [Hash256] = []
    private var waiters: [() -> Void] = []

    init(
        name: String, of network: String, tree: ForkTree, tip: Int, hasLongPoll: Bool, isLiar: Bool, isBoaster: Bool
    ) {
        self.name = name
        self.network = network
        self.isLiar = isLiar
        self.isBoaster = isBoaster
        self.tree = tree
        self.tip = tip
        self.hasLongPoll = hasLongPoll
        known = Set(tree.nodes[tip].path)
        had = known
    }

    var path: [Int] { tree.nodes[tip].path }
    var header: Header { tree.nodes[tip].header }

    /// Hears of a block with all those before it; the branch with the most work wins, the first one among equals.
    func learn(_ place: Int) {
        // Who knows a block knows all before it.
        let news = tree.nodes[place].path.reversed().prefix { !known.contains($0) }
        for block in news.reversed() {
            known.insert(block)
            for id in tree.nodes[block].transactions { hear(of: id) }
        }
        if mayFollow(place), !mayFollow(tip) || tree.nodes[place].totalWork > tree.nodes[tip].totalWork {
            move(to: place)
        }
    }

    /// It shows a chain of its own invention from here on, or no longer.
    func invent(_ isInventing: Bool) {
        self.isInventing = isInventing
        reconsider()
    }

    private func mayFollow(_ place: Int) -> Bool {
        tree.isValid(place) && (isInventing || !tree.nodes[place].isInvented)
    }

    /// Something that it holds to be valid no longer is.
    func reconsider() {
        guard !mayFollow(tip) else { return }
        let open = known.filter(mayFollow)
        let kept = open.filter(holdsSettled)
        let best = (kept.isEmpty ? open : kept).max {
            (tree.nodes[$0].totalWork, -$0) < (tree.nodes[$1].totalWork, -$1)
        }
        if let best { move(to: best) }
    }

    /// Whether a branch has every block that this node has seen settled.
    private func holdsSettled(_ place: Int) -> Bool {
        settled.values.allSatisfy { block in
            tree.places[block.hash].map { tree.isOn($0, tree.nodes[place].path) } ?? false
        }
    }

    func hear(of transaction: Hash256) {
        if !heard.contains(transaction) { heard.append(transaction) }
    }

    /// Calls back when the tip is another one.
    func waitForTip(_ callback: @escaping () -> Void) { waiters.append(callback) }

    private func move(to place: Int) {
        tip = place
        for block in tree.nodes[place].path.reversed() {
            guard had.insert(block).inserted else { break }
        }
        let callbacks = waiters
        waiters = []
        for callback in callbacks { callback() }
    }

    /// Where the tags stand as it sees it.
    var finality: [FinalityTag: BlockReference] {
        for tag in tree.settled.keys {
            guard let block = tree.settled(tag, on: path) else { continue }
            if block.height > settled[tag]?.height ?? -1 { settled[tag] = block }
        }
        return settled
    }

    func knows(_ hash: Hash256) -> Int? { tree.places[hash].flatMap { known.contains($0) ? $0 : nil } }

    /// What it has heard of and may still be mined; of those that exclude each other the one heard of last.
    var mempool: [Hash256] {
        let path = path
        var pool: [Hash256] = []
        for id in heard.reversed() {
            guard let transaction = tree.transactions[id], !transaction.isEvicted, !transaction.spends.isEmpty,
                tree.isOpen(id, on: path), !tree.rivals(of: id).contains(where: pool.contains)
            else { continue }
            pool.append(id)
        }
        while let orphan = pool.firstIndex(where: { !tree.hasInputs($0, on: path, after: pool) }) {
            pool.remove(at: orphan)
        }
        return pool
    }
}
