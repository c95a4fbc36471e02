import ArgumentParser
import Foundation
import Simulation

@main
struct Simulate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "confirmd-simulate",
        abstract: "Run confirmd's real workers over a simulated world of chains, nodes, databases and faults.",
        discussion: """
            Each seed is a world of its own: the same seed always gives the same run. A seed that breaks a promise is \
            printed with what broke and with the fewest happenings that break it still; the exit code is then 1.

            Example: confirmd-simulate --seeds 10000 --seconds 120
                     confirmd-simulate --seed 4711 --trace
            """)

    @Option(help: "How many seeds to run.")
    var seeds: UInt64 = 100

    @Option(name: .customLong("from"), help: "The first seed.")
    var first: UInt64 = 1

    @Option(help: "Stop after so many seconds, whatever is left.")
    var seconds: Double?

    @Option(help: "Run this seed alone.")
    var seed: UInt64?

    @Flag(help: "Print everything that happens in it.")
    var trace = false

    @Flag(help: "Nothing goes wrong but the chain.")
    var calm = false

    @Flag(help: "Only networks with proof of work, no finality tags, no quorum, and no liars.")
    var plain = false

    @Flag(help: "Print how often each kind of lie was told, and what caught it.")
    var report = false

    @Flag(help: "Print the result as JSON.")
    var json = false

    func run() throws {
        Self.requireDeterministicHashing()
        if let seed {
            var simulation = Simulation(seed: seed, hasFaults: !calm, isPlain: plain)
            simulation.isTracing = trace
            let outcome = simulation.run()
            for line in outcome.trace { print(line) }
            var tally = Tally()
            tally.add(outcome)
            try finish(tally)
        }
        let end = seconds.map { Date(timeIntervalSinceNow: $0) } ?? .distantFuture
        var tally = Tally()
        for seed in first..<first + seeds where Date() < end {
            tally.add(Simulation(seed: seed, hasFaults: !calm, isPlain: plain).run())
            if tally.seeds % 100 == 0 { tell("\(tally.seeds) seeds, \(tally.failures.count) failures\n") }
        }
        try finish(tally)
    }

    private func finish(_ tally: Tally) throws -> Never {
        for failure in tally.failures.prefix(3) { explain(failure.seed, failure.violations) }
        for failure in tally.failures.dropFirst(3) { tell("seed \(failure.seed): \(failure.violations[0])\n") }
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
            print(String(decoding: try encoder.encode(tally), as: UTF8.self))
        } else {
            print(tally)
            if report { print(tally.report) }
        }
        throw tally.failures.isEmpty ? ExitCode.success : ExitCode.failure
    }

    private func explain(_ seed: UInt64, _ violations: [Violation]) {
        tell("seed \(seed) fails:\n")
        for violation in violations { tell("  \(violation)\n") }
        let simulation = Simulation(seed: seed, hasFaults: !calm, isPlain: plain)
        let schedule = simulation.shrunk(for: violations[0].oracle)
        tell("  of its \(simulation.schedule.count) happenings these break it:\n")
        for happening in schedule { tell("    \(happening)\n") }
    }

    /// Sets and dictionaries have another order in every process, unless it was started with this variable.
    private static func requireDeterministicHashing() {
        guard getenv("SWIFT_DETERMINISTIC_HASHING") == nil else { return }
        setenv("SWIFT_DETERMINISTIC_HASHING", "1", 1)
        var arguments = CommandLine.arguments.map { strdup($0) }
        arguments.append(nil)
        execv("/proc/self/exe", arguments)
        tell("can't start again with SWIFT_DETERMINISTIC_HASHING=1: \(String(cString: strerror(errno)))\n")
    }

    private static func tell(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
    private func tell(_ text: String) { Self.tell(text) }
}
