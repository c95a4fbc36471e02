import Glibc

/// Times what runs on one thread.
enum Stopwatch {
    /// Seconds of the thread's own time that each of `subjects` takes, the median of `rounds`. The subjects take turns,
    /// so that what else the machine does falls on all of them; a first round warms up and does not count. `preparation`
    /// is done before each and not timed.
    static func medians(
        rounds: Int, _ subjects: [() throws -> Void], before preparation: () throws -> Void = {}
    ) throws -> [Double] {
        var times = Array(repeating: [Double](), count: subjects.count)
        for round in 0...rounds {
            for (index, subject) in subjects.enumerated() {
                try preparation()
                let start = threadTime
                try subject()
                let time = threadTime - start
                if round > 0 { times[index].append(time) }
            }
        }
        return times.map(median)
    }

    /// Seconds that the thread has run, waiting and other threads left out.
    static var threadTime: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    static func seconds(_ body: () throws -> Void) rethrows -> Double {
        let clock = ContinuousClock()
        return try clock.measure(body) / .seconds(1)
    }

    static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}
