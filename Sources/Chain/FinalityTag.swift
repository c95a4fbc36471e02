/// A name under which a node tells how far its chain is settled. A block is under a tag when it is the tag's block or an
/// ancestor of it.
public enum FinalityTag: String, CaseIterable, Sendable {
    /// Two thirds of the validators attested to it (EVM networks with Casper FFG; on rollups: its data is on the parent
    /// chain).
    case safe
    /// Reverting it would cost a third of the stake (the same networks).
    case finalized
    /// More than two thirds of TRON's witnesses built upon it.
    case solidified
    /// A quorum of Dash's masternodes signed it (DIP-8).
    case chainlock
    /// A quorum of Dash's masternodes locked what a transaction spends (DIP-10). It is said of transactions, one by one: it
    /// stands at the last block before the first with one of ours that is not locked.
    case instantsend
}

extension FinalityTag: CustomStringConvertible {
    public var description: String { rawValue }
}
