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
                case .unknownMethod, .pruned: .refused
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
        guard case .node(let code, let message) = self else { return nil }
        return NodeFault(code: code, message: message)
    }

    /// The node will not do this, in whatever words: something else may be tried. Not where it wants fewer requests, by the
    /// number of its error.
    var isRefusal: Bool {
        if case .node(let code, _) = self, NodeFault.isPacing(code) { return false }
        return isAnswer
    }
}
