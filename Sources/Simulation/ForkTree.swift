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

        func transfers(from index: UInt32, maturity: Int32) -> [Transfer] {
            outputs.enumerated().map { place, output in
                Transfer(
                    transaction: id, locator: .output(UInt32(place)), contract: output.contract, recipient: output.key,
                    amount: UInt256(output.amount), blockIndex: index + UInt32(place), maturity: maturity)
            }
        }
    }

    /// A payment in a coinbase, which the chain itself holds back.
    static let maturity: Int32 = 6

    private let number: Int
    private(set) var nodes: [Node] = []
    private(set) var places: [Hash256: Int] = [:]
    private(set) var transactions: [Hash256: Transaction] = [:]
    /// In the order in which they were made.
    private(set) var order: [Hash256] = []
    /// Where each transaction was mined.
    private(set) var mined: [Hash256: [Int]] = [:]
    private var spenders: [Outpoint: [Hash256]] = [:]
    private(set) var invalid: Set<Int> = []

    init(number: Int) {
        self.number = number
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

    func isValid(_ place: Int) -> Bool { invalid.isEmpty || !nodes[place].path.contains { invalid.contains($0) } }

    func invalidate(_ place: Int) { invalid.insert(place) }

    /// Adds a block of these transactions to the branch that ends with `parent`.
    @discardableResult
    func mine(
        on parent: Int?, time: Int64, work: UInt128, coinbase: Transaction?, transactions chosen: [Hash256]
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
            transfers += coinbase.transfers(from: 0, maturity: Self.maturity)
        }
        for id in chosen {
            guard let transaction = transactions[id] else { continue }
            transfers += transaction.transfers(from: UInt32(transfers.count), maturity: 0)
            spends += transaction.spends.map { Spend($0, by: id) }
        }
        let all = [coinbase?.id].compactMap(\.self) + chosen
        nodes.append(
            Node(
                block: Block(header: header, transfers: transfers, spends: spends),
                path: (parent.map { nodes[$0].path } ?? []) + [place],
                totalWork: (parent.map { nodes[$0].totalWork } ?? 0) + work, transactions: all))
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
            if !rivals(of: id).contains(where: { chosen.contains($0) }) { chosen.append(id) }
        }
        return chosen
    }
}
