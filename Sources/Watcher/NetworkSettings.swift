public import Store
public import Sync
import Synchronization

/// What a worker has to know of its network's configuration.
public struct NetworkSettings: Sendable {
    public let network: String
    public let publication: Publication
    /// Where the first run begins.
    public let start: Start
    /// How many headers are kept below the tip.
    public let maxReorgDepth: Int
    /// From one regular question for a node's state to the next.
    public let pollInterval: Duration
    /// How the nodes' mempools are looked at; nil where they are not.
    public let mempool: MempoolView.Settings?

    public init(
        network: String, publication: Publication, start: Start, maxReorgDepth: Int,
        pollInterval: Duration = .seconds(5), mempool: MempoolView.Settings? = nil
    ) {
        self.network = network
        self.publication = publication
        self.start = start
        self.maxReorgDepth = maxReorgDepth
        self.pollInterval = pollInterval
        self.mempool = mempool
    }
}

/// The settings in force of one worker: a reload may change them between two sessions and within one.
final class CurrentSettings: Sendable {
    private let settings: Mutex<NetworkSettings>

    init(_ settings: NetworkSettings) { self.settings = Mutex(settings) }

    var value: NetworkSettings {
        get { settings.withLock(\.self) }
        set { settings.withLock { $0 = newValue } }
    }
}
