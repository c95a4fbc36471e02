public import Postgres

/// What the commands show: the views that every other service reads, and nothing else.
///
/// Errors are the database's, or `MalformedRow` when a view is not the one this program knows.
public struct Reader: Sendable {
    let connection: PostgresConnection

    public init(_ connection: PostgresConnection) {
        self.connection = connection
    }

    /// The rows of a query, in its order.
    func rows<Columns>(_ query: String, _ values: [PostgresValue]) async throws -> [ViewRow<Columns>] {
        let rows = try await connection.query("SELECT row_to_json(q)::text AS row FROM (\(query)) q", values)
        return try rows.map { try ViewRow(json: $0.decode("row", as: String.self)) }
    }

    /// The first row of a query; nil when it has none.
    func row<Columns>(_ query: String, _ values: [PostgresValue]) async throws -> ViewRow<Columns>? {
        let rows: [ViewRow<Columns>] = try await rows(query, values)
        return rows.first
    }

    /// A column of type timestamptz as ISO 8601 in UTC, whatever the session's time zone is.
    static func utc(_ column: String) -> String {
        "to_char(\(column) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') AS \(column)"
    }

    /// A column of amounts as a string in both forms: JSON numbers lose digits in too many programs.
    static func amount(_ column: String) -> String { "\(column)::text, \(column)_base::text" }
}
