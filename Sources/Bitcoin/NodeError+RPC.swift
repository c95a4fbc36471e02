internal import Chain
internal import NodeHTTP

extension NodeError {
    init(_ error: RPCError) {
        switch error {
        case .http(let error):
            let code: Code =
                switch error.code {
                case .unreachable, .cancelled: .unreachable
                case .timedOut: .timedOut
                case .rateLimited, .queueFull: .rateLimited
                case .refused, .invalidRequest: .refused
                case .malformed, .tooLarge: .malformed
                }
            self.init(code, error.message, retryAfter: error.retryAfter)
        case .node(let number, let message):
            let code: Code =
                switch NodeCode(rawValue: number) {
                case .warmingUp: .warmingUp
                case .unknownMethod: .refused
                default: .malformed
                }
            self.init(code, "\(message) (code \(number))")
        }
    }

    /// What is wrong with bytes that `node` served.
    init(_ error: DecodeError, from node: String) {
        let code: Code =
            switch error.code {
            case .malformed: .malformed
            case .unknownFormat: .unknownFormat
            }
        self.init(code, "\(node): \(error.message)")
    }
}
