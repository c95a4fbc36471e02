/// A block whose content is proved to be the one its hash commits to. Only a family's adapter makes one, and only
/// after every check that its chain allows.
public struct Block: Sendable {
    public let header: Header
    /// Every transfer to a recipient that could be watched, in the block's own order.
    public let transfers: [Transfer]
    /// What the block's transactions spend, grouped by spender; empty where a family has no outputs to spend.
    public let spends: [Spend]

    public init(header: Header, transfers: [Transfer], spends: [Spend] = []) {
        self.header = header
        self.transfers = transfers
        self.spends = spends
    }

    public var reference: BlockReference { header.reference }

    /// How much of it is held in memory: its transfers and spends.
    public var movementCount: Int { transfers.count + spends.count }
}
