/// Times what runs on one thread.
enum Stopwatch {
    /// Seconds that each of `subjects` takes, the median of `rounds`. The subjects take turns, so that what else the
    /// machine does falls on all of them; a first round warms up and does not count. `preparation` is done before each
    /// and not timed.
    static func medians(
        rounds: Int, _ subjects: [() throws -> Void], before preparation: () throws -> Void = {}
    ) throws -> [Double] {
        var times = Array(repeating: [Double](), count: subjects.count)
        for round in 0...rounds {
            for (index, subject) in subjects.enumerated() {
                try preparation()
                let time = try seconds(subject)
                if round > 0 { times[index].append(time) }
            }
        }
        return times.map(median)
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
