/// Where the first run begins.
public enum Start: Hashable, Sendable {
    /// At the node's tip, which is not read: the first block read is the one after it.
    case tip
    /// With this block as the first one read; the genesis block itself is never read.
    case height(Int64)
}
