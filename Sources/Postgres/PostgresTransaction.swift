/// What the body of a transaction works with; it is of no use after the body has returned.
public struct PostgresTransaction {
    let session: Session

    /// Runs one statement of the transaction; see `PostgresConnection.query`.
    @discardableResult
    public func query(_ sql: String, _ values: [PostgresValue] = []) throws(PostgresError) -> PostgresRows {
        try session.query(sql, values)
    }

    /// Runs one statement for its effect and returns how many rows it was about.
    @discardableResult
    public func execute(_ sql: String, _ values: [PostgresValue] = []) throws(PostgresError) -> Int {
        try query(sql, values).affectedRows
    }

    /// Runs the statements of a script inside the transaction; it must not end it.
    public func executeScript(_ sql: String) throws(PostgresError) { try session.script(sql) }
}
