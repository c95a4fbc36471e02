/// Holds one lane's lease: asks the database for it, renews it in good time, and gives it up at the first doubt.
///
///     waiting --granted--> held --renewed--> held
///        ^                  |
///        +-----concede------+   an error, a refusal, a late or an odd answer
///
///     stop: either --> ended, conceding first where it is held
///
/// The lease saves two daemons from doing the same work; what makes it safe is the epoch that every commit checks.
/// It is believed for a time to live counted from before the request was sent, less a margin, so that no clock but
/// the local monotonic one matters and a slow answer shortens it.
public struct Lease: Sendable {
    public struct Settings: Sendable {
        /// What the database grants.
        public var timeToLive: Duration = .seconds(10)
        /// By how much earlier we stop believing in it.
        public var margin: Duration = .seconds(2)
        /// From one request's sending to the next renewal's.
        public var renewalInterval: Duration = .seconds(3)
        /// From an answer without a grant to the next try.
        public var retryInterval: Duration = .seconds(2)

        public init() {}
    }

    public enum State: Hashable, Sendable {
        case waiting
        /// Ours until `until` at the latest, under this epoch.
        case held(epoch: Int64, until: Instant)
        case ended
    }

    /// Every `acquire` and `renew` is answered by exactly one of `granted`, `refused` and `failed`.
    public enum Event: Hashable, Sendable {
        case woke
        /// The database acquired or renewed it under this epoch.
        case granted(epoch: Int64)
        /// Somebody else holds it.
        case refused
        /// An error, or no answer in time: whether it is held is unknown.
        case failed
        /// The daemon is leaving; final.
        case stop
    }

    public enum Action: Hashable, Sendable {
        case acquire
        case renew(epoch: Int64)
        /// Stop working under this epoch at once. After `stop` the driver also gives it back to the database.
        case concede(epoch: Int64)
        /// Send `woke` then; replaces an earlier one.
        case wake(at: Instant)
    }

    /// The one request in flight. A void one was overtaken: its answer changes nothing.
    private struct Request {
        let sent: Instant
        var isVoid = false
    }

    private let settings: Settings
    public private(set) var state: State = .waiting
    private var request: Request?
    /// When to acquire or renew next; nil is at once.
    private var nextRequest: Instant?

    public init(_ settings: Settings = Settings()) {
        self.settings = settings
    }

    /// The epoch to work under, as far as it may be believed at `now`.
    public func epoch(at now: Instant) -> Int64? {
        guard case .held(let epoch, let until) = state, now < until else { return nil }
        return epoch
    }

    public mutating func handle(_ event: Event, at now: Instant) -> [Action] {
        guard state != .ended else { return [] }
        var actions: [Action] = []
        if case .held(_, let until) = state, now >= until { actions += concede(at: now) }
        switch event {
        case .woke: break
        case .granted(let epoch): actions += granted(epoch: epoch, at: now)
        case .refused, .failed: actions += doubted(at: now)
        case .stop:
            actions += concede(at: now)
            state = .ended
            return actions
        }
        return actions + advance(at: now)
    }

    private mutating func granted(epoch: Int64, at now: Instant) -> [Action] {
        guard let request, !request.isVoid else { return doubted(at: now) }
        let until = request.sent + settings.timeToLive - settings.margin
        guard now < until else { return doubted(at: now) }
        if case .held(let current, _) = state, current != epoch { return doubted(at: now) }
        self.request = nil
        nextRequest = request.sent + settings.renewalInterval
        state = .held(epoch: epoch, until: until)
        return []
    }

    /// An answer, but no grant to believe in.
    private mutating func doubted(at now: Instant) -> [Action] {
        guard let request else { return [] }
        self.request = nil
        nextRequest = now + settings.retryInterval
        return request.isVoid ? [] : concede(at: now)
    }

    private mutating func concede(at now: Instant) -> [Action] {
        guard case .held(let epoch, _) = state else { return [] }
        state = .waiting
        request?.isVoid = true
        nextRequest = now + settings.retryInterval
        return [.concede(epoch: epoch)]
    }

    private mutating func advance(at now: Instant) -> [Action] {
        var actions: [Action] = []
        if request == nil, nextRequest.map({ now >= $0 }) ?? true {
            request = Request(sent: now)
            switch state {
            case .held(let epoch, _): actions.append(.renew(epoch: epoch))
            case .waiting, .ended: actions.append(.acquire)
            }
        }
        var next = request == nil ? nextRequest : nil
        if case .held(_, let until) = state { next = min(next ?? until, until) }
        if let next { actions.append(.wake(at: next)) }
        return actions
    }
}
