public import Chain
public import Foundation
public import Logging
public import Postgres
public import Store
public import Telemetry

extension LaneWorker {
    /// Follows a network.
    ///
    /// - Parameters:
    ///   - lineage: what the process has seen of the database; the same for all of its lanes.
    ///   - host: who the database calls the holder of the lane.
    ///   - logger: its lines get the lane's name.
    public convenience init(
        following settings: NetworkSettings, nodes: [any ChainNode], addresses: any AddressFormat,
        database: PostgresConfiguration, lineage: Lineage = Lineage(), host: String, metrics: Metrics = Metrics(),
        logger: Logger
    ) {
        self.init(
            following: settings, nodes: nodes, addresses: addresses,
            stores: Self.stores(in: database, lane: settings.network, lineage, logger: logger), host: host,
            metrics: metrics, logger: logger)
    }

    /// Follows a network in a database of any kind.
    ///
    /// - Parameter holder: who holds the lane; another one in every process.
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

    static func stores(
        in database: PostgresConfiguration, lane: String, _ lineage: Lineage, logger: Logger
    ) -> @Sendable (StoreUse) -> any LaneStore {
        { use in
            var configuration = database
            if use == .lease { configuration.statementTimeout = .seconds(4) }
            let connection = PostgresConnection(
                configuration: configuration, logger: logger, admission: lineage.admit)
            return Store(connection, lane: lane, lineage: lineage)
        }
    }
}
