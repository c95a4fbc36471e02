public import Chain
internal import Hashing

/// What is remembered of blocks that were read once, so that looking back for newly watched keys asks nodes only for
/// those that may pay one of them: the header, and a keyed 64-bit fingerprint of each recipient.
///
/// A block's hash stands for what the block holds, so that nothing here gets outdated, whatever becomes of the chain. It
/// is a cache and nothing more: what it lacks is read again. It is bounded in bytes, and the lowest blocks make room.
public struct ReadBlocks: Sendable {
    private struct Entry {
        let header: Header
        let recipients: [UInt64]

        /// What it takes in memory, about.
        var bytes: Int { 200 + recipients.count * MemoryLayout<UInt64>.size }
    }

    private let hash: SipHash
    private let bytesMaximum: Int
    private var entries: [Hash256: Entry] = [:]
    /// What is held, about.
    public private(set) var bytes = 0

    /// - Parameter secret: 128 random bits, new in every process, so that nobody can make addresses that collide.
    public init(secret: (UInt64, UInt64), bytesMaximum: Int) {
        hash = SipHash(key: secret)
        self.bytesMaximum = max(0, bytesMaximum)
    }

    public var count: Int { entries.count }

    public mutating func remember(_ block: Block) {
        guard entries[block.header.hash] == nil else { return }
        let entry = Entry(
            header: block.header, recipients: block.transfers.map { fingerprint(of: $0.recipient) })
        entries[block.header.hash] = entry
        bytes += entry.bytes
        if bytes > bytesMaximum { makeRoom() }
    }

    /// More than is needed at once: the blocks are sorted for it.
    private mutating func makeRoom() {
        for entry in entries.values.sorted(by: { $0.header.height < $1.header.height })
        where bytes > bytesMaximum / 8 * 7 {
            entries[entry.header.hash] = nil
            bytes -= entry.bytes
        }
    }

    /// The header of the block with this hash; nil when it is not remembered.
    public func header(_ hash: Hash256) -> Header? { entries[hash]?.header }

    /// Whether the block may pay any of these keys, which are given as their fingerprints: false is certain. Nil when
    /// the block is not remembered.
    public func mayPay(_ keys: Set<UInt64>, in block: Hash256) -> Bool? {
        entries[block].map { entry in entry.recipients.contains(where: keys.contains) }
    }

    public func fingerprints(of keys: some Sequence<WatchKey>) -> Set<UInt64> { Set(keys.map(fingerprint)) }

    private func fingerprint(of key: WatchKey) -> UInt64 {
        let input = key.hashInput
        return hash.hash(input.words, length: input.length)
    }
}
