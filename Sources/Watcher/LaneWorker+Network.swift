public import Chain
public import Logging
public import Postgres

extension LaneWorker {
    /// Follows a network.
    ///
    /// - Parameters:
    ///   - host: who the database calls the holder of the lane.
    ///   - logger: its lines get the lane's name.
    public convenience init(
        following settings: NetworkSettings, nodes: [any ChainNode], addresses: any AddressFormat,
        database: PostgresConfiguration, host: String, logger: Logger
    ) {
        self.init(lane: settings.network, database: database, host: host, logger: logger) { context in
            NetworkSession(settings: settings, nodes: nodes, addresses: addresses, context: context)
        }
    }
}
