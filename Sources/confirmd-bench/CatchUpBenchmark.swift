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

    init(isQuick: Bool) { blocks = isQuick ? 500 : 5_000 }

    func run() async throws -> [Figure] {
        let node = try BenchNode(try await Litecoind())
        // Litecoin's regtest can't get past its block 432 without this.
        try await node.litecoind.activateMWEB()
        let watched = try await node.litecoind.newAddress()
        let first = try await node.litecoind.height + 1
        let quick = try await upToDate(with: node, watching: watched)
        let slow = try await upToDate(with: node, watching: watched)
        try await mine(blocks / 4 * 3, on: node, paying: watched)
        let late = try await upToDate(with: node, watching: watched)
        try await mine(blocks / 4, on: node, paying: watched)

        let hashes = try await hashes(of: node, from: first)
        let fetched = try await fetch(hashes, from: node)
        let caughtUp = try await catchUp(quick, with: node)
        let fetchedAgain = try await fetch(hashes, from: node)
        let short = try await catchUp(late, with: node, delay: 0.2)
        let long = try await catchUp(slow, with: node, delay: 0.2)
        return [
            Figure(
                "catch-up: a thousand blocks", caughtUp.time / Double(hashes.count) * 1_000, "s",
                beside: .init(
                    name: "fetching them alone", value: (fetched + fetchedAgain) / 2 / Double(hashes.count) * 1_000)),
            Figure("catch-up: blocks held", Double(long.held), "blocks", limit: 300),
            Figure(
                "catch-up: memory with a slow database", long.memory, "MB",
                beside: .init(name: "for a quarter of the chain", value: short.memory)),
        ]
    }

    /// A database that follows the node's chain up to here, and knows the address.
    private func upToDate(with node: BenchNode, watching address: String) async throws -> BenchDatabase {
        let database = try await BenchDatabase(credit: 1)
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

    private func hashes(of node: BenchNode, from first: Int) async throws -> [Hash256] {
        guard var last = try await node.adapter.header(at: Int64(first) - 1)?.reference else { return [] }
        var hashes: [Hash256] = []
        while let headers = try await node.adapter.headers(after: last, limit: 500), let end = headers.last {
            hashes += headers.map(\.hash)
            last = end.reference
        }
        return hashes
    }

    /// Seconds to fetch all blocks raw, as many at a time as the daemon asks for.
    private func fetch(_ hashes: [Hash256], from node: BenchNode) async throws -> Double {
        let window = NetworkMachine.Settings(nodeCount: 1, start: .tip, maxReorgDepth: 1).fetchesInFlightMaximum
        return try await ContinuousClock().measure {
            try await withThrowingTaskGroup(of: Int.self) { group in
                for (place, hash) in hashes.enumerated() {
                    if place >= window { _ = try await group.next() }
                    group.addTask { try await node.raw(hash) }
                }
                for try await _ in group {}
            }
        } / .seconds(1)
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
        try await database.server.stop()
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
