/// Where a node has a transaction, and what is in it.
public enum TransactionPlace: Hashable, Sendable {
    /// Neither in its mempool nor in a block that it was asked about. `isIndexed`: it keeps an index of all
    /// transactions, so that the transaction is in no block of its chain either.
    case unknown(isIndexed: Bool)
    case mempool(UnconfirmedTransaction)
    /// The transaction's transfers are numbered as in the block.
    case block(Residence, UnconfirmedTransaction)

    /// The block that a transaction is in.
    public struct Residence: Hashable, Sendable {
        public let block: BlockReference
        /// Seconds since 1970, as the block says.
        public let time: Int64
        /// Whether the block is on the node's best chain.
        public let isOnChain: Bool
        /// The chain recorded it as failed: it moved nothing but its fee.
        public let hasFailed: Bool

        public init(block: BlockReference, time: Int64, isOnChain: Bool, hasFailed: Bool = false) {
            self.block = block
            self.time = time
            self.isOnChain = isOnChain
            self.hasFailed = hasFailed
        }
    }
}
