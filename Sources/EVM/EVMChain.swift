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
    /// How its blocks may be verified, first as they are where nothing else is wished. `roots` is not among them where
    /// a block has what its roots do not cover.
    public let verifications: [Verification]
    /// The kinds of transactions that blocks may have.
    let transactionTypes: [TransactionType]
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
        verifications = entry.rules.verifications
        transactionTypes = entry.rules.transactionTypes
        forkFields = entry.rules.forkFields
        withdrawals = entry.rules.withdrawals
    }

    /// The kind of transaction with this number; nil when the chain has none that is known.
    func transactionType(_ number: UInt64) -> TransactionType? {
        transactionTypes.first { UInt64($0.number ?? 0) == number }
    }
}
