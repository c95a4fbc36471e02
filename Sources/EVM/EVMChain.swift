public import Chain

/// What tells one chain of the family from another.
public struct EVMChain: Sendable {
    /// EIP-155: a node that gives another one serves another chain.
    public let id: UInt64
    /// The first block's hash, where it is known beforehand: chain ids have been used twice.
    public let genesis: Hash256?
    /// From one block to the next, as the chain means it: asking for news a few times in it is often enough.
    public let blockTime: Duration
    /// Whether there is real money on it.
    public var isMain: Bool { [1, 10, 56, 100, 137, 8_453, 42_161, 43_114].contains(id) }
    /// The kinds of transactions that blocks may have.
    let transactionTypes: [TransactionType]

    /// The parameters of the chain with this id. Chains that are not known by name, such as development nets, have the
    /// rules of Ethereum.
    public init(id: UInt64) {
        self.id = id
        let genesis: String? =
            switch id {
            case 1: "d4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3"
            case 11_155_111: "25a5cc106eea7138acab33231d7160d69cb777ee0c2c553fcddf5138993e6dd9"
            case 560_048: "bbe312868b376a3001692a646dd2d7d1e4406380dfd86b98aa8a34d1557c971b"
            default: nil
            }
        self.genesis = genesis.flatMap { Hash256(hex: $0) }
        blockTime = .seconds(12)
        transactionTypes = [.legacy, .accessList, .dynamicFee, .blob, .setCode]
    }

    /// The kind of transaction with this number; nil when the chain has none that is known.
    func transactionType(_ number: UInt64) -> TransactionType? {
        transactionTypes.first { UInt64($0.number ?? 0) == number }
    }
}
