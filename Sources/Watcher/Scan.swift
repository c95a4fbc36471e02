import Chain
import Payments
import Store
import Sync

/// A look back for payments to keys that were not watched when their blocks came: from shortly before the options
/// were created up to the block at which watching began. It is done in pieces, so that following goes on meanwhile.
struct Scan: Sendable {
    let options: [UnregisteredOption]
    let keys: Set<WatchKey>
    /// The keys, as `BlockMemory` knows recipients.
    let fingerprints: Set<UInt64>
    /// Blocks still to be looked at, latest last.
    var remaining: ArraySlice<BlockReference>
    /// The last block of the scan: while it is on our chain, all of them are.
    private(set) var anchor: BlockReference
    var findings = Findings()
    private var pace = Pace()
    private var done: Int64 = 0

    init(options: [UnregisteredOption], blocks: [BlockReference], anchor: BlockReference, memory: BlockMemory) {
        self.options = options
        keys = Set(options.compactMap(\.key))
        fingerprints = memory.fingerprints(of: keys)
        remaining = blocks[...]
        self.anchor = anchor
    }

    /// The block time at which a scan for these options begins.
    static func beginning(of options: [UnregisteredOption], lookBack: Duration) -> Int64 {
        (options.map(\.createdAt).min() ?? 0) - lookBack.components.seconds
    }

    /// The places of the block's transfers to the keys.
    func hits(in block: Block) -> [Int] {
        block.transfers.indices.filter { keys.contains(block.transfers[$0].recipient) }
    }

    /// Goes on to a later block, through these.
    mutating func extend(by blocks: [BlockReference]) {
        remaining += blocks
        anchor = blocks.last ?? anchor
    }

    /// The next blocks as far as the one before this many have to be read, and which those are.
    func stretch(reading maximum: Int, isUnread: (BlockReference) -> Bool) -> (count: Int, unread: [BlockReference]) {
        var unread: [BlockReference] = []
        for (place, block) in remaining.enumerated() where isUnread(block) {
            if unread.count == maximum { return (place, unread) }
            unread.append(block)
        }
        return (remaining.count, unread)
    }

    /// So many blocks were looked at, and this was found.
    mutating func take(_ found: Findings, in count: Int) {
        findings.add(found)
        done += Int64(count)
        remaining.removeFirst(count)
    }

    /// How it gets on, now and then.
    mutating func progress(at now: Instant) -> String? {
        pace.tell(done: done, left: Int64(remaining.count), at: now).map { Self.prefix + $0 }
    }

    /// What a state's reason begins with while scans tell how they get on.
    static let prefix = "scanning back for new addresses: "
}
