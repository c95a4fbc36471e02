internal import Chain

/// The blocks, what waits for the next one, and who has what. Nothing in here knows of HTTP or of the time.
struct TronChain: Sendable {
    /// Blocks come in slots of this length, some of which stay empty.
    static let slot: Int64 = 3_000
    /// What waits for a block is bounded.
    static let maximumPending = 10_000

    let participants: Participants
    /// How far behind the tip a block is that can't be replaced any more: 18 where 19 of 27 witnesses have to build on it.
    let solidLag: Int
    private(set) var blocks: [Block]
    private(set) var pending: [Transaction] = []
    /// What it takes at most.
    private var reserved: [Asset: UInt128] = [:]
    /// As the tip leaves it.
    private(set) var ledger = Ledger()
    private(set) var solidHeight = 0
    /// By id: the height of its block.
    private var places: [Hash256: Int] = [:]
    /// The time of the first block after the genesis block.
    private let start: Int64
    /// How often blocks were replaced: the next ones are other witnesses'.
    private var forks = 0
    /// So that no two transactions are the same.
    private var transactionCount: Int64 = 0

    init(seed: Seed, solidLag: Int = 18, start: Int64) {
        participants = Participants(seed: seed)
        self.solidLag = solidLag
        self.start = start / Self.slot * Self.slot
        // The genesis block is the seed's alone, so that a chain can be told by it.
        let genesis = Block(
            height: 0, time: 0, parent: Hash256(seed.bytes("genesis"))!, witness: seed.address("genesis"))
        blocks = [genesis]
        ledger = ledger(after: blocks)
    }

    var tip: Block { blocks[blocks.count - 1] }

    /// The block at a height; nil where there is none.
    func block(at height: Int64) -> Block? {
        blocks.indices.contains(Int(truncatingIfNeeded: height)) ? blocks[Int(height)] : nil
    }

    /// A transaction that is in a block.
    func find(_ id: Hash256) -> (block: Block, index: Int)? {
        guard let height = places[id], let index = blocks[height].transactions.firstIndex(where: { $0.id == id }) else {
            return nil
        }
        return (blocks[height], index)
    }

    /// Who had what after a block.
    func ledger(at height: Int) -> Ledger {
        height == blocks.count - 1 ? ledger : ledger(after: blocks.prefix(height + 1))
    }

    private func ledger(after blocks: some Sequence<Block>) -> Ledger {
        var ledger = Ledger()
        ledger.apply(participants.allocations, at: 0)
        for block in blocks {
            for outcome in block.outcomes { ledger.apply(outcome.movements, at: block.time) }
        }
        return ledger
    }

    /// Lets a transaction of the payer's wait for the next block, and returns its id.
    mutating func submit(_ contract: Contract, result: ContractResult = .success) throws(ChainError) -> Hash256 {
        guard pending.count < Self.maximumPending else { throw .full }
        let costs = contract.costs
        for (asset, amount) in costs {
            let funds = ledger.balance(of: participants.payer, in: asset)
            guard funds >= reserved[asset, default: 0], funds - reserved[asset, default: 0] >= amount else {
                throw .funds
            }
        }
        reserved.merge(costs, uniquingKeysWith: +)
        transactionCount += 1
        let reference = blocks[solidHeight].reference
        let transaction = Transaction(
            contract, by: participants.payer, result: result, reference: reference,
            time: tip.time + transactionCount)
        pending.append(transaction)
        return transaction.id
    }

    /// Makes a block of all that waits.
    /// - Parameter now: in milliseconds; nil: the slot after the last one.
    mutating func mine(now: Int64? = nil) {
        append(pending, now: now)
        pending = []
        reserved = [:]
    }

    /// Replaces the last blocks by `length` others.
    mutating func fork(depth: Int, length: Int, payments: ForkedPayments) throws(ChainError) {
        guard depth >= 1, depth <= blocks.count - 1 - solidHeight else {
            throw .solid(depth: depth, possible: blocks.count - 1 - solidHeight)
        }
        let removed = blocks.suffix(depth).map(\.transactions)
        blocks.removeLast(depth)
        for transaction in removed.joined() { places[transaction.id] = nil }
        ledger = ledger(after: blocks)
        forks += 1
        for index in 0..<length { append(payments.transactions(of: removed, at: index, of: length), now: nil) }
    }

    private mutating func append(_ transactions: [Transaction], now: Int64?) {
        let time = max(start, tip.time + Self.slot, (now ?? 0) / Self.slot * Self.slot)
        var outcomes: [Outcome] = []
        for transaction in transactions {
            let outcome = Outcome(of: transaction, in: ledger)
            ledger.apply(outcome.movements, at: time)
            outcomes.append(outcome)
            places[transaction.id] = blocks.count
        }
        let turn = Int(truncatingIfNeeded: time / Self.slot) + forks
        blocks.append(
            Block(
                height: tip.height + 1, time: time, parent: tip.id,
                witness: participants.witnesses[turn % participants.witnesses.count], transactions: transactions,
                outcomes: outcomes))
        solidHeight = max(solidHeight, blocks.count - 1 - solidLag)
    }
}
