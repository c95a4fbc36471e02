/// What kind a message of PostgreSQL's protocol is (PostgreSQL documentation, "Message Formats").
public struct ProtocolMessage: Hashable, Sendable, CustomStringConvertible {
    public enum Sender: Sendable { case client, server }

    public let sender: Sender
    /// What it begins with: `B` is a client's Bind, `Z` a server's ReadyForQuery. A client's first message begins with
    /// its length; here that is a space.
    public let letter: Character

    public init(_ sender: Sender, _ letter: Character) {
        self.sender = sender
        self.letter = letter
    }

    public var description: String { "\(sender)'s \(letter)" }

    /// Sent by the server when it likes, whatever it was asked: notices, settings, notifications.
    var isUnasked: Bool { sender == .server && "NSA".contains(letter) }
}
