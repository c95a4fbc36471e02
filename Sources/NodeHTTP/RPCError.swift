/// Why a call gave no result.
public enum RPCError: Error, Hashable, Sendable {
    /// No usable answer.
    case http(HTTPError)
    /// The node answered with an error of its own: `code` as it sent it (bitcoind: −5 not found, −8 out of range, −28
    /// warming up, −32601 unknown method), `message` with node and method before its text, printable and bounded.
    case node(code: Int, message: String)
}

extension RPCError {
    /// The node, or what stands before it, answered, and not with what was asked for: another call, or fewer at once, may
    /// get an answer. Not where it did not answer, did not admit us, or wants fewer requests.
    public var isAnswer: Bool {
        switch self {
        case .node: true
        case .http(let error):
            switch error.code {
            case .malformed, .tooLarge: true
            case .refused, .unreachable: error.status.map { $0 != 401 } ?? false
            case .timedOut, .rateLimited, .queueFull, .canceled, .invalidRequest: false
            }
        }
    }

    /// It takes too long, or answered that it wants fewer requests (HTTP 429, 503).
    var isPacing: Bool {
        guard case .http(let error) = self else { return false }
        return error.code == .timedOut || error.code == .rateLimited && error.status != nil
    }
}

extension RPCError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .http(let error): error.description
        case .node(let code, let message): "rpc error \(code): \(message)"
        }
    }
}
