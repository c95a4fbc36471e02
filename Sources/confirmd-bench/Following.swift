import Bitcoin
import Chain
import Logging
import Payments
import Store
import Sync
import TestSupport
import Watcher

/// The workers that a daemon has for one network, in this process.
struct Following {
    private let workers: [LaneWorker]
    private let running: Task<Void, Never>

    /// Follows `node` into `database` until `stop`.
    init(_ node: any ChainNode, into database: BenchDatabase, credit: Int32, start: Start) throws {
        var logger = Logger(label: "bench")
        logger.logLevel = .critical
        let configuration = try database.configuration
        let stores = { PostgresLaneStore.opener(of: $0, in: configuration, logger: logger) }
        let workers = [
            LaneWorker(
                following: NetworkSettings(
                    network: BenchDatabase.network, publication: BenchDatabase.publication(credit: credit),
                    start: start,
                    maxReorgDepth: 200),
                nodes: [node], addresses: BitcoinAddress(BenchNode.parameters), stores: stores(BenchDatabase.network),
                host: "bench",
                logger: logger),
            LaneWorker(settlementIn: stores(Store.settlementLane), host: "bench", logger: logger),
        ]
        self.workers = workers
        running = Task {
            await withDiscardingTaskGroup { group in
                for worker in workers { group.addTask { await worker.run() } }
            }
        }
    }

    /// Whether the network is followed at its tip.
    var isAtTip: Bool { workers[0].status == .following }

    func stop() async {
        for worker in workers { worker.stop() }
        await running.value
    }
}
