internal import Synchronization

/// What may be sent to a node, shared by everything that sends to it.
public final class RequestBudget: Sendable {
    public let limits: RequestLimits
    private let allowance: Mutex<RequestAllowance>

    private let now: @Sendable () -> ContinuousClock.Instant

    public convenience init(_ limits: RequestLimits) {
        self.init(limits, now: { .now })
    }

    init(_ limits: RequestLimits, now: @escaping @Sendable () -> ContinuousClock.Instant) {
        self.limits = limits
        self.now = now
        allowance = Mutex(RequestAllowance(limits, at: now()))
    }

    /// Requests of the day's part that could be sent at this moment; nil without such a limit.
    public var inHand: Int? { allowance.withLock { $0.inHand(at: now()) } }

    /// Returns when a request may be sent, which counts as sent from then on.
    ///
    /// - Throws: `rateLimited` when the day's part is used up, or too many wait for their second; `timedOut` when its
    ///   turn comes after the deadline; `canceled`.
    func admit(
        _ count: Int, to node: NodeEndpoint, before deadline: ContinuousClock.Instant
    ) async throws(HTTPError) {
        switch allowance.withLock({ $0.ask(count, at: now()) }) {
        case .send(.zero): return
        case .send(let wait):
            guard .now + wait < deadline else {
                throw HTTPError(.timedOut, "\(node): its turn within the requests of a second comes too late")
            }
            do { try await Task.sleep(for: wait, tolerance: .zero) } catch {
                throw HTTPError(.canceled, "\(node): the request was canceled")
            }
        case .refuse(let pause, let isDaySpent):
            let reason =
                isDaySpent
                ? "the \(limits.perDay ?? 0) requests of a day are used up for now"
                : "too many requests wait for their turn at \(limits.perSecond ?? 0) a second"
            throw HTTPError(
                .rateLimited, "\(node): \(reason); nothing was sent, the next after \(pause.wholeSeconds) s",
                retryAfter: pause)
        }
    }
}

extension Duration {
    /// Rounded up.
    fileprivate var wholeSeconds: Int64 { components.seconds + (components.attoseconds > 0 ? 1 : 0) }
}
