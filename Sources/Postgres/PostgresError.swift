/// What went wrong with the database, and what to do about it.
///
/// Neither the message nor the description ever holds a password or a parameter. `detail` can quote a row's values, as
/// the server wrote them: show it to a person who may see the row, never to the log.
public struct PostgresError: Error, Hashable, Sendable {
    public internal(set) var code: Code

    /// What happened, on one line.
    public internal(set) var message: String

    /// The server's five-character code; nil when the server did not answer.
    public let sqlState: String?

    public let detail: String?
    public let hint: String?

    /// The constraint that was violated.
    public let constraint: String?

    /// The connection was lost, or given up, after a statement that may have committed was sent: look before you repeat it.
    public internal(set) var commitUnknown: Bool

    public init(
        _ code: Code, _ message: String, sqlState: String? = nil, detail: String? = nil, hint: String? = nil,
        constraint: String? = nil, commitUnknown: Bool = false
    ) {
        self.code = code
        self.message = message
        self.sqlState = sqlState
        self.detail = detail
        self.hint = hint
        self.constraint = constraint
        self.commitUnknown = commitUnknown
    }
}

extension PostgresError {
    /// The kinds of failure that callers tell apart.
    public enum Code: String, Hashable, Sendable, CaseIterable {
        /// No server could be reached, or the connection was lost or is being shut down.
        case unavailable
        /// The server is out of disk, memory or connections.
        case outOfResources
        /// A serialization failure or a deadlock with another transaction.
        case conflict
        /// `lock_timeout` passed.
        case lockTimeout
        /// `statement_timeout` passed, or somebody at the server canceled the statement.
        case statementTimeout
        /// The server is a standby; the connection is dropped, so that the next one looks for the primary.
        case readOnly
        /// The database is older than what was seen of it, as an old primary is that was started again; the connection is
        /// dropped, so that the next one looks for the newest.
        case behind
        /// A prepared statement no longer fits, after a migration say; the connection is dropped with its statements.
        case stalePlan
        /// The Swift task was canceled.
        case canceled
        /// The data was refused: a constraint (class 23), a bad value (22) or our own rules (`CF`).
        case refused
        /// A unique constraint or index already has the key (23505).
        case duplicate
        /// The role may not do this (42501).
        case permission
        /// A parameter is larger than a message can be.
        case tooLarge
        /// The schema does not fit this program: a table, column, function or type is missing.
        case schema
        /// A column is missing, NULL, of another type, or its value can't be held.
        case decoding
        /// The connection string or a setting can't be used.
        case configuration
        /// This library was used wrongly: a transaction left open, say.
        case misuse
        /// Anything else the server says.
        case other
    }

    /// What a caller does next.
    public enum Disposition: String, Hashable, Sendable {
        /// Try again after a while; the fault passes by itself.
        case retry
        /// This input can never be stored; others can.
        case reject
        /// Stop: going on would be guessing.
        case halt
    }

    public var disposition: Disposition {
        switch code {
        case .unavailable, .outOfResources, .conflict, .lockTimeout, .statementTimeout, .readOnly, .behind, .stalePlan,
            .canceled:
            .retry
        case .refused, .duplicate, .permission, .tooLarge: .reject
        case .schema, .decoding, .configuration, .misuse, .other: .halt
        }
    }
}

extension PostgresError {
    /// Whether the server will never take these very values, however often they are sent: they can't be held, break a
    /// constraint, or are too many (SQLSTATE classes 22, 23 and 54).
    public var isRefusalForGood: Bool {
        code == .tooLarge || ["22", "23", "54"].contains { sqlState?.hasPrefix($0) ?? false }
    }
}

extension PostgresError: CustomStringConvertible, CustomReflectable {
    public var description: String {
        var text = "database: \(message)"
        if let sqlState { text += " (SQLSTATE \(sqlState))" }
        if commitUnknown { text += "; whether it was committed is unknown" }
        return text
    }

    /// Everything but `detail`.
    public var customMirror: Mirror {
        Mirror(self, children: ["code": code, "message": message, "sqlState": sqlState as Any])
    }
}
