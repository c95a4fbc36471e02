/// Why a node gave no usable answer.
public struct HTTPError: Error, Hashable, Sendable {
    /// The kind of failure, and with it what to do.
    public enum Code: String, Hashable, Sendable {
        /// No connection or no answer on it: name, route, closed port, TLS, a gateway's 502. Retry later, or elsewhere.
        case unreachable
        /// The deadline passed: in the queue, while connecting, or while the answer came in. Retry.
        case timedOut = "timed_out"
        /// The node wants fewer requests (429, 503). Retry after `retryAfter`.
        case rateLimited = "rate_limited"
        /// The node does not serve this: wrong credentials, a redirect, no such service. Needs an operator.
        case refused
        /// An answer that breaks HTTP or JSON-RPC, or ended before its announced end. Retry, distrust the node.
        case malformed
        /// The answer is larger than the request's `maximumBytes`. Asking again gives the same.
        case tooLarge = "too_large"
        /// Too many requests wait for this host already. Slow down.
        case queueFull = "queue_full"
        /// The calling task was canceled, or the client shut down.
        case canceled
        /// The endpoint or the request can't be sent as it is: a mistake on our side or in the configuration.
        case invalidRequest = "invalid_request"
    }

    public let code: Code
    /// What happened and where, in words for an operator; printable and bounded. Never a credential.
    public let message: String
    /// How long the node asked to be left alone, at most an hour.
    public let retryAfter: Duration?
    /// The status of the node's answer, where there was one.
    public let status: Int?

    public init(_ code: Code, _ message: String, retryAfter: Duration? = nil, status: Int? = nil) {
        self.code = code
        self.message = message
        self.retryAfter = retryAfter
        self.status = status
    }
}

extension HTTPError: CustomStringConvertible {
    public var description: String { "\(code.rawValue): \(message)" }
}
