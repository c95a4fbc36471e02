public import Postgres

/// The database as one network's worker sees it, over one connection: what it reads to decide, and its one write.
public struct Store: Sendable {
    let connection: PostgresConnection
    public let network: String

    public init(_ connection: PostgresConnection, network: String) {
        self.connection = connection
        self.network = network
    }
}
