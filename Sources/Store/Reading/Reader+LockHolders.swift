public import Postgres

/// A session that keeps others waiting for a lock.
public struct LockHolder: Hashable, Sendable {
    /// The server's process.
    public let process: Int32
    public let role: String
    public let application: String
    /// Since when its transaction is open, in UTC; nil where the role that looks may not see that.
    public let openSince: String?

    /// Who it is, and how to have it let go.
    public var words: String {
        let application = application.isEmpty ? "" : ", \(application)"
        let since = openSince.map { ", in a transaction since \($0)" } ?? ""
        return """
            process \(process) (role \(role)\(application)\(since)) holds the lock; end its transaction, or, as a superuser: \
            SELECT pg_terminate_backend(\(process))
            """
    }
}

extension Reader {
    /// Those for whom sessions of an application in this database have waited for longer than that. Who waits himself is left
    /// out: it is not up to him.
    public func lockHolders(
        keeping application: String, longerThan time: Duration
    ) async throws(PostgresError) -> [LockHolder] {
        let rows = try await connection.query(
            """
            SELECT DISTINCT h.pid, coalesce(h.usename::text, '') AS role, coalesce(h.application_name, '') AS application,
                   to_char(h.xact_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS "UTC"') AS open_since
            FROM pg_stat_activity a
            JOIN pg_locks l ON l.pid = a.pid AND NOT l.granted AND l.waitstart < clock_timestamp() - $2::interval
            CROSS JOIN LATERAL unnest(pg_blocking_pids(a.pid)) AS b (pid)
            JOIN pg_stat_activity h ON h.pid = b.pid AND h.wait_event_type IS DISTINCT FROM 'Lock'
            WHERE a.datname = current_database() AND a.application_name = $1 AND a.wait_event_type = 'Lock'
            ORDER BY h.pid
            """, [.text(application), .interval(time)])
        var holders: [LockHolder] = []
        for row in rows {
            holders.append(
                LockHolder(
                    process: try row.decode("pid"), role: try row.decode("role"),
                    application: try row.decode("application"), openSince: try row.decode("open_since")))
        }
        return holders
    }
}
