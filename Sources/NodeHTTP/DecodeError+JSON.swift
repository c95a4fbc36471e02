public import Chain

extension DecodeError {
    /// Whatever `read` throws over an answer in JSON, as one kind of error.
    public static func wrapping<Value>(_ read: () throws -> Value) throws(DecodeError) -> Value {
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
