/// Which request may start: first come first served for each host, a bounded number at a time, a bounded number
/// waiting. Pure; instants are passed in.
struct TransferQueue<Payload> {
    typealias Instant = ContinuousClock.Instant

    struct Entry {
        let ticket: UInt64
        let origin: String
        let deadline: Instant
        let payload: Payload
    }

    private struct Lane {
        var active = 0
        var waiting: [Entry] = []
    }

    let activeMax: Int
    let waitingMax: Int
    private var lanes: [String: Lane] = [:]
    /// No waiting entry's deadline is earlier; may be too early after a removal, which costs one look.
    private(set) var earliestDeadline: Instant?

    /// Limits for each host.
    init(activeMax: Int, waitingMax: Int) {
        self.activeMax = max(activeMax, 1)
        self.waitingMax = max(waitingMax, 1)
    }

    /// Takes an entry in, unless too many wait for its host.
    mutating func enqueue(_ entry: Entry) -> Bool {
        let lane = lanes[entry.origin] ?? Lane()
        // Entries for which a place is free already don't count as waiting.
        guard lane.waiting.count < waitingMax + activeMax - lane.active else { return false }
        lanes[entry.origin, default: Lane()].waiting.append(entry)
        earliestDeadline = min(earliestDeadline ?? entry.deadline, entry.deadline)
        return true
    }

    /// The entries that may start now; each holds a place until `finish` is called for its origin.
    mutating func start() -> [Entry] {
        var started: [Entry] = []
        for (origin, lane) in lanes {
            let count = min(activeMax - lane.active, lane.waiting.count)
            guard count > 0 else { continue }
            started += lane.waiting.prefix(count)
            lanes[origin]?.waiting.removeFirst(count)
            lanes[origin]?.active += count
        }
        return started
    }

    mutating func finish(origin: String) {
        guard var lane = lanes[origin] else { return }
        lane.active -= 1
        lanes[origin] = lane.active == 0 && lane.waiting.isEmpty ? nil : lane
    }

    /// Takes out the waiting entry with this ticket.
    mutating func remove(ticket: UInt64) -> Entry? {
        removeWaiting { $0.ticket == ticket }.first
    }

    /// Takes out what waited past its deadline.
    mutating func expire(at now: Instant) -> [Entry] {
        guard let earliest = earliestDeadline, earliest <= now else { return [] }
        let expired = removeWaiting { $0.deadline <= now }
        earliestDeadline = lanes.values.lazy.flatMap(\.waiting).map(\.deadline).min()
        return expired
    }

    mutating func removeAll() -> [Entry] {
        removeWaiting { _ in true }
    }

    private mutating func removeWaiting(where isMatch: (Entry) -> Bool) -> [Entry] {
        var removed: [Entry] = []
        for (origin, lane) in lanes where lane.waiting.contains(where: isMatch) {
            removed += lane.waiting.filter(isMatch)
            let rest = lane.waiting.filter { !isMatch($0) }
            lanes[origin] = rest.isEmpty && lane.active == 0 ? nil : Lane(active: lane.active, waiting: rest)
        }
        return removed
    }
}

extension TransferQueue.Entry: Sendable where Payload: Sendable {}
