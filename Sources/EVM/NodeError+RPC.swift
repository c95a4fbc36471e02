internal import Chain
internal import NodeHTTP

extension NodeError {
    init(_ error: RPCError) {
        switch error {
        case .http(let error):
            self.init(error)
        case .node(let number, let message):
            let fault = NodeFault(code: number, message: message)
            let code: Code =
                switch fault {
                case .unknownMethod, .tooMuch, .pruned: .refused
                case .rateLimited: .rateLimited
                case .absent, .notReady: .warmingUp
                case .timedOut: .timedOut
                case .other: .malformed
                }
            let advice =
                switch fault {
                case .pruned: "; it keeps nothing that old: configure a node that does"
                case .unknownMethod: "; configure a node that offers it"
                default: ""
                }
            self.init(code, "\(message) (code \(number))\(advice)")
        }
    }
}

extension RPCError {
    /// What the node's own error means; nil where it gave none.
    var fault: NodeFault? {
        switch self {
        case .node(let code, let message): NodeFault(code: code, message: message)
        // Too large for the node's or a proxy's taste, sent or answered.
        case .http(let error) where error.status == 413: .tooMuch
        case .http(let error) where error.code == .tooLarge: .tooMuch
        case .http: nil
        }
    }
}
