/// A point on the driver's monotonic clock: how long after an arbitrary start of its own. The machines never read a
/// clock; every event carries the instant at which it is handled.
public struct Instant: Hashable, Comparable, Sendable {
    public let sinceStart: Duration

    public init(_ sinceStart: Duration) {
        self.sinceStart = sinceStart
    }

    public static func < (left: Instant, right: Instant) -> Bool {
        left.sinceStart < right.sinceStart
    }

    public static func + (instant: Instant, duration: Duration) -> Instant {
        Instant(instant.sinceStart + duration)
    }

    public static func - (instant: Instant, duration: Duration) -> Instant {
        Instant(instant.sinceStart - duration)
    }

    /// How long `later` is after `earlier`.
    public static func - (later: Instant, earlier: Instant) -> Duration {
        later.sinceStart - earlier.sinceStart
    }
}
