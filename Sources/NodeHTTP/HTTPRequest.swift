/// One request to a node.
public struct HTTPRequest: Sendable {
    public enum Method: Sendable {
        case get
        case post(body: [UInt8], contentType: String)
    }

    public var method: Method
    /// What follows the endpoint's own path: empty for the endpoint itself, else `/` and printable ASCII, already
    /// percent-encoded; may hold a query. Sent as it is.
    public var path: String
    /// The media type asked for.
    public var accept: String
    /// For everything together: waiting for a place, connecting, sending, receiving. At most a day.
    public var deadline: Duration
    /// The largest body accepted, in bytes; the transfer ends as soon as it is exceeded.
    public var maximumBytes: Int
    /// What the node counts it as: each call of a batch is a request to it.
    public var count: Int

    public init(
        _ method: Method, path: String = "", accept: String = "*/*", deadline: Duration, maximumBytes: Int,
        count: Int = 1
    ) {
        self.method = method
        self.path = path
        self.accept = accept
        self.deadline = min(max(deadline, .zero), .seconds(86_400))
        self.maximumBytes = max(maximumBytes, 0)
        self.count = max(count, 1)
    }

    /// The headers that belong to the request itself.
    var headerFields: [HeaderField] {
        switch method {
        case .get: [HeaderField("Accept", accept)]
        case .post(_, let contentType): [HeaderField("Accept", accept), HeaderField("Content-Type", contentType)]
        }
    }
}
