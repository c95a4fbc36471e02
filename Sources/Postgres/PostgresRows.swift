/// The rows a statement returned, still in the server's format, in its order.
public struct PostgresRows: RandomAccessCollection, Sendable {
    let result: QueryResult

    public var startIndex: Int { 0 }
    public var endIndex: Int { result.rowCount }

    /// The rows inserted, updated, deleted or selected.
    public var affectedRows: Int { result.affectedRows }

    public subscript(index: Int) -> PostgresRow {
        precondition(indices.contains(index), "row \(index) of \(count)")
        return PostgresRow(result: result, index: index)
    }

    /// The one row of a statement that always returns one.
    public var only: PostgresRow {
        get throws(PostgresError) {
            guard count == 1 else { throw PostgresError(.decoding, "\(count) rows came where one belongs") }
            return self[0]
        }
    }
}

/// One row; its values are checked and converted when asked for.
///
/// ```swift
/// let height = try row.decode("height", as: Int64.self)
/// let reasons: [String?] = try row.decode("reasons")
/// ```
///
/// A missing column, another type, a NULL where none was asked for and a value that can't be held are errors
/// (`.decoding`) that name the column.
public struct PostgresRow: Sendable {
    let result: QueryResult
    let index: Int

    /// A value that may not be NULL.
    public func decode<Scalar: PostgresScalar>(
        _ column: PostgresColumn, as type: Scalar.Type = Scalar.self
    ) throws(PostgresError) -> Scalar {
        try notNull(column, read(column, Scalar.readableTypes, Scalar.init(binary:type:)))
    }

    /// A value or NULL.
    public func decode<Scalar: PostgresScalar>(
        _ column: PostgresColumn, as type: Scalar?.Type = Scalar?.self
    ) throws(PostgresError) -> Scalar? {
        try read(column, Scalar.readableTypes, Scalar.init(binary:type:))
    }

    /// A one-dimensional array that may hold NULLs and may not itself be NULL.
    public func decode<Scalar: PostgresScalar>(
        _ column: PostgresColumn, as type: [Scalar?].Type = [Scalar?].self
    ) throws(PostgresError) -> [Scalar?] {
        try notNull(column, readArray(column))
    }

    /// A one-dimensional array without NULLs.
    public func decode<Scalar: PostgresScalar>(
        _ column: PostgresColumn, as type: [Scalar].Type = [Scalar].self
    ) throws(PostgresError) -> [Scalar] {
        var elements: [Scalar] = []
        for element in try decode(column, as: [Scalar?].self) {
            guard let element else { throw fault(column, "holds a NULL") }
            elements.append(element)
        }
        return elements
    }

    /// Whether the value is NULL.
    public func isNull(_ column: PostgresColumn) throws(PostgresError) -> Bool {
        let position = try position(of: column)
        do { return try result.withValue(row: index, column: position) { $0 == nil } } catch {
            throw fault(column, error.reason)
        }
    }

    /// Reads the bytes of a `bytea` in place, without a copy: nil is NULL.
    public func withBytes<Value>(
        _ column: PostgresColumn, _ body: (RawSpan?) throws(PostgresValueFault) -> Value
    ) throws(PostgresError) -> Value {
        let position = try position(of: column, as: .bytea)
        do { return try result.withValue(row: index, column: position, body) } catch {
            throw fault(column, error.reason)
        }
    }
}

extension PostgresRow {
    private func readArray<Scalar: PostgresScalar>(_ column: PostgresColumn) throws(PostgresError) -> [Scalar?]? {
        try read(column, Scalar.readableTypes.compactMap(\.array)) { bytes, _ throws(PostgresValueFault) in
            try PostgresArray.read(bytes, of: Scalar.self)
        }
    }

    private func read<Value>(
        _ column: PostgresColumn, _ types: [PostgresType],
        _ convert: (RawSpan, PostgresType) throws(PostgresValueFault) -> Value
    ) throws(PostgresError) -> Value? {
        let position = try position(of: column, among: types)
        let type = result.type(of: position)
        do {
            return try result.withValue(row: index, column: position) { bytes throws(PostgresValueFault) in
                guard let bytes else { return nil }
                return try convert(bytes, type)
            }
        } catch { throw fault(column, error.reason) }
    }

    private func position(of column: PostgresColumn) throws(PostgresError) -> Int {
        guard let position = result.position(of: column) else { throw fault(column, "is not in the result") }
        return position
    }

    /// Without an array of types: millions of rows are read by it.
    private func position(of column: PostgresColumn, as type: PostgresType) throws(PostgresError) -> Int {
        let position = try position(of: column)
        guard result.type(of: position) == type, result.isBinary(position) else {
            throw fault(column, "is \(result.type(of: position)), not \(type); cast it in the statement")
        }
        return position
    }

    private func position(of column: PostgresColumn, among types: [PostgresType]) throws(PostgresError) -> Int {
        let position = try position(of: column)
        let type = result.type(of: position)
        guard types.contains(type), result.isBinary(position) else {
            throw fault(column, "is \(type), not \(types[0]); cast it in the statement")
        }
        return position
    }

    private func notNull<Value>(_ column: PostgresColumn, _ value: Value?) throws(PostgresError) -> Value {
        guard let value else { throw fault(column, "is NULL") }
        return value
    }

    private func fault(_ column: PostgresColumn, _ reason: String) -> PostgresError {
        PostgresError(.decoding, "column \(column) \(reason)")
    }
}
