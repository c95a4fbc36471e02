import Foundation
import Logging
import Store
import Sync
import Watcher

/// One life of a daemon: the real workers, over the model of the world.
final class Daemon {
    let host: Host
    let link: StoreLink
    private let workers: [LaneWorker]
    private let tasks: [Task<Void, Never>]
    private let counter: Counter

    /// How many of its workers still run.
    private final class Counter: @unchecked Sendable {
        // Only the thread of the simulation touches it.
        var running = 0
    }

    init(
        host: Host, networks: [(settings: NetworkSettings, nodes: [NodeView])], link: StoreLink,
        random: inout SplitMix64, logger: Logger
    ) {
        self.host = host
        self.link = link
        let stores: (String) -> @Sendable (StoreUse) -> any LaneStore = { lane in
            { StoreView(lane: lane, isLease: $0 == .lease, link: link) }
        }
        var workers = networks.map { network in
            LaneWorker(
                following: network.settings, nodes: network.nodes, addresses: ModelAddresses(),
                stores: stores(network.settings.network), host: host.name, holder: Plan.uuid(&random),
                runtime: host.runtime, logger: logger)
        }
        workers.append(
            LaneWorker(
                settlementIn: stores(Store.settlementLane), host: host.name, holder: Plan.uuid(&random),
                runtime: host.runtime, logger: logger))
        self.workers = workers
        let counter = Counter()
        self.counter = counter
        counter.running = workers.count
        tasks = workers.map { worker in
            Task(executorPreference: host) {
                await worker.run()
                counter.running -= 1
            }
        }
    }

    var isRunning: Bool { counter.running > 0 }

    /// Ends it in good order: what runs is finished and the lanes are given back.
    func stop() { for worker in workers { worker.stop() } }

    /// Ends it here and now.
    func kill() {
        for task in tasks { task.cancel() }
        host.kill()
    }
}
