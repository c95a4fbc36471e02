/// Why a node gave no usable answer, with what to do about it.
public struct NodeError: Error, Hashable, Sendable {
    public enum Code: String, Sendable {
        /// No connection: name, route, refused port, TLS.
        case unreachable
        case timedOut = "timed_out"
        /// The node asks for fewer requests (429, a full work queue).
        case rateLimited = "rate_limited"
        /// It is starting and not ready to answer.
        case warmingUp = "warming_up"
        /// Wrong credentials, or a method it does not offer.
        case refused
        /// An answer that is not what the call promises, or a block that fails its checks.
        case malformed
        /// The node serves another chain than the one configured.
        case wrongChain = "wrong_chain"
        /// The block holds something this version does not know how to read; going on could lose a payment.
        case unknownFormat = "unknown_format"
    }

    public let code: Code
    /// What happened, where and what to do next, in words for an operator. Never a credential.
    public let message: String
    /// How long the node asked to be left alone.
    public let retryAfter: Duration?

    public init(_ code: Code, _ message: String, retryAfter: Duration? = nil) {
        self.code = code
        self.message = message
        self.retryAfter = retryAfter
    }
}

extension NodeError: CustomStringConvertible {
    public var description: String { "\(code.rawValue): \(message)" }
}
