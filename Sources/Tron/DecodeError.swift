internal import NodeHTTP

/// Why a node's answer is not the block or header it should be. Asking another node may help; asking the same one again
/// does only where its answer was incomplete.
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

    init(_ code: Code = .malformed, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The same, with where it is before it.
    func within(_ place: String) -> DecodeError {
        DecodeError(code, "\(place): \(message)")
    }

    /// Whatever `read` throws, as one kind of error.
    static func wrapping<Value>(_ read: () throws -> Value) throws(DecodeError) -> Value {
        do {
            return try read()
        } catch let error as DecodeError {
            throw error
        } catch let error as JSONScanner.SyntaxError {
            throw DecodeError(.malformed, "the answer is not the JSON it should be, from byte \(error.offset) on")
        } catch {
            throw DecodeError(.malformed, "\(error)")
        }
    }
}

extension DecodeError: CustomStringConvertible {
    public var description: String { message }
}
