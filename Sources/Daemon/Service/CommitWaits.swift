/// Whether commits wait for a synchronous standby that does not answer, by looks at the oldest that waits. Waits are cut short
/// by time-outs and begin again, so they are over only after a while without.
struct CommitWaits: Sendable {
    /// A standby that is there confirms within milliseconds.
    private static let worthTelling: Int64 = 2
    private static let memory: Duration = .seconds(10)

    private var last: ContinuousClock.Instant?

    /// - Parameter seconds: how long the oldest commit has waited; nil when none does.
    mutating func note(_ seconds: Int64?, at now: ContinuousClock.Instant) -> Bool {
        if let seconds, seconds >= Self.worthTelling { last = now }
        return last.map { now - $0 < Self.memory } ?? false
    }
}
