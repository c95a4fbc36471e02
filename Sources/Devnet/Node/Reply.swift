internal import NodeHTTP

/// What a request is answered.
enum Reply: Sendable {
    case answer(JSONValue)
    case status(Int, JSONValue)
    /// The first half of the answer.
    case truncated(JSONValue)
    /// Nothing, for a minute.
    case silence

    /// An error as java-tron has them, under status 200.
    static func error(_ error: RequestError) -> Reply {
        .answer(["Error": .string("class org.tron.core.exception.BadItemException : \(error)")])
    }

    /// A control command that was not carried out.
    static func refusal(_ reason: String) -> Reply { .status(400, ["error": .string(reason)]) }
}
