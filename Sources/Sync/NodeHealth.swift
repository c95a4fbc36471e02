public import Chain

/// What is to be told of one node, judged against our cursor.
public enum NodeHealth: Hashable, Sendable {
    /// It has not answered yet.
    case unknown
    case healthy
    /// Its tip is below our cursor: it is not followed until it has caught up.
    case lagging
    /// It is in its initial download: its tip says nothing new.
    case downloading
    /// Its best chain does not contain our cursor.
    case forked
    /// It asked for fewer requests. That is pacing, no outage.
    case throttled
    /// It serves another chain than the one configured.
    case wrongChain
    /// It failed several times in a row, or goes on claiming a tip of which it shows nothing; the last reason.
    case failing(String)

    /// It answers, and serves the configured chain.
    public var isUp: Bool {
        switch self {
        case .healthy, .lagging, .downloading, .forked, .throttled: true
        case .unknown, .wrongChain, .failing: false
        }
    }
}

/// What is looked at, beside its health, when a node is chosen to be followed.
public struct NodeFigures: Hashable, Sendable {
    /// Blocks that its tip is behind the best node's; nil as long as it gives none.
    public let lag: Int64?
    /// How often it failed or refused of late: each time counts one, and half as much after two minutes.
    public let errors: Double
    /// The last of these; nil when it never did.
    public let lastError: NodeError?
    /// How long it takes to give its state, on average; nil before it has given a few.
    public let answerTime: Duration?
    /// What speaks against it.
    public let demerits: Demerits
    /// What it says that it still has to catch up on.
    public let lack: String?
    /// The lowest block whose transactions it keeps; nil where it keeps all, or does not say.
    public let keptFrom: Int64?
}
