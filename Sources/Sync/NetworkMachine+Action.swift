public import Chain

extension NetworkMachine {
    /// What the machine wants done. Asks may run at the same time, steps never do.
    public enum Action: Sendable {
        case askState(node: Int)
        case askHeader(node: Int, height: Int64)
        case askHeaders(node: Int, after: BlockReference, limit: Int)
        case fetchBlock(node: Int, reference: BlockReference)
        /// Whether the node has the block at all, on its best chain or off it.
        case askWhetherKnown(node: Int, BlockReference)

        /// How far the node's chain is settled.
        case askFinality(node: Int)

        /// Carry out this step and commit it; there is no other one until its `stepDone`, or a `resumed`.
        case perform(StepPlan)
        /// Send `woke` at this instant; replaces an earlier one.
        case wake(at: Instant)
        case report(Report)
        /// Stop this network visibly. Nothing more is asked or performed until a `resumed`.
        case halt(reason: String)
    }
}
