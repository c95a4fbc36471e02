internal import CPostgres

extension Session {
    /// Runs the body between BEGIN and COMMIT; whatever it throws, nothing of it remains and no transaction stays open.
    func transaction<Value>(_ body: (Session) throws -> Value) throws -> Value {
        try command("begin")
        isInTransaction = true
        defer {
            isInTransaction = false
            endTransaction()
        }
        let value = try body(self)
        // COMMIT of a failed transaction is a ROLLBACK that reports success.
        guard let link, link.transactionStatus == PQTRANS_INTRANS else {
            throw PostgresError(.misuse, "the transaction's body passed over an error or ended the transaction itself")
        }
        try command("commit", mayCommit: true)
        return value
    }

    /// Rolls back what is open, canceled task or not; a connection on which that fails is dropped, which does the same.
    ///
    /// - Returns: Whether a transaction was open.
    @discardableResult
    func endTransaction() -> Bool {
        guard let link, link.transactionStatus != PQTRANS_IDLE else { return false }
        do { try command("rollback", isCancellable: false) } catch { disconnect() }
        if let link = self.link, link.transactionStatus != PQTRANS_IDLE { disconnect() }
        return true
    }

    /// Runs a query through a cursor and hands over its rows in order, a bounded number in memory at a time.
    func stream<State>(
        _ sql: String, _ values: [PostgresValue], into state: inout State,
        each: (inout State, PostgresRow) throws -> Void
    ) throws {
        try transaction { session in
            // All rows will be read: a plan that is quick for the first tenth, the default, would be the wrong one.
            try session.command("set local cursor_tuple_fraction = 1")
            _ = try session.query("declare stream no scroll cursor for " + sql, values, isPrepared: false)
            var rows: PostgresRows
            repeat {
                rows = try session.query("fetch \(Self.rowsPerFetch) from stream", [], isPrepared: false)
                for row in rows { try each(&state, row) }
            } while rows.count == Self.rowsPerFetch
        }
    }

    private static var rowsPerFetch: Int { 10_000 }
}
