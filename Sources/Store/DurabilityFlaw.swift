public import Postgres

/// A setting of the server with which commits that it acknowledged may be gone after a crash, and which confirmd can't
/// override for itself. Source: PostgreSQL documentation, "Write Ahead Log", settings.
public enum DurabilityFlaw: String, Hashable, Sendable, CaseIterable {
    /// Nothing is ever forced to disk.
    case fsync
    /// A page that was being written when the machine stopped may stay torn.
    case fullPageWrites = "full_page_writes"

    /// What it may cost, and what to do.
    public var words: String {
        switch self {
        case .fsync:
            """
            fsync = off: after a crash of its host the database may be damaged or lack commits that it acknowledged, and \
            payments with them; set it to on in postgresql.conf
            """
        case .fullPageWrites:
            """
            full_page_writes = off: unless the file system never writes half a page, a crash of its host may damage the \
            database; set it to on in postgresql.conf
            """
        }
    }

    /// Those of the server, the worst first.
    public static func find(_ connection: PostgresConnection) async throws(PostgresError) -> [DurabilityFlaw] {
        var off: Set<String> = []
        for row in try await connection.query(
            "SELECT name FROM pg_settings WHERE name = ANY ($1) AND setting = 'off'",
            [.textArray(allCases.map(\.rawValue))])
        {
            off.insert(try row.decode("name"))
        }
        return allCases.filter { off.contains($0.rawValue) }
    }
}
