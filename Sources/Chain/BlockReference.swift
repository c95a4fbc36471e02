/// A block's place and name. Two blocks may share a height; none share a hash.
public struct BlockReference: Hashable, Sendable {
    /// The number of blocks before it: 0 is the genesis block.
    public let height: Int64
    public let hash: Hash256

    public init(height: Int64, hash: Hash256) {
        self.height = height
        self.hash = hash
    }
}

extension BlockReference: CustomStringConvertible {
    public var description: String { "\(height) \(hash)" }
}
