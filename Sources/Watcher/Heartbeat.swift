import Sync
import Synchronization

/// When something that must turn again and again last did.
final class Heartbeat: Sendable {
    private let last: Mutex<Instant>

    init(at instant: Instant) { last = Mutex(instant) }

    func beat(at instant: Instant) { last.withLock { $0 = max($0, instant) } }

    /// It turns, and will be at one piece of work for as long as that is allowed to take: a millisecond for each deposit,
    /// ten minutes at the most.
    func begin(workOn deposits: Int, at instant: Instant) {
        beat(at: instant + min(.milliseconds(deposits), .seconds(600)))
    }

    func end(at instant: Instant) { last.withLock { $0 = instant } }

    func age(at instant: Instant) -> Duration { max(.zero, instant - last.withLock { $0 }) }
}
