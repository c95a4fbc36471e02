internal import Chain
internal import NodeHTTP

extension NodeError {
    init(_ error: RPCError) {
        switch error {
        case .http(let error):
            self.init(error)
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
}
