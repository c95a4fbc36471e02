/// What links a block to its parent and lets two branches be compared.
public struct Header: Hashable, Sendable {
    public let reference: BlockReference
    public let parent: Hash256
    /// Seconds since 1970 as the block's maker wrote them: roughly true, not monotonic.
    public let time: Int64
    /// What the block adds to its branch when branches compete: the expected number of hashes behind it where there
    /// is proof of work (Bitcoin Core `GetBlockProof`), else 1.
    public let work: UInt128

    public init(reference: BlockReference, parent: Hash256, time: Int64, work: UInt128) {
        self.reference = reference
        self.parent = parent
        self.time = time
        self.work = work
    }

    public var height: Int64 { reference.height }
    public var hash: Hash256 { reference.hash }
}
