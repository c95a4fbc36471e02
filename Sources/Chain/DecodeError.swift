/// Why a node's answer is not the block, header or trace it should be. Asking another node may help; asking the same one
/// again does only where its answer was incomplete.
public struct DecodeError: Error, Sendable {
    public enum Code: Sendable {
        /// The answer breaks a rule of the chain or of the interface, or does not belong to what was asked for.
        case malformed
        /// The answer holds something that this version does not know.
        case unknownFormat
        /// Not all that belongs to the block is there yet: the node has not executed it to its end. Ask again.
        case incomplete
    }

    public let code: Code
    /// What is wrong, and where.
    public let message: String

    public init(_ code: Code = .malformed, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The same, with where it is before it.
    public func within(_ place: String) -> DecodeError {
        DecodeError(code, "\(place): \(message)")
    }
}

extension DecodeError: CustomStringConvertible {
    public var description: String { message }
}

extension NodeError {
    /// What is wrong with an answer of `node`.
    public init(_ error: DecodeError, from node: String) {
        let code: Code =
            switch error.code {
            case .malformed: .malformed
            case .unknownFormat: .unknownFormat
            case .incomplete: .warmingUp
            }
        self.init(code, "\(node): \(error.message)")
    }
}
