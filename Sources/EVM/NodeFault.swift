/// What an error means that a node answered with. Numbers differ between nodes and providers, and one number stands for
/// much (-32000 above all), so that the text is read too. What hangs on it is how long to wait and what to tell an
/// operator; whether something smaller or else is tried does not (`RPCError.isRefusal`), but for how calls are traced.
/// A text that means something else than it is taken for may be asked again in vain: never is a block read as empty for it.
enum NodeFault: Equatable {
    /// It does not offer the method.
    case unknownMethod
    /// It wants fewer requests.
    case rateLimited
    /// It has dropped what is needed for the answer.
    case pruned
    /// It knows no such block.
    case absent
    /// It is not ready for this yet.
    case notReady
    /// It gave up before it had the answer.
    case timedOut
    case other

    /// - Parameter message: with the node and the method before the node's own text, as `RPCError` has it. An address
    ///   may have words in it that mean something here.
    init(code: Int, message: String) {
        let text = (message.firstRange(of: ": ").map { message[$0.upperBound...] } ?? message[...]).lowercased()
        func says(_ phrases: String...) -> Bool { phrases.contains { text.contains($0) } }
        switch code {
        // EIP-4444, as agreed by the clients.
        case 4444: self = .pruned
        case _ where Self.isPacing(code): self = .rateLimited
        case -32601: self = .unknownMethod
        // EIP-1474: method not supported.
        case -32004: self = .unknownMethod
        case _
        where says(
            "limit exceeded", "rate limit", "ratelimit", "too many requests", "exceeded its", "capacity", "quota"):
            self = .rateLimited
        case _
        where says(
            "method not found", "unsupported method", "method not supported", "does not exist/is not available",
            "not whitelisted", "method is not available", "method not available"):
            self = .unknownMethod
        case _
        where says(
            "missing trie node", "pruned", "historical state", "state not available", "state is not available",
            "required historical", "no state available", "archive"):
            self = .pruned
        case _ where says("indexing", "in progress", "not ready", "still syncing", "starting up"): self = .notReady
        case _ where says("timeout", "timed out", "deadline exceeded"): self = .timedOut
        // EIP-1474: resource not found.
        case -32001: self = .absent
        case _ where says("not found", "unknown block", "unknown header"): self = .absent
        default: self = .other
        }
    }

    /// Whether an error's number alone says that fewer requests are wanted: HTTP's, and EIP-1474's "limit exceeded".
    static func isPacing(_ code: Int) -> Bool { code == 429 || code == -32_005 }
}
