import Chain

/// Every block of one network that was ever mined, on whatever branch, and every transaction that was ever made.
///
/// `@unchecked Sendable`: only the thread of the simulation touches it.
final class ForkTree: @unchecked Sendable {
    struct Node {
        let block: Block
        /// The places of all blocks from the genesis block to this one, by height.
        let path: [Int]
        let totalWork: UInt128
        /// In the block's order, the coinbase first.
        let transactions: [Hash256]
        /// A liar invented it, or one before it: nobody else ever has it.
        let isInvented: Bool
        /// Only a node that is cut off has it, or one before it.
        var isSecret: Bool
        /// It is not valid, or one before it is not.
        var isInvalid: Bool

        var header: Header { block.header }
    }

    struct Transaction {
        let id: Hash256
        let outputs: [(key: WatchKey, contract: WatchKey?, amount: UInt64)]
        let spends: [Outpoint]
        /// Miners leave it out, and nodes forget it.
        var isEvicted = false
        /// Nodes never hear of it before it is in a block.
        var isHidden = false
        /// Even its first coins are moved by a call within it, which no hash commits to.
        var isNested = false

        func transfers(from index: UInt32, maturity: Int32, as style: Style) -> [Transfer] {
            outputs.indices.map { place in
                let output = outputs[place]
                return Transfer(
                    transaction: id, locator: locator(of: place, as: style), contract: output.contract,
                    recipient: output.key, amount: UInt256(output.amount), blockIndex: index + UInt32(place),
                    maturity: maturity)
            }
        }

        /// Tokens are in the logs, coins in the calls: one transaction moves some itself, the rest within it.
        private func locator(of place: Int, as style: Style) -> Locator {
            guard style == .accounts else { return .output(UInt32(place)) }
            guard outputs[place].contract == nil else { return .log(UInt32(place)) }
            return place == 0 && !isNested ? .call([]) : .call([UInt32(place)])
        }
    }

    /// How a chain moves value.
    enum Style: Hashable, Sendable {
        /// Transactions spend outputs and make new ones.
        case outputs
        /// Transactions call and log. What they exclude each other by, a sender's nonce, is not told.
        case accounts
    }

    /// A payment in a coinbase, which the chain itself holds back.
    static let maturity: Int32 = 6

    let style: Style
    private let number: Int
    private(set) var nodes: [Node] = []
    private(set) var places: [Hash256: Int] = [:]
    private(set) var transactions: [Hash256: Transaction] = [:]
    /// In the order in which they were made.
    private(set) var order: [Hash256] = []
    /// Where each transaction was mined.
    private(set) var mined: [Hash256: [Int]] = [:]
    private var spenders: [Outpoint: [Hash256]] = [:]
    /// How far below the tip each tag stands; none where the chain has no tags.
    private let lags: [FinalityTag: Int]
    /// Where the tags stand. They never go back.
    private(set) var settled: [FinalityTag: Int] = [:]

    init(number: Int, style: Style = .outputs, lags: [FinalityTag: Int] = [:]) {
        self.number = number
        self.style = style
        self.lags = lags
    }

    func insert(_ transaction: Transaction) {
        guard transactions[transaction.id] == nil else { return }
        transactions[transaction.id] = transaction
        order.append(transaction.id)
        for outpoint in transaction.spends { spenders[outpoint, default: []].append(transaction.id) }
    }

    func evict(_ id: Hash256, _ isEvicted: Bool = true) { transactions[id]?.isEvicted = isEvicted }

    func isOn(_ place: Int, _ path: [Int]) -> Bool {
        let height = nodes[place].path.count - 1
        return height < path.count && path[height] == place
    }

    func isMined(_ id: Hash256, on path: [Int]) -> Bool { mined[id]?.contains { isOn($0, path) } ?? false }

    /// The others that spend something that this one spends.
    func rivals(of id: Hash256) -> [Hash256] {
        (transactions[id]?.spends ?? []).flatMap { spenders[$0] ?? [] }.filter { $0 != id }
    }

    /// Whether it can still be mined after the end of `path`.
    func isOpen(_ id: Hash256, on path: [Int]) -> Bool {
        !isMined(id, on: path) && !rivals(of: id).contains { isMined($0, on: path) }
    }

    /// Whether what it spends is there after the end of `path` and these transactions.
    func hasInputs(_ id: Hash256, on path: [Int], after others: [Hash256]) -> Bool {
        (transactions[id]?.spends ?? []).allSatisfy { outpoint in
            transactions[outpoint.transaction] == nil || others.contains(outpoint.transaction)
                || isMined(outpoint.transaction, on: path)
        }
    }

    func isValid(_ place: Int) -> Bool { !nodes[place].isInvalid }

    func isInvented(_ hash: Hash256) -> Bool { places[hash].map { nodes[$0].isInvented } ?? false }

    /// The latest block that was invented for a height.
    func invented(at height: Int64) -> Header? {
        nodes.last { $0.isInvented && $0.header.height == height }?.header
    }

    func ancestor(of block: BlockReference, by depth: Int) -> BlockReference {
        guard let place = places[block.hash] else { return block }
        let path = nodes[place].path
        return nodes[path[max(0, path.count - 1 - depth)]].header.reference
    }

    /// Everything from this block on is not valid.
    func invalidate(_ place: Int) {
        for later in place..<nodes.count where isOn(place, nodes[later].path) { nodes[later].isInvalid = true }
    }

    /// The best branch that nodes which are not cut off can know.
    var best: Int {
        let open = nodes.indices.filter { place in
            let node = nodes[place]
            return !node.isInvalid && !node.isInvented && !node.isSecret
                && settled.values.allSatisfy { isOn($0, node.path) }
        }
        return open.max { (nodes[$0].totalWork, -$0) < (nodes[$1].totalWork, -$1) }!
    }

    /// Has everybody know what only nodes that were cut off had. What left the chain before a settled block is void.
    func reveal() {
        for place in nodes.indices where nodes[place].isSecret {
            nodes[place].isSecret = false
            if nodes[place].path.count - 1 <= lowestFork, !settled.values.allSatisfy({ isOn(place, nodes[$0].path) }) {
                invalidate(place)
            }
        }
    }

    /// What is settled as the best branch ends here: blocks that no other branch replaces any more.
    func settle(by best: Int) {
        let path = nodes[best].path
        for (tag, lag) in lags where path.count > lag {
            settled[tag] = max(settled[tag] ?? 0, path[path.count - 1 - lag])
        }
    }

    /// The lowest height that a branch may leave the best one at.
    var lowestFork: Int { settled.values.map { nodes[$0].path.count - 1 }.max() ?? 0 }

    /// Where a tag stands as one sees it who has this branch, and nothing beyond.
    func settled(_ tag: FinalityTag, on path: [Int]) -> BlockReference? {
        guard let place = settled[tag], let lag = lags[tag] else { return nil }
        var height = min(nodes[place].path.count, path.count - lag) - 1
        while height >= 0, nodes[place].path[height] != path[height] { height -= 1 }
        return height < 0 ? nil : nodes[path[height]].header.reference
    }

    /// Adds a block of these transactions to the branch that ends with `parent`.
    @discardableResult
    func mine(
        on parent: Int?, time: Int64, work: UInt128, coinbase: Transaction?, transactions chosen: [Hash256],
        isInvented: Bool = false, isSecret: Bool = false
    ) -> Int {
        let place = nodes.count
        let height = Int64(parent.map { nodes[$0].path.count } ?? 0)
        let header = Header(
            reference: BlockReference(
                height: height, hash: Hash256(1, UInt64(number), UInt64(height), UInt64(place) + 1)),
            parent: parent.map { nodes[$0].header.hash } ?? Hash256(0, 0, 0, 0), time: time, work: work)
        var transfers: [Transfer] = []
        var spends: [Spend] = []
        if let coinbase {
            insert(coinbase)
            transfers += coinbase.transfers(from: 0, maturity: Self.maturity, as: style)
        }
        for id in chosen {
            guard let transaction = transactions[id] else { continue }
            transfers += transaction.transfers(from: UInt32(transfers.count), maturity: 0, as: style)
            if style == .outputs { spends += transaction.spends.map { Spend($0, by: id) } }
        }
        let all = [coinbase?.id].compactMap(\.self) + chosen
        nodes.append(
            Node(
                block: Block(header: header, transfers: transfers, spends: spends),
                path: (parent.map { nodes[$0].path } ?? []) + [place],
                totalWork: (parent.map { nodes[$0].totalWork } ?? 0) + work, transactions: all,
                isInvented: isInvented || parent.map { nodes[$0].isInvented } ?? false,
                isSecret: isSecret || parent.map { nodes[$0].isSecret } ?? false,
                isInvalid: parent.map { nodes[$0].isInvalid } ?? false))
        places[header.hash] = place
        for id in all { mined[id, default: []].append(place) }
        return place
    }

    /// What a miner puts into a block after `parent`: each open transaction with this chance, rivals in any order.
    func choose(after parent: Int, percent: Int, random: inout SplitMix64) -> [Hash256] {
        let path = nodes[parent].path
        var chosen: [Hash256] = []
        var candidates = order.filter { id in
            guard let transaction = transactions[id], !transaction.isEvicted, !transaction.spends.isEmpty else {
                return false
            }
            return random.chance(percent) && isOpen(id, on: path)
        }
        while !candidates.isEmpty {
            let id = candidates.remove(at: random.int(0...candidates.count - 1))
            if !rivals(of: id).contains(where: { chosen.contains($0) }), hasInputs(id, on: path, after: chosen) {
                chosen.append(id)
            }
        }
        return chosen
    }
}
