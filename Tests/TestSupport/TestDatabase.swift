import Foundation

/// One database of a private server, with enough SQL through `psql` to prepare and look.
public struct TestDatabase: Sendable {
    /// An error of the server.
    public struct Failure: Error, CustomStringConvertible {
        /// The five characters of the SQLSTATE; empty when psql itself failed.
        public let sqlState: String
        public let description: String
    }

    public let name: String
    let socketFolder: String
    let binaries: String

    /// Only the number in the socket's name: every server has a folder of its own.
    static let port = 5432

    /// The path of the server's socket.
    public var socket: String { "\(socketFolder)/.s.PGSQL.\(Self.port)" }

    /// A libpq connection URI of the superuser.
    public var url: String { url(user: "postgres") }

    /// A libpq connection URI of any role; the server trusts everybody.
    public func url(user: String) -> String {
        "postgresql:///\(name)?host=\(socketFolder)&port=\(Self.port)&user=\(user)"
    }

    /// A URI that leads to whichever of two servers is writable, to this database's when both are.
    public func url(or other: TestDatabase) -> String {
        "postgresql:///\(name)?host=\(socketFolder),\(other.socketFolder)&port=\(Self.port),\(Self.port)&user=postgres"
    }

    /// Runs a script, statement by statement, and stops at the first error.
    /// `:'name'` in it stands for a parameter as a literal.
    public func execute(_ script: String, _ parameters: [String: String] = [:], user: String = "postgres") async throws
    {
        _ = try await psql(script, parameters, user)
    }

    /// The rows of one query as text; NULL is nil.
    public func rows(
        _ query: String, _ parameters: [String: String] = [:], user: String = "postgres"
    ) async throws -> [[String?]] {
        let text = try await psql(query, parameters, user)
        return text.split(separator: Self.endOfRow).map { row in
            row.split(separator: Self.endOfField, omittingEmptySubsequences: false)
                .map { $0 == Self.null ? nil : String($0) }
        }
    }

    /// The only value of a query; nil for NULL. Throws when there is not exactly one row with one column.
    public func value(
        _ query: String, _ parameters: [String: String] = [:], user: String = "postgres"
    ) async throws -> String? {
        let rows = try await rows(query, parameters, user: user)
        guard rows.count == 1, rows[0].count == 1 else { throw TestFailure("not one value but \(rows): \(query)") }
        return rows[0][0]
    }

    /// The rows of one query, each decoded from its `row_to_json` form (columns in snake case).
    public func rows<Row: Decodable>(
        as type: Row.Type, _ query: String, _ parameters: [String: String] = [:], user: String = "postgres"
    ) async throws -> [Row] {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try await rows("SELECT row_to_json(q)::text FROM (\(query)) q", parameters, user: user)
            .map { try decoder.decode(type, from: Data($0[0]!.utf8)) }
    }

    private static let endOfField: Character = "\u{1f}"
    private static let endOfRow: Character = "\u{1e}"
    private static let null = "\u{1a}"

    private func psql(_ script: String, _ parameters: [String: String], _ user: String) async throws -> String {
        let settings = parameters.merging(["ON_ERROR_STOP": "1", "VERBOSITY": "verbose"]) { value, _ in value }
        let output = try await Command.run(
            [
                "\(binaries)/psql", "-X", "-q", "-A", "-t", "-F", String(Self.endOfField),
                "-R", String(Self.endOfRow), "-P", "null=\(Self.null)",
            ] + settings.flatMap { ["-v", "\($0.key)=\($0.value)"] } + [url(user: user)],
            input: script, within: .seconds(120))
        guard output.status == 0 else { throw Failure(psqlError: output.stderr) }
        // psql ends the last row with a line break.
        return output.stdout.hasSuffix("\n") ? String(output.stdout.dropLast()) : output.stdout
    }
}

extension TestDatabase.Failure {
    /// With VERBOSITY=verbose psql writes `psql:<stdin>:1: ERROR:  23505: duplicate key …`.
    fileprivate init(psqlError text: String) {
        let code = text.firstMatch(of: /(?:ERROR|FATAL|PANIC):  ([0-9A-Z]{5}):/).map { String($0.1) }
        self.init(sqlState: code ?? "", description: text)
    }
}
