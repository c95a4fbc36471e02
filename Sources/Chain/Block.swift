/// A block whose content is proved to be the one its hash commits to. Only a family's adapter makes one, and only
/// after every check that its chain allows.
public struct Block: Sendable {
    public let header: Header
    /// Every transfer to a recipient that could be watched, in the block's own order.
    public let transfers: [Transfer]

    public init(header: Header, transfers: [Transfer]) {
        self.header = header
        self.transfers = transfers
    }

    public var reference: BlockReference { header.reference }
}
