public import Postgres

extension PostgresError {
    /// How many sessions of the database the lanes and what looks after them want.
    public static let connectionsNeeded =
        "a daemon needs two connections for each network, two to settle payments, and two more"

    /// What happened, and what there is to do about it where the message alone does not say so.
    public var words: String {
        code == .outOfResources && sqlState == Self.tooManyConnections
            ? "\(self); \(Self.connectionsNeeded): raise max_connections, the role's CONNECTION LIMIT or the pool's size"
            : "\(self)"
    }

    /// PostgreSQL documentation, appendix A.
    private static let tooManyConnections = "53300"
}
