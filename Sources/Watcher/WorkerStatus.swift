/// What a worker is doing, for health checks and `status`.
public enum WorkerStatus: Hashable, Sendable {
    /// Not yet at its first answer from the database.
    case starting
    /// The database can't be reached; the reason is the last error.
    case waitingForDatabase(reason: String)
    /// Another daemon follows this network.
    case standby
    /// It follows here, and blocks are missing still.
    case syncing(reason: String?)
    /// It follows here and is at the tip.
    case following
    /// An operator retired the network: it is followed no more.
    case retired
    /// It stopped, and goes on only when the reason is gone.
    case halted(reason: String)

    /// Whether the network is followed, here or elsewhere.
    public var isReady: Bool {
        switch self {
        case .following, .standby, .retired: true
        case .starting, .waitingForDatabase, .syncing, .halted: false
        }
    }

    var isWaitingForDatabase: Bool {
        if case .waitingForDatabase = self { true } else { false }
    }

    public var isHalted: Bool {
        if case .halted = self { true } else { false }
    }
}
