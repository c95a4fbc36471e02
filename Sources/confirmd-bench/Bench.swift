import ArgumentParser
import Foundation

@main
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "confirmd-bench",
        abstract: "Measure confirmd's speed, each figure beside a reference from the same run.",
        discussion: """
            Build it for release: swift run -c release confirmd-bench. It starts PostgreSQL and litecoind of its own in a \
            temporary folder, as the tests do. The exit code is 1 when a figure is beyond its limit.

            Example: confirmd-bench --only block --only index
            """)

    @Option(help: ArgumentHelp("Run this benchmark alone; may be given more than once.", valueName: "name"))
    var only: [String] = []

    @Flag(help: "Smaller inputs: shows that everything runs, not how fast.")
    var quick = false

    @Option(help: "The size of the tables: usual, or full for 10 million addresses and 5 million deposits (25 GB).")
    var scale = Scale.usual

    @Flag(help: "Print the figures as JSON.")
    var json = false

    static var benchmarks: [any Benchmark.Type] {
        [
            // First, for memory that others gave back would hide some of what it takes.
            IndexBenchmark.self,
            MempoolBenchmark.self,
            BlockBenchmark.self,
            EVMBenchmark.self,
            TronBenchmark.self,
            TronRequestsBenchmark.self,
            StepBenchmark.self,
            DustBenchmark.self,
            LoadBenchmark.self,
            LatencyBenchmark.self,
            CatchUpBenchmark.self,
        ]
    }

    func validate() throws {
        let names = Self.benchmarks.map { $0.name }
        for name in only where !names.contains(name) {
            throw ValidationError("no benchmark is called \(name); there are \(names.joined(separator: ", "))")
        }
    }

    func run() async throws {
        #if DEBUG
            tell("built for debugging: the figures mean nothing; use swift run -c release confirmd-bench")
        #endif
        var table = FigureTable()
        for benchmark in Self.benchmarks where only.isEmpty || only.contains(benchmark.name) {
            tell("\(benchmark.name): \(benchmark.about)")
            table.figures += try await benchmark.init(scale: quick ? .quick : scale).run()
        }
        print(json ? try table.json : table.text)
        if !table.isWithinLimits, !quick { throw ExitCode.failure }
    }
}

/// Progress goes to standard error, so that the table alone is on standard output.
func tell(_ line: String) {
    FileHandle.standardError.write(Data((line + "\n").utf8))
}
