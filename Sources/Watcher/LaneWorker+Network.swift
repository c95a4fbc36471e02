public import Chain
public import Foundation
public import Logging
public import Store
public import Telemetry

extension LaneWorker {
    /// Follows a network.
    ///
    /// - Parameters:
    ///   - stores: opens a connection to the database for each use that the worker has for one.
    ///   - host: who the database calls the holder of the lane.
    ///   - holder: who holds the lane; another one in every process.
    ///   - logger: its lines get the lane's name.
    public convenience init(
        following settings: NetworkSettings, nodes: [any ChainNode], addresses: any AddressFormat,
        stores: @escaping @Sendable (StoreUse) -> any LaneStore, host: String, holder: UUID = UUID(),
        runtime: Runtime = .system, metrics: Metrics = Metrics(), logger: Logger
    ) {
        let current = CurrentSettings(settings)
        let memory = BlockMemory()
        metrics.begin(network: settings.network, nodes: nodes.map(\.name))
        self.init(
            lane: settings.network, settings: current, stores: stores, host: host, holder: holder, runtime: runtime,
            logger: logger,
            metrics: metrics, watchesKeys: true
        ) { context in
            NetworkSession(settings: current, nodes: nodes, addresses: addresses, memory: memory, context: context)
        }
    }
}
