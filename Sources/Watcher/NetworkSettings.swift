public import Store
public import Sync

/// What a worker has to know of its network's configuration.
public struct NetworkSettings: Sendable {
    public let network: String
    /// What is configured at the start; a reload may replace it.
    public let publication: Publication
    /// Where the first run begins.
    public let start: Start
    /// How many headers are kept below the tip.
    public let maxReorgDepth: Int
    /// From one regular question for a node's state to the next.
    public let pollInterval: Duration
    /// From block to block, as a chain of proof of work aims at; nil elsewhere.
    public let blockSpacing: Duration?
    /// The earliest that a payment can be in a block, before its option's creation: block times are not the truth, and
    /// clocks differ.
    public let lookBack: Duration
    /// How the nodes' mempools are looked at; nil where they are not.
    public let mempool: MempoolView.Settings?

    /// Where a block's time may be two hours ahead of the truth, and clocks differ.
    public static let usualLookBack = Duration.seconds(3 * 3600)

    public init(
        network: String, publication: Publication, start: Start, maxReorgDepth: Int,
        pollInterval: Duration = .seconds(5), blockSpacing: Duration? = nil,
        lookBack: Duration = usualLookBack, mempool: MempoolView.Settings? = nil
    ) {
        self.network = network
        self.publication = publication
        self.start = start
        self.maxReorgDepth = maxReorgDepth
        self.pollInterval = pollInterval
        self.blockSpacing = blockSpacing
        self.lookBack = lookBack
        self.mempool = mempool
    }
}
