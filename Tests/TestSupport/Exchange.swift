/// A request about a watched statement, and the answer to it, up to ReadyForQuery.
public struct Exchange: Sendable {
    public enum Request: Sendable { case prepare, execute }

    public let request: Request
    /// What came by, as far as it came; without what the server says unasked.
    public internal(set) var messages: [ProtocolMessage] = []
    /// The message that began it, Parse or Bind, as it was sent.
    private let opening: [UInt8]

    init(_ request: Request, opening: [UInt8]) {
        self.request = request
        self.opening = opening
    }

    /// Whether the first message, the statement's text or its parameters, holds all of these bytes.
    public func holds(_ marks: [[UInt8]]) -> Bool { marks.allSatisfy { opening.firstRange(of: $0) != nil } }

    /// Whether the server said that the statement was carried out.
    public var isCompleted: Bool { messages.contains(ProtocolMessage(.server, "C")) }

    /// The SQLSTATE of the error that the server answered; nil without one.
    public internal(set) var refusal: String?
}
