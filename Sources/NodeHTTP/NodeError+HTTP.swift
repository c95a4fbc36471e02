public import Chain

extension NodeError {
    /// What an exchange that failed says of the node.
    public init(_ error: HTTPError) {
        let code: Code =
            switch error.code {
            case .unreachable, .canceled: .unreachable
            case .timedOut: .timedOut
            case .rateLimited, .queueFull: .rateLimited
            case .refused, .invalidRequest: .refused
            case .malformed, .tooLarge: .malformed
            }
        self.init(code, error.message, retryAfter: error.retryAfter)
    }
}
