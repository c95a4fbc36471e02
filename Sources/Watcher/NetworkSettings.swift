public import Store
public import Sync
import Synchronization

/// What a worker has to know of its network's configuration.
public struct NetworkSettings: Sendable {
    public let network: String
    /// What a reload may replace.
    public internal(set) var publication: Publication
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

/// The settings in force of one worker, from one session to the next, and what a reload has brought since.
final class CurrentSettings: Sendable {
    private struct State {
        var inForce: NetworkSettings
        var offered: Publication?
    }

    private let state: Mutex<State>

    init(_ settings: NetworkSettings) { state = Mutex(State(inForce: settings)) }

    var value: NetworkSettings {
        get { state.withLock(\.inForce) }
        set { state.withLock { $0.inForce = newValue } }
    }

    /// Keeps what a reload brings until a session takes it: there may be none for now.
    func offer(_ publication: Publication) { state.withLock { $0.offered = publication } }

    func takeOffered() -> Publication? { state.withLock { state in state.offered.take() } }

    /// It could not be published for now; there may be another one by now.
    func giveBack(_ publication: Publication) { state.withLock { $0.offered = $0.offered ?? publication } }
}
