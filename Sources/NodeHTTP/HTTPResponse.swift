/// A complete answer: its length was announced and kept, its bytes are as sent.
public struct HTTPResponse: Sendable {
    public let status: Int
    public let body: [UInt8]
    /// What the `Retry-After` header asks for, at most an hour.
    public let retryAfter: Duration?

    public init(status: Int, body: [UInt8], retryAfter: Duration? = nil) {
        self.status = status
        self.body = body
        self.retryAfter = retryAfter
    }
}
