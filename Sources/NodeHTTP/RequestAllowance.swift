/// What a node allows us in requests.
public struct RequestLimits: Hashable, Sendable {
    public let perSecond: Int?
    /// In any 24 hours.
    public let perDay: Int?

    /// Nil is not a limit; less than 1 counts as 1.
    public init(perSecond: Int? = nil, perDay: Int? = nil) {
        self.perSecond = perSecond.map { max(1, $0) }
        self.perDay = perDay.map { max(1, $0) }
    }
}

/// When the next request may be sent so that limits are kept, by instants that are passed in.
///
/// The second's part is spaced evenly. The day's part flows into a bucket that holds a tenth of it, so that a full
/// bucket and what flows in during a day are the day's part together: no 24 hours see more, and when it is used up it is
/// a slower pace and not the end of the day. It begins with a hundredth, for a process that is started again and again
/// has forgotten what it sent before.
struct RequestAllowance: Sendable {
    enum Answer: Equatable {
        case send(after: Duration)
        /// Not now. `isDaySpent`: the day's part is used up; else more requests wait for their second than is of use.
        case refuse(retryAfter: Duration, isDaySpent: Bool)
    }

    typealias Instant = ContinuousClock.Instant

    /// The longest that a request waits for its second.
    static let patience = Duration.seconds(5)
    /// A bucket that ran dry opens again after so long, so that there is enough in it to get somewhere with.
    static let rest = Duration.seconds(30)

    let limits: RequestLimits
    private var nextSend: Instant
    private var bucket: Bucket?

    init(_ limits: RequestLimits, at now: Instant) {
        self.limits = limits
        nextSend = now
        bucket = limits.perDay.map { Bucket(perDay: $0, at: now) }
    }

    /// Requests that the day's part would allow at this moment; nil without such a limit.
    func inHand(at now: Instant) -> Int? { bucket?.level(at: now) }

    /// - Parameter count: what the node counts as so many requests, sent together.
    mutating func ask(_ count: Int = 1, at now: Instant) -> Answer {
        if let opening = bucket?.opening(for: count, at: now) {
            return .refuse(retryAfter: opening - now, isDaySpent: true)
        }
        guard let perSecond = limits.perSecond else {
            bucket?.take(count)
            return .send(after: .zero)
        }
        let moment = max(nextSend, now)
        guard moment - now <= Self.patience else { return .refuse(retryAfter: moment - now, isDaySpent: false) }
        bucket?.take(count)
        nextSend = moment + Duration.seconds(1).part(of: perSecond) * count
        return .send(after: moment - now)
    }

    private struct Bucket {
        /// Time for one request to flow in.
        let interval: Duration
        let capacity: Int
        /// When it was, or would have been, empty: its level is what has flowed in since.
        var emptySince: Instant
        var closedUntil: Instant?

        init(perDay: Int, at now: Instant) {
            capacity = max(1, perDay / 10)
            interval = Duration.seconds(86_400).part(of: max(1, perDay - capacity))
            emptySince = now - interval * min(capacity, max(8, perDay / 100))
        }

        func level(at now: Instant) -> Int { min(capacity, max(0, Int((now - emptySince) / interval))) }

        /// When there is enough in it; nil when there is now.
        mutating func opening(for count: Int, at now: Instant) -> Instant? {
            emptySince = max(emptySince, now - interval * capacity)
            if let closedUntil, now < closedUntil { return closedUntil }
            closedUntil = nil
            // What it can never hold is lent by a full one.
            guard now - emptySince < interval * min(count, capacity) else { return nil }
            let wanted = interval * min(capacity, max(count, 8))
            closedUntil = emptySince + min(max(wanted, RequestAllowance.rest), interval * capacity)
            return closedUntil
        }

        mutating func take(_ count: Int) { emptySince += interval * count }
    }
}

extension Duration {
    /// The shortest that `count` times makes no less than this.
    fileprivate func part(of count: Int) -> Duration {
        self / count + Duration(secondsComponent: 0, attosecondsComponent: 1)
    }
}
