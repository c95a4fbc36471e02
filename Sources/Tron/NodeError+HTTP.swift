internal import Chain
internal import NodeHTTP

extension NodeError {
    /// TronGrid's answer to too many requests, for at least as long.
    private static let ban = Duration.seconds(30)

    init(_ error: HTTPError) {
        if error.status == 403 {
            let message = error.message + "; TronGrid answers so when asked too often, or by a key it does not know"
            self.init(.rateLimited, message, retryAfter: max(error.retryAfter ?? .zero, Self.ban))
            return
        }
        let code: Code =
            switch error.code {
            case .unreachable, .cancelled: .unreachable
            case .timedOut: .timedOut
            case .rateLimited, .queueFull: .rateLimited
            case .refused, .invalidRequest: .refused
            case .malformed, .tooLarge: .malformed
            }
        self.init(code, error.message, retryAfter: error.retryAfter)
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

    /// What is wrong with an answer of `node`.
    init(_ error: DecodeError, from node: String) {
        let code: Code =
            switch error.code {
            case .malformed: .malformed
            case .unknownFormat: .unknownFormat
            case .incomplete: .warmingUp
            }
        self.init(code, "\(node): \(error.message)")
    }
}
