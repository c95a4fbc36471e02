/// One request as handed to the loop thread, and the way back to its caller.
struct Exchange: Sendable {
    typealias Outcome = Result<HTTPResponse, HTTPError>

    let endpoint: NodeEndpoint
    let url: String
    let request: HTTPRequest
    let login: Login?
    /// When `request.deadline`, counted from the call, is over.
    let deadline: ContinuousClock.Instant
    let continuation: CheckedContinuation<Outcome, Never>

    func finish(_ outcome: Outcome) {
        continuation.resume(returning: outcome)
    }

    var timedOut: Outcome {
        .failure(
            HTTPError(
                .timedOut,
                "\(endpoint): waited \(request.deadline) for a free connection; earlier requests hold them all"))
    }

    var canceled: Outcome {
        .failure(HTTPError(.canceled, "\(endpoint): the request was canceled"))
    }
}
