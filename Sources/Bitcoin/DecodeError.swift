/// Why bytes are not the block or header they should be. Asking another node may help; asking the same one again
/// seldom does.
public struct DecodeError: Error, Sendable {
    public enum Code: Sendable {
        /// The bytes break a rule of the chain, or do not belong to what was asked for.
        case malformed
        /// The bytes use a serialisation that this version does not know.
        case unknownFormat
    }

    public let code: Code
    /// What is wrong, and where.
    public let message: String

    init(_ code: Code = .malformed, _ message: String) {
        self.code = code
        self.message = message
    }
}

extension DecodeError: CustomStringConvertible {
    public var description: String { message }
}
