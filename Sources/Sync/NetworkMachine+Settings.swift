extension NetworkMachine {
    public struct Settings: Sendable {
        public var nodeCount: Int
        public var start: Start
        /// The number of headers to store below the starting point of the first run.
        public var maxReorgDepth: Int
        /// From one regular question for a node's state to the next.
        public var pollInterval: Duration = .seconds(5)
        /// Whether nodes are asked how far their chain is settled.
        public var watchesFinality = false
        /// Headers in one answer; at most twice as many are held ahead of the blocks.
        public var headersMaximum = 500
        public var fetchesInFlightMaximum = 16
        /// Blocks that are fetched ahead of the last committed one.
        public var blocksBufferedMaximum = 200
        /// Transfers in those blocks: beyond it nothing is fetched ahead.
        public var transfersBufferedMaximum = 500_000
        /// Blocks in one `connect`.
        public var runLengthMaximum = 100
        /// The pause after a node's first failure; it doubles with each further one in a row.
        public var backoffFirst: Duration = .milliseconds(500)
        public var backoffMaximum: Duration = .seconds(30)
        /// The longest pause that a node may ask for.
        public var retryAfterMaximum: Duration = .seconds(600)

        public init(nodeCount: Int, start: Start, maxReorgDepth: Int) {
            self.nodeCount = nodeCount
            self.start = start
            self.maxReorgDepth = maxReorgDepth
        }

        /// For how long a network that is followed may be off the tip: a few polls, and long enough for a slow node's block.
        var patience: Duration { max(pollInterval * 3, .seconds(10)) }

        var pacing: NodeSet.Pacing {
            NodeSet.Pacing(
                pollInterval: pollInterval, backoff: Backoff(first: backoffFirst, maximum: backoffMaximum),
                retryAfterMaximum: retryAfterMaximum)
        }

        var limits: FetchWindow.Limits {
            FetchWindow.Limits(
                inFlightMaximum: fetchesInFlightMaximum, blocksMaximum: blocksBufferedMaximum,
                transfersMaximum: transfersBufferedMaximum)
        }
    }
}
