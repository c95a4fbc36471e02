public import Chain

/// The blocks connected last, by height, so that scanning back for newly registered addresses seldom needs the node.
/// A cache and nothing more: what it lacks is fetched, and it is bounded by blocks and by transfers.
public struct RecentBlocks: Sendable {
    private let blocksMaximum: Int
    private let transfersMaximum: Int
    /// Contiguous and linked, oldest first.
    private var blocks: [Block] = []
    /// The number of transfers in all blocks held.
    public private(set) var transferCount = 0

    public init(blocksMaximum: Int, transfersMaximum: Int) {
        self.blocksMaximum = max(0, blocksMaximum)
        self.transfersMaximum = max(0, transfersMaximum)
    }

    public var count: Int { blocks.count }

    /// The heights held; nil when there are none.
    public var heights: ClosedRange<Int64>? {
        guard let first = blocks.first, let last = blocks.last else { return nil }
        return first.header.height...last.header.height
    }

    /// The connected block at `height`, if it is still held.
    public subscript(height: Int64) -> Block? {
        guard let heights, heights.contains(height) else { return nil }
        return blocks[Int(height - heights.lowerBound)]
    }

    /// Adds the next connected block. One that does not follow the last starts the cache anew; the oldest make room.
    public mutating func append(_ block: Block) {
        if let last = blocks.last, !block.header.follows(last.reference) { removeAll() }
        blocks.append(block)
        transferCount += block.movementCount
        var surplus = 0
        while surplus < blocks.count, blocks.count - surplus > blocksMaximum || transferCount > transfersMaximum {
            transferCount -= blocks[surplus].movementCount
            surplus += 1
        }
        blocks.removeFirst(surplus)
    }

    /// Forgets every block above `height`: they were disconnected.
    public mutating func truncate(above height: Int64) {
        while let last = blocks.last, last.header.height > height {
            transferCount -= last.movementCount
            blocks.removeLast()
        }
    }

    public mutating func removeAll() {
        blocks = []
        transferCount = 0
    }
}
