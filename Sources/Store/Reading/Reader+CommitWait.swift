public struct CommitWaitColumns: Decodable, Sendable {
    /// Seconds; nil when none waits.
    public let seconds: Int64?
}

extension Reader {
    /// For how many seconds the oldest of this role's commits has waited for a synchronous standby; nil when none does.
    /// Source: PostgreSQL documentation, "Monitoring Database Activity", wait event SyncRep.
    public func commitWait() async throws -> Int64? {
        let wait: ViewRow<CommitWaitColumns>? = try await row(
            """
            SELECT extract(epoch FROM max(clock_timestamp() - query_start))::bigint AS seconds FROM pg_stat_activity
            WHERE datname = current_database() AND usename = session_user AND wait_event = 'SyncRep'
            """, [])
        return wait?.columns.seconds
    }
}
