import Glibc

/// Virtual time, and one queue of everything that is ready to run: first in, first out, on one thread. While anything
/// is ready no time passes; then time jumps to the next timer.
///
/// `@unchecked Sendable`: nothing but the thread that made it may touch it, which `enqueue` and `at` check. Every task
/// of a simulation prefers a `Host` as its executor, and every host enqueues here.
final class Loop: @unchecked Sendable {
    private struct Timer {
        let due: Duration
        /// Timers of the same instant fire in the order in which they were set.
        let number: Int
        let fire: () -> Void

        func isBefore(_ other: Timer) -> Bool { (due, number) < (other.due, other.number) }
    }

    /// More jobs than this in one instant: something spins.
    private static let jobsPerInstantMaximum = 20_000

    private(set) var now = Duration.zero
    /// How many jobs ran: two runs that differ anywhere differ here.
    private(set) var jobsRun = 0
    /// Why the run was given up.
    private(set) var failure: String?
    private var ready: [(host: Host, job: UnownedJob)] = []
    private var timers: [Timer] = []
    private var timersSet = 0
    private let thread = pthread_self()

    func enqueue(_ job: UnownedJob, of host: Host) {
        requireThread()
        if host.isPaused { host.parked.append(job) } else { ready.append((host, job)) }
    }

    func at(_ due: Duration, _ fire: @escaping () -> Void) {
        requireThread()
        timersSet += 1
        push(Timer(due: max(due, now), number: timersSet, fire: fire))
    }

    func after(_ pause: Duration, _ fire: @escaping () -> Void) { at(now + pause, fire) }

    /// Runs until `end`, or until `isGoingOn` is no longer true.
    func run(until end: Duration, while isGoingOn: () -> Bool = { true }) {
        drain()
        while failure == nil, isGoingOn(), let next = timers.first, next.due <= end {
            now = next.due
            pop().fire()
            drain()
        }
        if failure == nil, isGoingOn() { now = max(now, end) }
    }

    /// Runs what is ready, and what that makes ready, without any time passing.
    func drain() {
        var count = 0
        while failure == nil, !ready.isEmpty {
            let jobs = ready
            ready.removeAll(keepingCapacity: true)
            for (host, job) in jobs {
                if host.isPaused {
                    host.parked.append(job)
                } else {
                    job.runSynchronously(on: host.asUnownedTaskExecutor())
                }
            }
            count += jobs.count
            jobsRun += jobs.count
            if count > Self.jobsPerInstantMaximum {
                failure = "more than \(Self.jobsPerInstantMaximum) jobs at \(now) without any time passing"
                return
            }
        }
    }

    private func requireThread() {
        precondition(pthread_equal(thread, pthread_self()) != 0, "a task of a simulation left its thread")
    }

    // MARK: The heap of timers

    private func push(_ timer: Timer) {
        timers.append(timer)
        var place = timers.count - 1
        while place > 0, timers[place].isBefore(timers[(place - 1) / 2]) {
            timers.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    private func pop() -> Timer {
        let first = timers[0]
        let last = timers.removeLast()
        guard !timers.isEmpty else { return first }
        timers[0] = last
        var place = 0
        while true {
            var least = place
            for child in [2 * place + 1, 2 * place + 2] where child < timers.count {
                if timers[child].isBefore(timers[least]) { least = child }
            }
            guard least != place else { return first }
            timers.swapAt(place, least)
            place = least
        }
    }
}
