/// How long to leave something alone that failed several times in a row: doubled each time, never above a bound.
struct Backoff: Sendable {
    let first: Duration
    let maximum: Duration

    /// The pause after this many failures in a row; none after none.
    func pause(afterFailures count: Int) -> Duration {
        guard count > 0 else { return .zero }
        var pause = first
        for _ in 1..<max(count, 1) {
            guard pause < maximum else { break }
            pause = pause * 2
        }
        return min(pause, maximum)
    }
}
