import Bitcoin
import Chain
import Foundation
import NodeHTTP
import Postgres
import Sync
import TestSupport

/// How fast blocks that were missed are made up for, and what memory that takes when the database is slow.
struct CatchUpBenchmark: Benchmark {
    static let name = "catch-up"
    static let about = "thousands of missed blocks, beside fetching them alone; memory with a slow database"

    /// Of so many blocks one pays a watched address.
    private static let interval = 50
    private let blocks: Int
    /// Seconds by which the slow database's commits take longer.
    private let delay: Double

    init(isQuick: Bool) { (blocks, delay) = isQuick ? (500, 0.05) : (5_000, 0.2) }

    func run() async throws -> [Figure] {
        let node = try BenchNode(try await Litecoind())
        // Litecoin's regtest can't get past its block 432 without this.
        try await node.litecoind.activateMWEB()
        let watched = try await node.litecoind.newAddress()
        let first = try await node.litecoind.height + 1
        let quick = try await upToDate(with: node, watching: watched)
        let slow = try await upToDate(with: node, watching: watched, on: quick.server)
        try await mine(blocks / 4 * 3, on: node, paying: watched)
        let late = try await upToDate(with: node, watching: watched, on: quick.server)
        try await mine(blocks / 4, on: node, paying: watched)

        let missed = try await missed(on: node, from: first)
        let fetched = try await perThousand(of: missed) { try await node.raw($0.hash) }
        let verified = try await perThousand(of: missed) { try await node.adapter.block($0)?.transfers.count ?? 0 }
        let caughtUp = try await catchUp(quick, with: node)
        let short = try await catchUp(late, with: node, delay: delay)
        let long = try await catchUp(slow, with: node, delay: delay)
        return [
            Figure(
                "catch-up: a thousand blocks", caughtUp.time / Double(missed.count) * 1_000, "s",
                beside: .init(name: "fetching them alone", value: fetched)),
            Figure(
                "catch-up: a thousand blocks, verified", caughtUp.time / Double(missed.count) * 1_000, "s",
                beside: .init(name: "fetching and proving them", value: verified)),
            Figure("catch-up: blocks held", Double(long.held), "blocks", limit: 300),
            Figure("catch-up: memory with a slow database", long.memory, "MB", limit: 32),
            Figure("catch-up: memory, a quarter of the chain", short.memory, "MB"),
        ]
    }

    /// A database that follows the node's chain up to here, and knows the address.
    private func upToDate(
        with node: BenchNode, watching address: String, on server: PrivatePostgres? = nil
    ) async throws -> BenchDatabase {
        let database = try await BenchDatabase(credit: 1, on: server)
        try await database.database.execute(
            "SELECT confirmd.create_static_wallet('shop', 'somebody', 'LTC', '\(address)')")
        let following = try Following(node.adapter, into: database, credit: 1, start: .tip)
        try await eventually("the network is followed and the address watched") {
            try await database.number("SELECT count(*) FROM confirmd.static_wallet WHERE registered_at IS NOT NULL")
                == 1
                && following.isAtTip
        }
        await following.stop()
        return database
    }

    private func mine(_ count: Int, on node: BenchNode, paying watched: String) async throws {
        let other = try await node.litecoind.newAddress()
        for _ in 0..<count / Self.interval {
            try await node.mine(Self.interval - 1, to: other)
            try await node.mine(to: watched)
        }
    }

    private func missed(on node: BenchNode, from first: Int) async throws -> [BlockReference] {
        guard var last = try await node.adapter.header(at: Int64(first) - 1)?.reference else { return [] }
        var missed: [BlockReference] = []
        while let headers = try await node.adapter.headers(after: last, limit: 500), let end = headers.last {
            missed += headers.map(\.reference)
            last = end.reference
        }
        return missed
    }

    /// Seconds for a thousand blocks, as many at a time as the daemon asks for.
    private func perThousand(
        of blocks: [BlockReference], _ fetch: @escaping @Sendable (BlockReference) async throws -> Int
    ) async throws -> Double {
        let window = NetworkMachine.Settings(nodeCount: 1, start: .tip, maxReorgDepth: 1).fetchesInFlightMaximum
        let time = try await ContinuousClock().measure {
            try await withThrowingTaskGroup(of: Int.self) { group in
                for (place, block) in blocks.enumerated() {
                    if place >= window { _ = try await group.next() }
                    group.addTask { try await fetch(block) }
                }
                for try await _ in group {}
            }
        }
        return time / .seconds(1) / Double(blocks.count) * 1_000
    }

    /// Follows to the tip, each commit taking `delay` seconds more. Returns the seconds, and the most blocks and
    /// megabytes held on the way.
    private func catchUp(
        _ database: BenchDatabase, with node: BenchNode, delay: Double = 0
    ) async throws -> (time: Double, held: Int, memory: Double) {
        if delay > 0 { try await slowDown(database, by: delay) }
        let height = "SELECT tip_height FROM confirmd_data.network"
        let first = try await database.number(height)
        let last = try await Int64(node.litecoind.height)
        let counted = CountedNode(node.adapter)
        let memory = ResidentMemory.megabytes
        var most = (held: 0, memory: 0.0)
        let clock = ContinuousClock()
        let start = clock.now
        let following = try Following(counted, into: database, credit: 1, start: .tip)
        while true {
            let tip = try await database.number(height)
            most.held = max(most.held, counted.blocks - Int(tip - first))
            most.memory = max(most.memory, ResidentMemory.megabytes - memory)
            if tip == last { break }
            try await Task.sleep(for: .milliseconds(5))
        }
        let time = (clock.now - start) / .seconds(1)
        await following.stop()
        return (time, most.held, most.memory)
    }

    private func slowDown(_ database: BenchDatabase, by seconds: Double) async throws {
        try await database.administration.executeScript(
            """
            CREATE FUNCTION slow_down() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN PERFORM pg_sleep(\(seconds)); RETURN NEW; END $$;
            CREATE TRIGGER slow_down BEFORE UPDATE OF step ON confirmd_data.lane
                FOR EACH ROW EXECUTE FUNCTION slow_down();
            """)
    }
}
