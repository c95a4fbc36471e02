import Foundation
import TestSupport
import Testing

@testable import Simulation

struct DeterminismTests {
    @Test("Another seed gives another one")
    func otherTrace() async throws {
        #expect(await Simulation(seed: 1).finished().jobs != Simulation(seed: 2).finished().jobs)
    }

    /// By the executable: it takes the hazard out of the order of sets and dictionaries, which a test's process does not.
    @Test("The same seed gives the same trace, and what there is to say as JSON", arguments: [2, 4, 8, 119])
    func sameTrace(seed: Int) async throws {
        let bundle = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        let path = bundle.deletingLastPathComponent().appendingPathComponent("confirmd-simulate").path
        let arguments = [path, "--seed", String(seed), "--trace", "--json"]
        let first = try await Command.run(arguments)
        let second = try await Command.run(arguments)
        #expect(first.status == 0)
        #expect(first.stdout == second.stdout)
        #expect(first.stdout.contains("\"simulated_years\""))
        #expect(first.stdout.contains("took the lane"))
    }
}
