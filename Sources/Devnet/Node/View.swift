internal import Chain

/// The chain as a request finds it: only up to a height, and some of it not executed yet.
struct View: Sendable {
    let chain: TronChain
    /// The last block there is.
    let height: Int
    let lateInfos: LateInfos?

    var tip: Block { chain.blocks[height] }

    func block(at height: Int64) -> Block? {
        (0...Int64(self.height)).contains(height) ? chain.block(at: height) : nil
    }

    func block(_ id: Hash256) -> Block? {
        // The id begins with the height.
        let height = id.bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Int64(exactly: height).flatMap(block(at:)).flatMap { $0.id == id ? $0 : nil }
    }

    func transaction(_ id: Hash256) -> (block: Block, index: Int)? {
        chain.find(id).flatMap { $0.block.height <= height ? $0 : nil }
    }

    /// How many transactions of a block have been executed as far as the node says.
    func infoCount(of block: Block) -> Int {
        guard let lateInfos, block.height > Int64(height - lateInfos.blocks) else { return block.transactions.count }
        return min(lateInfos.kept, block.transactions.count)
    }

    var ledger: Ledger { chain.ledger(at: height) }
}

/// The newest blocks' results are not all there yet.
struct LateInfos: Sendable {
    /// How many blocks.
    let blocks: Int
    /// How many results of each are there.
    let kept: Int
}
