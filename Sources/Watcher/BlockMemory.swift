import Chain
import Sync
import Synchronization

/// The blocks that one network's worker has read, from one session to the next.
final class BlockMemory: Sendable {
    private let blocks: Mutex<ReadBlocks>

    /// - Parameter bytesMaximum: three hours of a chain with five hundred payments every two seconds are 20 MB.
    init(bytesMaximum: Int = 32 << 20) {
        let secret = (UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max))
        blocks = Mutex(ReadBlocks(secret: secret, bytesMaximum: bytesMaximum))
    }

    func remember(_ read: [Block]) {
        blocks.withLock { blocks in for block in read { blocks.remember(block) } }
    }

    /// The parent of a block, where both were read.
    func parent(of block: BlockReference) -> Header? {
        blocks.withLock { blocks in blocks.header(block.hash).flatMap { blocks.header($0.parent) } }
    }

    func fingerprints(of keys: Set<WatchKey>) -> Set<UInt64> { blocks.withLock { $0.fingerprints(of: keys) } }

    /// Whether the block has to be read for payments to these keys: it may hold one, or was never read.
    func isUnread(_ block: BlockReference, for keys: Set<UInt64>) -> Bool {
        blocks.withLock { $0.mayPay(keys, in: block.hash) ?? true }
    }
}
