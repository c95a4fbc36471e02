/// A transaction that a node holds in its mempool: valid by its rules, in no block yet. It may still be replaced or
/// forgotten.
public struct UnconfirmedTransaction: Hashable, Sendable {
    public let id: Hash256
    /// Every transfer to a recipient that could be watched; `blockIndex` is the output's index.
    public let transfers: [Transfer]
    /// The outputs it spends; empty where a family has none.
    public let spends: [Outpoint]

    public init(id: Hash256, transfers: [Transfer], spends: [Outpoint]) {
        self.id = id
        self.transfers = transfers
        self.spends = spends
    }
}
