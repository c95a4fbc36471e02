public import Postgres

/// The database as the worker of one lane sees it, over one connection: what it reads to decide, and its one write.
public struct Store: Sendable {
    /// The lane of deadlines and commands; the others have their networks' names.
    public static let settlementLane = "settlement"

    let connection: PostgresConnection
    /// The lane's name: a network's, or `settlementLane`.
    public let lane: String

    /// What was seen of the database so far.
    let lineage: Lineage

    public init(_ connection: PostgresConnection, lane: String, lineage: Lineage = Lineage()) {
        self.connection = connection
        self.lane = lane
        self.lineage = lineage
    }
}
