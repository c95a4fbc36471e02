extension Simulation {
    /// As few of the happenings as still break the same oracle: ever smaller parts are left out and tried without.
    ///
    /// - Parameter runs: how many runs it may take at most.
    public func shrunk(for oracle: Violation.Oracle, runs: Int = 400) -> [Happening] {
        var kept = schedule
        var part = max(1, kept.count / 2)
        var left = runs
        while left > 0 {
            var place = 0
            var isSmaller = false
            while place < kept.count, left > 0 {
                var fewer = kept
                fewer.removeSubrange(place..<min(place + part, kept.count))
                left -= 1
                if breaks(oracle, with: fewer) {
                    kept = fewer
                    isSmaller = true
                } else {
                    place += part
                }
            }
            if part == 1, !isSmaller { break }
            part = max(1, part / 2)
        }
        return kept
    }

    private func breaks(_ oracle: Violation.Oracle, with schedule: [Happening]) -> Bool {
        var simulation = self
        simulation.schedule = schedule
        simulation.isTracing = false
        return simulation.run().violations.contains { $0.oracle == oracle }
    }
}
