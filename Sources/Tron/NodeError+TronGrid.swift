internal import Chain
internal import NodeHTTP

extension NodeError {
    /// TronGrid's answer to too many requests, for at least as long.
    private static let ban = Duration.seconds(30)

    /// With TronGrid's way of asking for fewer requests.
    init(tronGrid error: HTTPError) {
        guard error.status == 403 else {
            self.init(error)
            return
        }
        let message = error.message + "; TronGrid answers so when asked too often, or by a key it does not know"
        self.init(.rateLimited, message, retryAfter: max(error.retryAfter ?? .zero, Self.ban))
    }

    /// What java-tron answers with HTTP 200 where it has no answer: an object with the error's text. Nil for any other.
    init?(refusing path: String, in answer: [UInt8], by endpoint: NodeEndpoint) {
        guard answer.count < 8_192, let object = try? AnswerObject(answer[...]), let text = try? object["Error"] else {
            return nil
        }
        let reason = endpoint.printable(text)
        func says(_ phrases: String...) -> Bool { phrases.contains { reason.lowercased().contains($0) } }
        let code: Code =
            if says("lack of computing resources", "rate limit", "frequen", "too many", "exceed") {
                .rateLimited
            } else if says("closed", "not support", "not available") {
                .refused
            } else {
                .malformed
            }
        self.init(code, "\(endpoint) answered \(path) with an error: \(reason)")
    }
}
