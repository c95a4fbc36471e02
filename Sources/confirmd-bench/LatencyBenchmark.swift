import Chain
import Foundation
import NodeHTTP
import Postgres
import Sync
import TestSupport

/// How long after a node has a block its payments can be read in the outbox, with a long poll at the node.
struct LatencyBenchmark: Benchmark {
    static let name = "latency"
    static let about = "from the node's block to the outbox row that another connection reads"

    private let blocks: Int

    init(isQuick: Bool) { blocks = isQuick ? 5 : 50 }

    func run() async throws -> [Figure] {
        let database = try await BenchDatabase(credit: 1)
        let node = try BenchNode(try await Litecoind())
        let address = try await node.litecoind.newAddress()
        try await database.database.execute(
            "SELECT confirmd.create_static_wallet('shop', 'somebody', 'LTC', '\(address)')")
        let following = try Following(node.adapter, into: database, credit: 1, start: .tip)
        try await eventually("the network is followed and the address watched") {
            try await database.number("SELECT count(*) FROM confirmd.static_wallet WHERE registered_at IS NOT NULL")
                == 1
                && following.isAtTip
        }
        try await database.administration.execute("CREATE TABLE beside (number bigint)")
        let reader = try database.connect()
        let miner = try await node.litecoind.newAddress()
        let clock = ContinuousClock()
        var times: [Double] = []
        var references: [Double] = []
        for number in 0...blocks {
            let position = try await last(reader)
            try await node.litecoind.send("0.1", to: address)
            // The node has the block at some moment between these two; what is measured begins with the earlier one.
            let asked = clock.now
            async let mined = node.mine(to: miner)
            while try await last(reader) == position { try await Task.sleep(for: .microseconds(500)) }
            let readable = clock.now
            let hash = try await mined[0]
            // The next payment is not to meet what this block still leads to.
            try await eventually("the network is followed to \(hash)") {
                try await database.number("SELECT count(*) FROM confirmd.network WHERE tip_hash = '\(hash)'") == 1
            }
            let reference = try await self.reference(hash, node, database)
            guard number > 0 else { continue }
            times.append((readable - asked) / .milliseconds(1))
            references.append(reference)
        }
        await following.stop()
        let median = Stopwatch.median(times)
        return [
            Figure("latency: block to outbox", median, "ms", limit: 50),
            Figure(
                "latency: block to outbox, relative", median, "ms",
                beside: .init(name: "a commit and a fetch", value: Stopwatch.median(references))),
            Figure("latency: slowest block", times.max() ?? 0, "ms"),
        ]
    }

    private func last(_ reader: PostgresConnection) async throws -> Int64 {
        try await reader.query("SELECT coalesce(max(position), 0) AS position FROM confirmd.outbox").only
            .decode("position")
    }

    /// Milliseconds for the least there is to do: one durable commit, and the block once from the node.
    private func reference(_ hash: String, _ node: BenchNode, _ database: BenchDatabase) async throws -> Double {
        let clock = ContinuousClock()
        let start = clock.now
        try await database.administration.execute("INSERT INTO beside VALUES (1)")
        if let hash = Hash256(hex: hash) { try await node.raw(hash) }
        return (clock.now - start) / .milliseconds(1)
    }
}
