import BigInt
import Chain
import Foundation
import Payments
import Postgres
import Store
import TestSupport

/// What a block with many payments costs: each to another invoice, detected in one block and credited by the next.
struct StepBenchmark: Benchmark {
    static let name = "step"
    static let about = "one commit for the payments of a block, beside COPY of the rows that it writes"

    private let scale: Scale
    private let payments: Int
    private let rounds: Int

    init(isQuick: Bool) { self.init(scale: isQuick ? .quick : .usual) }

    init(scale: Scale) {
        self.scale = scale
        (payments, rounds) = scale == .quick ? (200, 3) : (2_000, 9)
    }

    func run() async throws -> [Figure] {
        let database = try await BenchDatabase.filled(scale)
        let invoices = BenchDatabase.Size(scale).invoices
        // A round's invoices lie scattered among all of them. The first round warms up and does not count.
        let stride = invoices / (payments * (rounds + 1))
        let paid = "watch_number <= \(stride * payments * (rounds + 1)) AND watch_number % \(stride) = 0"
        let twin = try await Twin(
            database,
            without: "SELECT owner_id FROM confirmd_data.option WHERE network = '\(BenchDatabase.network)' AND \(paid)")
        try await database.settleDown()
        var chain = try await BenchChain(database)
        var times = (detected: [Double](), credited: [Double](), deciding: [Double]())
        var references = (detected: [Double](), credited: [Double]())
        for round in 0...rounds {
            let numbers = (0..<payments).map { Int64(($0 * (rounds + 1) + round + 1) * stride) }
            let detected = try await chain.connect(paying: numbers)
            let block = chain.height
            let copiedDetected = try await twin.copy(block: block)
            let credited = try await chain.connect(paying: [])
            let copiedCredited = try await twin.copy(block: block)
            guard round > 0 else { continue }
            times.detected.append(detected.commit)
            times.credited.append(credited.commit)
            times.deciding.append(detected.decision)
            references.detected.append(copiedDetected)
            references.credited.append(copiedCredited)
        }
        func milliseconds(_ values: [Double]) -> Double { Stopwatch.median(values) * 1_000 }
        return [
            Figure(
                "step: deposits detected", milliseconds(times.detected), "ms",
                beside: .init(name: "COPY of the rows", value: milliseconds(references.detected)), limit: 2),
            Figure(
                "step: deposits credited", milliseconds(times.credited), "ms",
                beside: .init(name: "COPY of the rows", value: milliseconds(references.credited)), limit: 2),
            Figure("step: deposits decided", milliseconds(times.deciding), "ms"),
        ]
    }
}
