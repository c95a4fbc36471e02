import Chain
import Testing

@testable import Sync

/// Random faults under a seed. A failure is reproduced by its seed alone.
@Suite struct SimulationTests {
    @Test(
        "whatever goes wrong, the chain is connected in order without gap or double, and reached in the end",
        arguments: UInt64(1)...100)
    func faults(seed: UInt64) {
        var simulation = Self.simulation(seed)
        _ = simulation.run(events: 1_500)
        #expect(simulation.violations.isEmpty, "seed \(seed): \(simulation.violations.prefix(3))")
        #expect(simulation.haltReason == nil, "seed \(seed)")

        simulation.faults = .none
        simulation.stopMining()
        let isAtTip = simulation.run(events: 4_000) { $0.isAtTip }
        #expect(
            isAtTip, "seed \(seed): at \(String(describing: simulation.storedCursor)), \(simulation.progress as Any)")
        #expect(simulation.violations.isEmpty, "seed \(seed): \(simulation.violations.prefix(3))")
    }

    @Test("the same seed gives the same trace", arguments: UInt64(1)...20)
    func determinism(seed: UInt64) {
        var traces: Set<UInt64> = []
        for _ in 0..<2 {
            var simulation = Self.simulation(seed)
            _ = simulation.run(events: 800)
            traces.insert(simulation.trace)
        }
        #expect(traces.count == 1)
    }

    @Test("without faults catching up costs about one event a block")
    func catchUp() {
        var simulation = Simulation(seed: 7, nodes: 1, cursor: 0, chainLength: 3_000)
        simulation.faults = .none
        simulation.stopMining()
        let isAtTip = simulation.run(events: 9_000) { $0.isAtTip }
        #expect(isAtTip && simulation.violations.isEmpty)
    }

    private static func simulation(_ seed: UInt64) -> Simulation {
        let nodes = Int(seed % 3) + 1
        return switch seed % 4 {
        case 0: Simulation(seed: seed, nodes: nodes, start: .tip, chainLength: 40)
        case 1: Simulation(seed: seed, nodes: nodes, start: .height(Int64(seed % 40)), chainLength: 60)
        case 2: Simulation(seed: seed, nodes: nodes, cursor: 0, chainLength: 150)
        default: Simulation(seed: seed, nodes: nodes, cursor: 100, chainLength: 105)
        }
    }
}
