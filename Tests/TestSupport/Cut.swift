/// Where a connection is to be cut.
public struct Cut: Sendable, CustomStringConvertible {
    public enum Place: Sendable {
        /// The message reaches its receiver not at all, by half, or whole; nothing follows it, and both sides see the
        /// connection end.
        case before, inside, after
        /// For a client's message. The client sees the connection end, the server doesn't: the message and the rest of
        /// the request reach it with `MeddlingProxy.deliver()`, still ahead of later requests about the statement.
        case late
    }

    /// A cut that has happened.
    public struct Happened: Sendable {
        /// The place of the exchange among `MeddlingProxy.exchanges`.
        public let exchange: Int
        /// The process id of the server's end of the connection.
        public let backend: Int
    }

    public let request: Exchange.Request
    public let message: ProtocolMessage
    public let place: Place
    private let marks: [[UInt8]]

    /// - Parameter marks: What the message that begins the exchange must hold.
    public init(_ request: Exchange.Request, _ place: Place, _ message: ProtocolMessage, holding marks: [[UInt8]] = [])
    {
        self.request = request
        self.place = place
        self.message = message
        self.marks = marks
    }

    /// Every way to cut such an exchange, save the late ones.
    public static func all(in exchange: Exchange) -> [Cut] {
        exchange.messages.flatMap { message in
            [.before, .inside, .after].map { Cut(exchange.request, $0, message) }
        }
    }

    /// The same cut, only in an exchange whose first message holds these bytes.
    public func holding(_ marks: [[UInt8]]) -> Cut { Cut(request, place, message, holding: marks) }

    /// Whether the server gets the whole request in spite of it.
    public var deliversRequest: Bool { message.sender == .server || message.letter == "S" && place == .after }

    func isDue(at message: ProtocolMessage, in exchange: Exchange) -> Bool {
        message == self.message && exchange.request == request && exchange.holds(marks)
    }

    public var description: String { "\(request): \(place) the \(message)" }
}
