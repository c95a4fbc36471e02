internal import Chain

/// Blocks with their transactions that are kept until somebody asks for them, the oldest let go first. There is room for
/// all whose headers the engine holds ahead.
struct BlockShelf: Sendable {
    private static let blocksMaximum = 1_100
    private static let transactionsMaximum = 300_000

    private var blocks: [Hash256: BlockContents] = [:]
    private var order: [Hash256] = []
    private var transactionCount = 0

    subscript(_ hash: Hash256) -> BlockContents? { blocks[hash] }

    mutating func put(_ block: BlockContents) {
        guard blocks.updateValue(block, forKey: block.reference.hash) == nil else { return }
        order.append(block.reference.hash)
        transactionCount += block.transactions.count
        while order.count > Self.blocksMaximum || transactionCount > Self.transactionsMaximum, let oldest = order.first
        {
            remove(oldest)
        }
    }

    mutating func remove(_ hash: Hash256) {
        guard let block = blocks.removeValue(forKey: hash) else { return }
        transactionCount -= block.transactions.count
        order.removeAll { $0 == hash }
    }
}
