import Chain
import TestSupport
import Testing

@testable import Sync

/// Random trees of branches. A failure names its seed: CONFIRMD_TEST_SEED=n runs that one alone.
@Suite struct ForkTreeTests {
    /// Some at a time: a test case for each would cost more than it does.
    static let lots: [ClosedRange<UInt64>] =
        Seed.chosen.map { [$0...$0] } ?? (0..<20).map { $0 * 50 + 1...$0 * 50 + 50 }

    @Test("Once quiet our tip is the best one, and nothing was disconnected without right", arguments: lots)
    func theBestChainWins(seeds: ClosedRange<UInt64>) {
        var disconnects = 0
        for seed in seeds {
            var tree = ForkTree(seed: seed)
            tree.play(300)
            tree.calm()
            #expect(tree.faults.isEmpty, "seed \(seed)")
            #expect(tree.halt == nil, "seed \(seed)")
            #expect(tree.stored.last == tree.best.tip && tree.progress == .following, "seed \(seed)")
            #expect(tree.machine.cursor == tree.best.tip.reference, "seed \(seed)")
            disconnects += tree.disconnects
        }
        #expect(disconnects > seeds.count / 2 || seeds.count == 1, "there was something to prove")
    }
}
