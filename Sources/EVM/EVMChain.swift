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
    public let isMain: Bool
    /// The kinds of transactions that blocks may have.
    let transactionTypes: [TransactionType]
    /// Blocks may have a state-sync transaction of before Madhugiri.
    let hasUnrootedStateSync: Bool
    /// What headers have beyond the fields that all chains began with, in the order in which forks added it.
    let forkFields: [Field]
    let withdrawals: Withdrawals.Meaning

    /// The parameters of the chain with this id. Chains that are not known by name, such as development nets, have the
    /// rules of Ethereum.
    public init(id: UInt64) {
        let entry = Self.known[id] ?? Entry(.ethereum, isMain: false, every: .seconds(12))
        self.id = id
        genesis = entry.genesis.flatMap { Hash256(hex: $0) }
        blockTime = entry.blockTime
        isMain = entry.isMain
        transactionTypes = entry.rules.transactionTypes
        hasUnrootedStateSync = entry.rules.hasUnrootedStateSync
        forkFields = entry.rules.forkFields
        withdrawals = entry.rules.withdrawals
    }

    /// The kind of the transaction with this number and hash; nil when the chain has none that is known.
    func transactionType(_ number: UInt64, _ hash: Hash256, in block: BlockReference) -> TransactionType? {
        if hasUnrootedStateSync, number == 0, hash == TransactionType.polygonStateSyncHash(in: block) {
            return .polygonStateSyncUnrooted
        }
        return transactionTypes.first { UInt64($0.number ?? 0) == number }
    }
}
