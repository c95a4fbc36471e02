/// How far the contents of a block are checked against its hash. Either way the header's fields must hash to the block's
/// hash, each transaction's fields to its own, every part must name the block and its place in it, each transaction must
/// have its receipt, logs must make the header's bloom, and the receipts must add up to the gas that the header says was
/// used.
public enum Verification: String, Sendable, CaseIterable {
    /// The transactions, receipts and withdrawals are those of the header's roots: of a block whose hash is right,
    /// nothing can be left out, altered or added. On Polygon, in a block with a state-sync transaction whose bytes the node
    /// does not give (`eth_getRawTransactionByHash`), that holds of receipts alone: of the values of its other transactions
    /// then only that they are somebody's.
    case roots
    /// The roots are not looked at; the logs must be numbered without a gap. Which transactions a block has, whether they
    /// succeeded and what amounts their logs have is the node's word then, and no quorum finds out, for that is about
    /// hashes: have a node of your own.
    case linked
}
