import Chain

/// A chain of made-up blocks: what the nodes of a test serve and what must be connected in the end.
struct ModelChain {
    private(set) var blocks: [Block]
    private let branch: UInt64

    /// A chain with its genesis block and `length` further ones.
    init(length: Int = 0, branch: UInt64 = 0, transfersPerBlock: Int = 0) {
        self.branch = branch
        blocks = []
        for _ in 0...length { mine(transfers: transfersPerBlock) }
    }

    /// The same chain up to `height`, and from there on `length` other blocks with `work` each.
    init(forking chain: ModelChain, above height: Int, branch: UInt64, length: Int, work: UInt128 = 1) {
        self.branch = branch
        blocks = Array(chain.blocks.prefix(height + 1))
        for _ in 0..<length { mine(work: work) }
    }

    var tip: Header { blocks[blocks.count - 1].header }

    func header(_ height: Int) -> Header { blocks[height].header }
    func reference(_ height: Int) -> BlockReference { blocks[height].reference }

    /// The headers up to `height`, as a store has them.
    func window(_ height: Int) -> [Header] { blocks[...height].map(\.header) }

    func headers(after reference: BlockReference, upTo tip: Int, limit: Int) -> [Header]? {
        guard reference.height <= tip, contains(reference) else { return nil }
        let first = Int(reference.height) + 1
        guard first <= tip else { return [] }
        return blocks[first...tip].prefix(limit).map(\.header)
    }

    func contains(_ reference: BlockReference) -> Bool {
        blocks.indices.contains(Int(reference.height)) && blocks[Int(reference.height)].reference == reference
    }

    /// The same chain with this block as its tip.
    func upTo(_ height: Int) -> ModelChain {
        ModelChain(forking: self, above: height, branch: branch, length: 0)
    }

    mutating func mine(transfers: Int = 0, work: UInt128 = 1) {
        let height = Int64(blocks.count)
        let header = Header(
            reference: BlockReference(height: height, hash: Hash256(0, 0, branch, UInt64(height) + 1)),
            parent: blocks.last?.reference.hash ?? Hash256(0, 0, 0, 0), time: 1_700_000_000 + height, work: work)
        blocks.append(Block(header: header, transfers: (0..<transfers).map { .sample(to: .sample($0), index: $0) }))
    }
}

extension WatchKey {
    /// A key of 22 bytes, the length of most scripts, that differs with `number`.
    static func sample(_ number: Int) -> WatchKey {
        var bytes: [UInt8] = [0, 20] + Array(repeating: 7, count: 12)
        withUnsafeBytes(of: UInt64(number).littleEndian) { bytes.append(contentsOf: $0) }
        return WatchKey(bytes)!
    }
}

extension Transfer {
    static func sample(to recipient: WatchKey, index: Int) -> Transfer {
        Transfer(
            transaction: Hash256(1, 0, 0, UInt64(index)), locator: .output(0), recipient: recipient,
            amount: UInt256(1), blockIndex: UInt32(index))
    }
}
