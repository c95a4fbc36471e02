internal import CPostgres

/// One result of the server: a table of values, or the outcome of a command.
///
/// Sendable without a lock because libpq never changes a `PGresult` once `PQgetResult` has returned it and allows any
/// thread to read it ("Behavior in Threaded Programs"), nothing here changes it either, and it is freed with the last
/// reference.
final class QueryResult: @unchecked Sendable {
    private let pointer: OpaquePointer

    let rowCount: Int
    let columnCount: Int

    /// Takes over a result, to be freed with this object.
    init(_ pointer: OpaquePointer) {
        self.pointer = pointer
        rowCount = Int(PQntuples(pointer))
        columnCount = Int(PQnfields(pointer))
    }

    deinit { PQclear(pointer) }

    var status: ExecStatusType { PQresultStatus(pointer) }

    /// What the server calls the finished command: `INSERT 0 5`, `COMMIT`.
    var commandTag: String { String(cString: PQcmdStatus(pointer)) }

    /// The rows an insert, update, delete or select was about; 0 for other commands.
    var affectedRows: Int { Int(String(cString: PQcmdTuples(pointer))) ?? 0 }

    /// A field of an error, where the server sent it.
    func errorField(_ field: DiagnosticField) -> String? { field.text(in: pointer) }

    /// libpq's own words, where there are no fields because the server sent none.
    var errorMessage: String { String(cString: PQresultErrorMessage(pointer)) }

    /// The position of a column; nil when there is none of that name or number.
    func position(of column: PostgresColumn) -> Int? {
        switch column {
        case .index(let index): (0..<columnCount).contains(index) ? index : nil
        case .name(let name):
            name.withCString { name in
                (0..<columnCount).first { strcmp(PQfname(pointer, CInt($0)), name) == 0 }
            }
        }
    }

    /// The type of a column that exists.
    func type(of column: Int) -> PostgresType {
        PostgresType(rawValue: PQftype(pointer, CInt(column)))
    }

    /// Whether a column that exists came in the binary format.
    func isBinary(_ column: Int) -> Bool { PQfformat(pointer, CInt(column)) == 1 }

    /// Reads one value's bytes where libpq keeps them, nil being NULL; row and column must exist.
    func withValue<Value>(
        row: Int, column: Int, _ body: (RawSpan?) throws(PostgresValueFault) -> Value
    ) throws(PostgresValueFault) -> Value {
        guard PQgetisnull(pointer, CInt(row), CInt(column)) == 0 else { return try body(nil) }
        let length = Int(PQgetlength(pointer, CInt(row), CInt(column)))
        let bytes = UnsafeRawBufferPointer(start: PQgetvalue(pointer, CInt(row), CInt(column)), count: length)
        defer { withExtendedLifetime(self) {} }
        return try body(bytes.bytes)
    }
}
