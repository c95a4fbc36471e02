import Testing

@testable import Simulation

struct OracleTests {
    @Test(
        "An oracle bites when the database does what it must not",
        arguments: [
            (.ignoresFence, [.fence]),
            (.repeatsCommits, [.credits]),
            (.repeatsEvents, [.events]),
            (.losesEvents, [.consumers]),
            (.forgetsReversals, [.credits]),
            (.losesDeposits, [.state]),
            (.doublesBalances, [.conservation, .constraint]),
            (.skipsHeaders, [.state, .liveness]),
            (.keepsDisconnected, [.state, .liveness]),
            (.stalls, [.liveness]),
            (.mistakesNetworks, [.state]),
            (.misdates, [.state]),
            (.forgetsFloor, [.depth]),
            (.forgetsOutputs, [.state]),
        ] as [(ModelDatabase.Sabotage, [Violation.Oracle])])
    func bites(sabotage: ModelDatabase.Sabotage, oracles: [Violation.Oracle]) async throws {
        try await requireNotice(of: sabotage, by: oracles)
    }

    @Test(
        "An oracle bites when nodes are believed that should not be",
        arguments: [
            // Daemons credit what one node says.
            (.hidesQuorum, [.quorum]),
            // All nodes say to have what one of them has: asking them says nothing.
            (.echoes, [.quorum]),
            // Daemons do not wait for finality.
            (.hidesTags, [.finality]),
            // Daemons go on with the usual thresholds when they were raised.
            (.hidesCaution, [.finality]),
            // Balances bear out whatever a trace says.
            (.confirmsAll, [.state]),
        ] as [(ModelDatabase.Sabotage, [Violation.Oracle])])
    func disbelieves(sabotage: ModelDatabase.Sabotage, oracles: [Violation.Oracle]) async throws {
        try await requireNotice(of: sabotage, by: oracles)
    }

    @Test(
        "An oracle bites when a database that lost commits is not seen for what it is",
        arguments: [
            (.hidesLosses, [.consumers]), (.ignoresOperators, [.consumers, .liveness]), (.admitsOldPrimaries, [.fence]),
        ] as [(ModelDatabase.Sabotage, [Violation.Oracle])])
    func noticesLosses(sabotage: ModelDatabase.Sabotage, oracles: [Violation.Oracle]) async throws {
        try await requireNotice(of: sabotage, by: oracles)
    }

    @Test(
        "An oracle bites when networks are given up in part only, or take nothing back from other networks' owners",
        arguments: [
            (.followsRetired, [.fence]), (.waitsForRetired, [.liveness, .state]), (.keepsSiblings, [.state]),
        ] as [(ModelDatabase.Sabotage, [Violation.Oracle])])
    func noticesSiblings(sabotage: ModelDatabase.Sabotage, oracles: [Violation.Oracle]) async throws {
        try await requireNotice(of: sabotage, by: oracles)
    }

    private func requireNotice(of sabotage: ModelDatabase.Sabotage, by oracles: [Violation.Oracle]) async throws {
        for seed in 1...400 as ClosedRange<UInt64> {
            var simulation = Simulation(seed: seed)
            simulation.sabotage = sabotage
            let outcome = await simulation.finished()
            if outcome.violations.contains(where: { oracles.contains($0.oracle) }) { return }
        }
        Issue.record("\(sabotage) went unnoticed")
    }

    @Test("Too many questions at once are noticed")
    func bounds() async throws {
        var simulation = Simulation(seed: 1)
        simulation.fetchesMaximum = -10
        #expect(await simulation.finished().violations.contains { $0.oracle == .bounds })
    }

    @Test("A failing schedule shrinks, and fails still")
    func shrinks() async throws {
        var simulation = Simulation(seed: 2)
        simulation.sabotage = .losesDeposits
        simulation.schedule = simulation.shrunk(for: .state, runs: 60)
        #expect(simulation.schedule.count < Simulation(seed: 2).schedule.count)
        #expect(await simulation.finished().violations.contains { $0.oracle == .state })
    }
}
