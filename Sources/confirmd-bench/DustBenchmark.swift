import Postgres
import TestSupport

/// What an invoice costs that somebody pays in very many outputs, at once and from then on.
struct DustBenchmark: Benchmark {
    static let name = "dust"
    static let about = "fifty thousand outputs to one invoice, and the blocks after them"

    private let outputs: Int
    private let rounds: Int

    init(isQuick: Bool) { self.init(scale: isQuick ? .quick : .usual) }

    init(scale: Scale) {
        (outputs, rounds) = scale == .quick ? (2_000, 3) : (50_000, 9)
    }

    func run() async throws -> [Figure] {
        let database = try await BenchDatabase(credit: 2)
        try await database.fill(BenchDatabase.Size(.quick))
        try await database.settleDown()
        var chain = try await BenchChain(database)
        // What both cost without a past; it warms up, too.
        var usual: [Double] = []
        for _ in 0...rounds { usual.append(try await chain.connect(paying: [2]).whole) }
        let detected = try await chain.connect(paying: [1], outputs: outputs).whole
        let credited = try await chain.connect(paying: []).whole
        var more: [Double] = []
        for _ in 0..<rounds { more.append(try await chain.connect(paying: [1]).whole) }
        return [
            Figure("dust: \(outputs) outputs to one invoice", detected, "s", limit: 10),
            Figure("dust: their credit", credited, "s", limit: 10),
            Figure(
                "dust: the next block to it", Stopwatch.median(more) * 1_000, "ms",
                beside: .init(name: "to an invoice paid now and then", value: Stopwatch.median(usual) * 1_000)),
            Figure("dust: the next block to it, by itself", Stopwatch.median(more) * 1_000, "ms", limit: 50),
        ]
    }
}
