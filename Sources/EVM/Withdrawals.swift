internal import Chain
internal import NodeHTTP

/// What the consensus layer pays out in a block, by no transaction (EIP-4895).
struct Withdrawals {
    struct Withdrawal {
        let recipient: WatchKey
        let amount: UInt256
    }

    /// What a chain's withdrawals are.
    enum Meaning {
        /// They pay the coin.
        case coin
        /// They pay something else, by a contract.
        case token
        /// There are none, whatever the header has in the place of their root.
        case none
    }

    let all: [Withdrawal]
    /// Of the trie that has them.
    let root: Hash256

    /// Amounts are in units of 10^9 wei.
    private static let gwei: UInt128 = 1_000_000_000

    init(_ json: ArraySlice<UInt8>) throws {
        var all: [Withdrawal] = []
        var rlp = RLPEncoder()
        var items: [Range<Int>] = []
        var scanner = JSONScanner(json)
        try scanner.openArray()
        while try scanner.nextElement() {
            let entry = try AnswerObject(&scanner)
            let start = rlp.bytes.count
            try rlp.list { rlp in for field in Self.fields { try rlp.append(field, of: entry) } }
            items.append(start..<rlp.bytes.count)
            guard let recipient = try entry.address("address") else {
                throw DecodeError(.malformed, "withdrawal \(all.count) has no address")
            }
            let amount = UInt128(try entry.requireNumber("amount")) * Self.gwei
            all.append(Withdrawal(recipient: recipient, amount: UInt256(high: 0, low: amount)))
        }
        try scanner.end()
        self.all = all
        root = OrderedTrie.root(of: items, in: rlp.bytes)
    }

    private static let fields = [
        Field("index", .quantity), Field("validatorIndex", .quantity), Field("address", .bytes(20)),
        Field("amount", .quantity),
    ]
}
