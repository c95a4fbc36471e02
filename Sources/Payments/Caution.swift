internal import Chain

/// Why a network's chain is for a while less to be relied on than its thresholds assume: they are raised until then.
public struct Caution: Hashable, Sendable {
    public enum Cause: String, Hashable, Sendable, CaseIterable {
        /// More blocks were disconnected than usually are.
        case deepReorg = "deep_reorg"
        /// Blocks came much faster than the chain makes them.
        case blockBurst = "block_burst"
        /// A node had another block in the place of one that was about to be credited.
        case nodeDisagreement = "node_disagreement"
        /// A node took back what it had called settled, or such blocks were disconnected.
        case finalityRegress = "finality_regress"
    }

    public let causes: Set<Cause>
    /// Seconds since 1970, by the database's clock.
    public let until: Int64

    public init(causes: Set<Cause>, until: Int64) {
        self.causes = causes
        self.until = until
    }
}

/// How a network answers signs of trouble on its chain.
public struct CautionTerms: Hashable, Sendable {
    /// What numbers of confirmations are multiplied with.
    public let factor: Int32
    /// How long after the last sign.
    public let duration: Duration
    /// From how many disconnected blocks on a reorganization is a sign; nil is half the confirmations of a credit, and at
    /// least two, or none where a credit waits for a finality tag.
    public let reorgDepth: Int64?
    /// How many blocks more, at the least, are waited for on top of a finality tag.
    public let onTop: Int32
    /// Nothing is raised above so many confirmations.
    public let ceiling: Int32

    public init(factor: Int32, duration: Duration, reorgDepth: Int64?, onTop: Int32, ceiling: Int32) {
        precondition(factor >= 2 && duration > .zero && onTop >= 1)
        self.factor = factor
        self.duration = duration
        self.reorgDepth = reorgDepth
        self.onTop = onTop
        self.ceiling = ceiling
    }

    /// Whether this many disconnected blocks are a sign of trouble for deposits that are credited by `credit`.
    public func isDeep(_ depth: Int64, for credit: Threshold) -> Bool {
        if let reorgDepth { return depth >= reorgDepth }
        return credit.tag == nil && depth >= max(2, (Int64(credit.confirmations) + 1) / 2)
    }

    private var length: Int64 { max(1, duration.components.seconds) }

    /// What is left of a caution at `time`; nil when it is over. None lasts longer than from now: one that would was begun by
    /// a clock that was put back since.
    public func standing(_ caution: Caution?, at time: Int64) -> Caution? {
        guard let caution, caution.until > time else { return nil }
        return Caution(causes: caution.causes, until: min(caution.until, time + length))
    }

    /// The caution after one more sign at `time`. Nil where it adds nothing that is worth another policy: the cause is
    /// known, and less than a quarter of the time has passed.
    public func caution(after cause: Caution.Cause, at time: Int64, since caution: Caution?) -> Caution? {
        let until = time + length
        guard let caution = standing(caution, at: time) else { return Caution(causes: [cause], until: until) }
        if caution.causes.contains(cause), until - caution.until < duration.components.seconds / 4 { return nil }
        return Caution(causes: caution.causes.union([cause]), until: until)
    }

    /// The same with both raised; `final` may follow `credit` as before.
    public func raise(_ thresholds: Thresholds) -> Thresholds {
        let (credit, final) = (raise(thresholds.credit), raise(thresholds.final))
        return Thresholds(credit: credit, final: final.mayFollow(credit) ? final : credit)
    }

    public func raise(_ tier: Tier) -> Tier {
        Tier(asset: tier.asset, from: tier.from, thresholds: raise(tier.thresholds))
    }

    /// One that comes later, unless it is at the ceiling: a tag that rests on less than the chain's own finality gives way
    /// to the one that does; on top of that one more blocks are waited for, as it may be what is not to be relied on.
    func raise(_ threshold: Threshold) -> Threshold {
        let confirmations = threshold.confirmations
        switch threshold.tag {
        case nil: return Threshold(capped(Int64(confirmations) * Int64(factor), from: confirmations))
        case .safe: return Threshold(confirmations, under: .finalized)
        case .instantsend: return Threshold(confirmations, under: .chainlock)
        case .finalized, .solidified, .chainlock:
            let blocks = Int64(confirmations) - 1
            let raised = max(blocks * Int64(factor), blocks + Int64(onTop))
            return Threshold(capped(raised + 1, from: confirmations), under: threshold.tag)
        }
    }

    private func capped(_ raised: Int64, from confirmations: Int32) -> Int32 {
        max(confirmations, Int32(min(raised, Int64(ceiling))))
    }
}

extension Caution: CustomStringConvertible {
    public var description: String {
        "thresholds are raised, because "
            + causes.sorted { $0.rawValue < $1.rawValue }.map(\.inWords).joined(separator: ", ")
    }
}

extension Caution.Cause {
    public var inWords: String {
        switch self {
        case .deepReorg: "many blocks were disconnected at once"
        case .blockBurst: "blocks came much faster than they should"
        case .nodeDisagreement: "nodes had different blocks at the same height"
        case .finalityRegress: "what had been called settled was taken back"
        }
    }
}
