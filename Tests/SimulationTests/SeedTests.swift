import Testing

@testable import Simulation

struct SeedTests {
    @Test("Nothing is broken in many worlds", arguments: 0..<4)
    func seeds(part: UInt64) async throws {
        var tally = Tally()
        for seed in (1 + part * 40)..<(41 + part * 40) { tally.add(await Simulation(seed: seed).finished()) }
        #expect(tally.failures.isEmpty, "\(tally.failures)")
        #expect(tally.fired[.daemonKilled] ?? 0 > 0)
        #expect(tally.fired[.fork] ?? 0 > 0)
    }

    @Test("Every fault really fires")
    func faults() async throws {
        var fired: Set<Fault> = []
        for seed in 1...60 as ClosedRange<UInt64> where fired.count < Fault.allCases.count {
            fired.formUnion(await Simulation(seed: seed).finished().fired.keys)
        }
        #expect(Set(Fault.allCases).subtracting(fired).isEmpty)
    }

    @Test("Every lie is told, and none gets through")
    func lies() async throws {
        var tally = Tally()
        for seed in 540...760 as ClosedRange<UInt64> {
            // Few worlds have several liars.
            if seed > 610, Set(tally.lies.keys) == Set(Lie.allCases) { break }
            tally.add(await Simulation(seed: seed).finished())
        }
        #expect(tally.failures.isEmpty, "\(tally.failures)")
        #expect(Set(tally.lies.keys) == Set(Lie.allCases))
        // Each guard did its work, but the last one.
        let guards = Set(tally.lies.values.flatMap(\.keys))
        #expect(Set(Guard.allCases).subtracting(guards) == [.halted])
    }

    /// Seeds that failed once, with what they found.
    @Test(
        "What failed once does no more",
        arguments: [
            // Stuck for ever after a branch had moved in the middle of its being weighed.
            (17, false),
            // A step of our own that came late made the worker believe in another daemon, and idle on its own lease.
            (119, true),
            // A node's failure while a scan back began halted the network.
            (8, true), (26, true), (31, true),
            // A credit that came only in a deposit's second stay in its block had another id than without the detour.
            (23, true), (27, true), (42, true), (48, true),
            // Wakes begot wakes: nine events in ten were nothing else.
            (3, true),
        ] as [(UInt64, Bool)])
    func recorded(seed: UInt64, hasFaults: Bool) async throws {
        let outcome = await Simulation(seed: seed, hasFaults: hasFaults, isPlain: true).finished()
        #expect(outcome.violations.isEmpty, "\(outcome.violations)")
        // What has nothing to do costs nothing.
        #expect(Double(outcome.jobs) < 200 * outcome.simulated.seconds)
    }

    /// The same for worlds with lies and claims.
    @Test(
        "What failed once among liars does no more",
        arguments: [
            // The honest node had failed while it lied, and was tried again only minutes after nothing else was left.
            199, 372,
            // A node that claims a tip beyond all that it shows never denied ours, and no other was believed.
            643, 1_106,
            // A deposit recorded under one wallet before its block's time was seen later once it was another's.
            1_912,
            // The last commit of all was lost, and no incarnation told of it.
            36_093,
            // A server two timelines further was taken for an old one, for nothing had been written on it yet.
            52_083,
        ] as [UInt64])
    func recordedAmongLiars(seed: UInt64) async throws {
        let outcome = await Simulation(seed: seed).finished()
        #expect(outcome.violations.isEmpty, "\(outcome.violations)")
    }
}
