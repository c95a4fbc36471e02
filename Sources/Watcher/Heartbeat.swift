import Sync
import Synchronization

/// When something that must turn again and again last did.
final class Heartbeat: Sendable {
    private let last: Mutex<Instant>

    init(at instant: Instant) { last = Mutex(instant) }

    func beat(at instant: Instant) { last.withLock { $0 = max($0, instant) } }

    func age(at instant: Instant) -> Duration { instant - last.withLock { $0 } }
}
