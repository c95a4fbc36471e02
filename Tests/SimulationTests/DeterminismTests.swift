import Foundation
import TestSupport
import Testing

@testable import Simulation

struct DeterminismTests {
    @Test("The same seed gives the same trace", arguments: [4, 8, 119])
    func sameTrace(seed: UInt64) async throws {
        var simulation = Simulation(seed: seed)
        simulation.isTracing = true
        let first = await simulation.finished()
        let second = await simulation.finished()
        #expect(first.trace.count > 100)
        #expect(first.trace == second.trace)
        #expect(first.jobs == second.jobs)
    }

    @Test("Another seed gives another one")
    func otherTrace() async throws {
        #expect(await Simulation(seed: 1).finished().jobs != Simulation(seed: 2).finished().jobs)
    }

    @Test("The executable prints the same trace twice, and what there is to say as JSON")
    func executable() async throws {
        let bundle = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        let path = bundle.deletingLastPathComponent().appendingPathComponent("confirmd-simulate").path
        let arguments = [path, "--seed", "2", "--trace", "--json"]
        let first = try await Command.run(arguments)
        let second = try await Command.run(arguments)
        #expect(first.status == 0)
        #expect(first.stdout == second.stdout)
        #expect(first.stdout.contains("\"simulated_years\""))
        #expect(first.stdout.contains("took the lane"))
    }
}
