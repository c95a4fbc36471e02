public import Chain

extension Deposit {
    /// Where a deposit is. One that is gone is in no block, and waited for no longer: it holds no expiry back.
    public enum Place: Hashable, Sendable {
        /// In no block so far.
        case unmined(isGone: Bool)
        /// In a block of our chain; `index` is its number among all movements there.
        case mined(BlockStamp, index: Int64)
        /// In no block since the one at this height was disconnected.
        case displaced(from: Int64, isGone: Bool)

        /// As it is stored; nil where it can't be. `displacedFrom` is the height of the block that was disconnected.
        public init?(block: BlockStamp?, index: Int64?, displacedFrom height: Int64?, isGone: Bool) {
            switch (block, index, height) {
            case (nil, nil, nil): self = .unmined(isGone: isGone)
            case (nil, nil, let height?): self = .displaced(from: height, isGone: isGone)
            case (let block?, let index?, nil) where !isGone: self = .mined(block, index: index)
            default: return nil
            }
        }

        public var block: BlockStamp? {
            if case .mined(let block, _) = self { block } else { nil }
        }

        public var blockIndex: Int64? {
            if case .mined(_, let index) = self { index } else { nil }
        }

        public var displacedFrom: Int64? {
            if case .displaced(let height, _) = self { height } else { nil }
        }

        public var isGone: Bool {
            switch self {
            case .unmined(let isGone), .displaced(_, let isGone): isGone
            case .mined: false
            }
        }

        /// The same, waited for or not; in a block there is nothing to wait for.
        func waitedFor(_ isWaitedFor: Bool) -> Place {
            switch self {
            case .unmined: .unmined(isGone: !isWaitedFor)
            case .mined: self
            case .displaced(let height, _): .displaced(from: height, isGone: !isWaitedFor)
            }
        }
    }
}

/// The block that a deposit is in.
public struct BlockStamp: Hashable, Sendable {
    public let height: Int64
    public let hash: Hash256
    /// Seconds since 1970, as the block says.
    public let time: Int64

    public init(height: Int64, hash: Hash256, time: Int64) {
        self.height = height
        self.hash = hash
        self.time = time
    }

    public init(_ header: Header) {
        self.init(height: header.height, hash: header.hash, time: header.time)
    }

    public var reference: BlockReference { BlockReference(height: height, hash: hash) }
}
