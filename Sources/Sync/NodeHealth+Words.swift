extension NodeHealth {
    /// As logs, `status` and the endpoints call it.
    public var word: String {
        switch self {
        case .unknown: "unknown"
        case .healthy: "healthy"
        case .lagging: "lagging"
        case .downloading: "downloading"
        case .forked: "forked"
        case .throttled: "throttled"
        case .wrongChain: "wrong_chain"
        case .failing: "failing"
        }
    }

    public var reason: String? { if case .failing(let reason) = self { reason } else { nil } }
}
