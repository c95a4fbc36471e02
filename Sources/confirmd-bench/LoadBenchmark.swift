import Chain
import Foundation
import Postgres
import Store
import Sync

/// How long a daemon that starts needs for its index of watched addresses.
struct LoadBenchmark: Benchmark {
    static let name = "load"
    static let about = "the watched addresses from the database into the index"

    private let scale: Scale

    init(isQuick: Bool) { self.init(scale: isQuick ? .quick : .usual) }

    init(scale: Scale) { self.scale = scale }

    func run() async throws -> [Figure] {
        let database = try await BenchDatabase.filled(scale)
        let count = BenchDatabase.Size(scale).addresses
        let store = Store(try database.connect(), lane: BenchDatabase.network)
        var times: [Double] = []
        var references: [Double] = []
        let clock = ContinuousClock()
        for round in 0...(scale == .full ? 3 : 5) {
            let start = clock.now
            let index = try await store.watchedKeys(
                after: 0, through: Int64(count), into: WatchIndex(secret: (1, 2), capacity: count)
            ) { index, key in index.insert(key) }
            let loaded = clock.now
            precondition(index.count == count)
            // What the server's own way of getting the keys out costs.
            try await database.administration.execute(
                "COPY (SELECT key FROM confirmd_data.option WHERE network = 'litecoin' AND watch_number IS NOT NULL) TO '/dev/null' (FORMAT binary)"
            )
            guard round > 0 else { continue }
            times.append((loaded - start) / .seconds(1))
            references.append((clock.now - loaded) / .seconds(1))
        }
        let perKey = Stopwatch.median(times) / Double(count) * 1_000_000
        return [
            // Ten million in ten seconds.
            Figure("load: one watched address", perKey, "µs", limit: 1),
            Figure(
                "load: all watched addresses", Stopwatch.median(times), "s",
                beside: .init(name: "COPY to nowhere", value: Stopwatch.median(references))),
        ]
    }
}
