public import Chain

/// How deep in the chain a deposit has to be: a number of confirmations, counted from the tip or from the block that a
/// finality tag stands at. 1 is in that block or before it, so that a tag alone is one confirmation under it.
public struct Threshold: Hashable, Sendable {
    public let confirmations: Int32
    public let tag: FinalityTag?

    public init(_ confirmations: Int32, under tag: FinalityTag? = nil) {
        precondition(confirmations >= 1)
        self.confirmations = confirmations
        self.tag = tag
    }

    /// The same raised to what the chain itself demands before the amount can be spent.
    func raised(to maturity: Int32) -> Threshold {
        Threshold(max(confirmations, maturity), under: tag)
    }

    /// Whether it may be the final threshold where `credit` is that of the credit: only what is known to be weaker may
    /// not. Any tag is taken to be worth more than a number, but a lock on a transaction says nothing of its block.
    public func mayFollow(_ credit: Threshold) -> Bool {
        switch (tag, credit.tag) {
        case (nil, _?), (.instantsend?, _): false
        case (_?, nil), (.chainlock?, .instantsend?): true
        case (.safe?, .finalized?): false
        case (.finalized?, .safe?): true
        default: tag == credit.tag && confirmations >= credit.confirmations
        }
    }

    /// `6 confirmations`, `finalized`, for a sentence.
    public var inWords: String { tag == nil ? "\(confirmations) confirmations" : description }

    /// Where the tag's block, or the tip, has to be for what is in block `height`.
    public func due(from height: Int64) -> Due {
        Due(height: height + Int64(confirmations) - 1, tag: tag)
    }

    /// The highest block that is so deep in a chain which reaches this far, as `due` has it the other way round; nil where
    /// the tag stands nowhere yet. It may be below the first block.
    public func height(reachedBy reach: Reach) -> Int64? {
        reach[tag].map { $0 - Int64(confirmations) + 1 }
    }

    /// The height that a chain has to reach for something to happen.
    public struct Due: Hashable, Sendable {
        public let height: Int64
        /// What has to be there; nil is the tip.
        public let tag: FinalityTag?

        public func isReached(by reach: Reach) -> Bool {
            reach[tag].map { height <= $0 } ?? false
        }
    }
}

extension Threshold: CustomStringConvertible, LosslessStringConvertible {
    /// `6`, `finalized`, `finalized+32`: as configuration and policies write it.
    public var description: String {
        guard let tag else { return "\(confirmations)" }
        return confirmations == 1 ? tag.rawValue : "\(tag.rawValue)+\(confirmations - 1)"
    }

    public init?(_ description: String) {
        let parts = description.split(separator: "+", maxSplits: 1, omittingEmptySubsequences: false)
        if let tag = FinalityTag(rawValue: String(parts[0])) {
            let more = parts.count == 1 ? 0 : Int32(parts[1]) ?? -1
            guard (0..<Int32.max).contains(more) else { return nil }
            self.init(more + 1, under: tag)
        } else {
            guard let number = Int32(description), number >= 1 else { return nil }
            self.init(number)
        }
        guard self.description == description else { return nil }
    }
}

/// A number of confirmations is a number, all else a text: `6`, `"finalized+32"`.
extension Threshold: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Int32.self), number >= 1 {
            self.init(number)
        } else if let text = try? container.decode(String.self), let threshold = Threshold(text) {
            self = threshold
        } else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "not a threshold that is known here")
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if tag == nil { try container.encode(confirmations) } else { try container.encode(description) }
    }
}
