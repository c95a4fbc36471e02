public import Chain

extension NetworkMachine {
    /// What the driver tells the machine. Nodes are numbered as in the configuration, from 0.
    ///
    /// Every ask is answered by exactly one event, after a time-out of the driver's at the latest, also across a
    /// `resumed`. Answers that belong to no ask, and those that are no longer wanted, change nothing.
    public enum Event: Sendable {
        /// Begin, or begin again, from the database: the stored headers that end with the cursor, oldest first, none
        /// when this network has never run. What is in memory about the chain is dropped, a halt is over, and a step in
        /// flight ends with this instead of its `stepDone`.
        /// `floor` is the lowest height that may be gone back to, nil while no block was connected; `finality` are the
        /// heights at which the chain's finality tags stand.
        case resumed(window: [Header], floor: Int64? = nil, finality: [FinalityTag: Int64] = [:])

        case state(node: Int, Result<NodeState, NodeError>)
        case header(node: Int, height: Int64, Result<Header?, NodeError>)
        case headers(node: Int, after: BlockReference, Result<[Header]?, NodeError>)
        case block(node: Int, BlockReference, Result<Block?, NodeError>)
        case known(node: Int, BlockReference, Result<Bool, NodeError>)
        case finality(node: Int, Result<[FinalityTag: BlockReference], NodeError>)

        /// A long poll or a feed says that this node may have a new tip.
        case tipHint(node: Int)
        /// The store has options to register. Said once it is remembered until a `register` step is performed.
        case registrationsPending
        /// There is news of the mempool to write down; remembered likewise until a `sight` step is performed.
        case sightingsPending
        case stepDone(StepOutcome)
        /// The instant of the last `wake` has come.
        case woke
    }
}
