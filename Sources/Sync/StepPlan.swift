public import Chain

/// One step to commit. At most one is in flight.
public enum StepPlan: Sendable {
    /// The first run: store these headers, oldest first, with the last one as the cursor.
    case start(headers: [Header])
    /// Blocks above this one, which is on our chain, are on it no longer.
    case disconnect(to: BlockReference)
    /// Register what the store finds unregistered, up to the cursor.
    case register
    /// Connect these blocks: the first is a child of the cursor, each next one of the one before. A beginning of the
    /// run may be committed by itself; the rest is offered again.
    case connect([Block])
    /// Record the heights at which the finality tags stand.
    case finalize([FinalityTag: Int64])
    /// Write down what is new in the mempool.
    case sight
    /// Record how far the chain reaches, and whether we are at its tip.
    case observe(Observation)
}

/// What a synced node said of its tip.
public struct Observation: Hashable, Sendable {
    public let head: NodeState
    public let cursor: BlockReference
    /// When the node was asked. What it confirmed held then, not when the step is committed: observed-through is the
    /// database's time less the time since this instant.
    public let asked: Instant

    /// Whether the node confirms that our cursor is its tip; otherwise only the head's height is news.
    public var confirmsTip: Bool { head.tip.reference == cursor }
}

/// How a step ended.
public enum StepOutcome: Hashable, Sendable {
    /// It is committed. For `connect`, `disconnect` and `start`: with this block as
    /// the cursor; the others leave the cursor alone.
    case committed(through: BlockReference)
    /// There was nothing to commit.
    case nothingToDo
    /// Nothing was committed, for certain: try again after this time. The error is what an operator may have to know.
    /// When memory may no longer agree with the database, send `resumed` instead.
    case failed(retryAfter: Duration, because: NodeError? = nil)
    /// A `disconnect` that is not to be made on that node's word alone: others still have what its branch takes back.
    case refused(reason: String)
}
