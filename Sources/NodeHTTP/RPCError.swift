/// Why a call gave no result.
public enum RPCError: Error, Hashable, Sendable {
    /// No usable answer.
    case http(HTTPError)
    /// The node answered with an error of its own: `code` as it sent it (bitcoind: −5 not found, −8 out of range, −28
    /// warming up, −32601 unknown method), `message` with node and method before its text, printable and bounded.
    case node(code: Int, message: String)
}

extension RPCError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .http(let error): error.description
        case .node(let code, let message): "rpc error \(code): \(message)"
        }
    }
}
