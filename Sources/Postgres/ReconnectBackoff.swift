/// How long to wait before the next attempt: doubling from the first delay to a limit, and for ever.
///
/// Pure: chance is passed in, so that many clients of a server that comes back don't all arrive at once and a test knows
/// what to expect.
public struct ReconnectBackoff: Hashable, Sendable {
    /// The longest first delay.
    public var first: Duration

    /// What no delay exceeds.
    public var limit: Duration

    public init(first: Duration = .milliseconds(100), limit: Duration = .seconds(5)) {
        self.first = first
        self.limit = limit
    }

    /// The delay after a failed attempt.
    ///
    /// - Parameters:
    ///   - attempt: How many attempts failed before this one: 0, 1, …
    ///   - jitter: Chance in 0…1; takes away up to half of the delay.
    public func delay(attempt: Int, jitter: Double) -> Duration {
        var longest = min(first, limit)
        for _ in 0..<min(max(attempt, 0), 60) { longest = min(limit, longest + longest) }
        return longest * (1 - min(max(jitter, 0), 1) / 2)
    }
}
