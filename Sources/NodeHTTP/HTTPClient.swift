internal import Synchronization

/// HTTP/1.1 to nodes: keep-alive, TLS always verified, no redirects, no proxy, no compression, no cookies. One thread
/// runs all transfers of a client (libcurl's multi interface); callers only suspend.
///
/// A request on a kept connection that turns out closed before any answer is sent once more on a new one, as HTTP
/// clients do: send only what may be repeated.
public final class HTTPClient: Sendable {
    public struct Limits: Sendable {
        /// Requests under way at one `scheme://host:port`. A long poll holds its place all the time.
        public var activePerHost: Int
        /// Requests that may wait for a place there; beyond that they fail with `queueFull`.
        public var waitingPerHost: Int
        /// For name lookup, TCP and TLS together, within the request's own deadline.
        public var connectDeadline: Duration

        public init(activePerHost: Int = 4, waitingPerHost: Int = 1_024, connectDeadline: Duration = .seconds(10)) {
            self.activePerHost = activePerHost
            self.waitingPerHost = waitingPerHost
            self.connectDeadline = connectDeadline
        }
    }

    private let loop: TransferLoop
    private let tickets = Atomic<UInt64>(0)

    public init(limits: Limits = Limits()) {
        loop = TransferLoop(limits: limits)
    }

    deinit {
        loop.close()
    }

    /// Ends all transfers with `canceled` and refuses new ones. Does not wait.
    public func shutdown() {
        loop.close()
    }

    /// Sends a request and returns the complete answer. Statuses that say all by themselves become errors (3xx, 401,
    /// 403, 429, 502, 503 …); 2xx, 400, 404 and 500 are returned, since for those the body counts.
    /// A request beyond the endpoint's budget is not sent, but fails with `rateLimited`.
    /// A 401 with a cookie file that meanwhile holds something else is tried once more.
    public func send(_ request: HTTPRequest, to endpoint: NodeEndpoint) async throws(HTTPError) -> HTTPResponse {
        let deadline = ContinuousClock.now + request.deadline
        let login = try endpoint.login()
        var response = try await exchange(request, with: endpoint, login: login, deadline: deadline)
        if response.status == 401, case .cookieFile = endpoint.credentials {
            let renewed = try endpoint.login()
            if renewed != login {
                response = try await exchange(request, with: endpoint, login: renewed, deadline: deadline)
            }
        }
        if let error = HTTPError(response: response, from: endpoint) { throw error }
        return response
    }

    private func exchange(
        _ request: HTTPRequest, with endpoint: NodeEndpoint, login: Login?, deadline: ContinuousClock.Instant
    ) async throws(HTTPError) -> HTTPResponse {
        guard let url = endpoint.url(for: request.path), (endpoint.headers + request.headerFields).allSatisfy(\.isValid)
        else {
            throw HTTPError(.invalidRequest, "\(endpoint): the request's path, media type or headers can't be sent")
        }
        try await endpoint.budget?.admit(request.count, to: endpoint, before: deadline)
        endpoint.sends(login)
        let ticket = tickets.add(1, ordering: .relaxed).newValue
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let exchange = Exchange(
                    endpoint: endpoint, url: url, request: request, login: login, deadline: deadline,
                    continuation: continuation)
                loop.submit(.init(ticket: ticket, origin: endpoint.origin, deadline: deadline, payload: exchange))
                // The handler may have run before there was anything to cancel.
                if Task.isCancelled { loop.cancel(ticket: ticket) }
            }
        } onCancel: {
            loop.cancel(ticket: ticket)
        }
        return try outcome.get()
    }
}
