internal import Chain
internal import Hashing

struct Block: Sendable {
    /// Zero at the genesis block.
    let height: Int64
    /// In milliseconds, a multiple of 3000.
    let time: Int64
    let parent: Hash256
    let transactions: [Transaction]
    /// What became of them, in the same order.
    let outcomes: [Outcome]
    /// SHA-256 of the header's bytes, the first eight of them replaced by the height.
    let id: Hash256
    private let header: Message

    init(
        height: Int64, time: Int64, parent: Hash256, witness: Address, transactions: [Transaction] = [],
        outcomes: [Outcome] = []
    ) {
        self.height = height
        self.time = time
        self.parent = parent
        self.transactions = transactions
        self.outcomes = outcomes
        let raw = Message(
            .init(1, "timestamp", .integer(time)),
            .init(2, "txTrieRoot", .bytes(MerkleTree.root(of: transactions.map(\.digest)))),
            .init(3, "parentHash", .bytes(parent.bytes)),
            .init(7, "number", .integer(height)),
            .init(9, "witness_address", .address(witness)),
            .init(10, "version", .integer(height == 0 ? 0 : 31)))
        let digest = SHA256.digest(raw.encoded).bytes
        let signature =
            SHA256.digest(digest + [0]).bytes + SHA256.digest(digest + [1]).bytes + [digest[31] & 1]
        header = Message(
            .init(1, "raw_data", .message(raw)),
            .init(2, "witness_signature", .bytes(height == 0 ? [] : signature)))
        let number = (0..<8).reversed().map { UInt8(truncatingIfNeeded: height >> ($0 * 8)) }
        // A digest has 32 bytes.
        id = Hash256(number + digest.dropFirst(8))!
    }

    var reference: BlockReference { BlockReference(height: height, hash: id) }

    /// `Block`, without its transactions where they are not wanted.
    func message(detail: Bool = true) -> Message {
        Message(
            .init(1, "transactions", .list(detail ? transactions.map { .message($0.message) } : [])),
            .init(2, "block_header", .message(header)))
    }
}
