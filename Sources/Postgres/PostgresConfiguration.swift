/// Where the database is and how long to wait for it.
///
/// What the connection string says wins over the defaults here, save for the time-outs of statements, which are the
/// caller's. The password is in no description of this value and in no error.
public struct PostgresConfiguration: Sendable {
    /// libpq's keywords and values as the connection string gave them, the password aside.
    private let keywords: [String: String]
    private let password: String?
    private let renewal: @Sendable () -> String?

    /// What the server shows in `pg_stat_activity`.
    public var applicationName = daemonName

    /// The name of a daemon's sessions, and of its commands'.
    public static let daemonName = "confirmd"

    /// Where names without a schema are looked for, instead of where the string, the database or the role says: what others may
    /// have put into schema public is never taken for PostgreSQL's own.
    public var searchPath = ["pg_catalog", "pg_temp"]

    /// How long one address of one host may take, the server's greeting included; whole seconds, at least 2 (libpq).
    public var connectTimeout: Duration = .seconds(5)

    /// After how long the server cancels a statement; nil is never. A server that says nothing for `silenceGrace` more
    /// is given up.
    public var statementTimeout: Duration? = .seconds(30)

    /// How long a statement may wait for a lock; nil is for ever.
    public var lockTimeout: Duration? = .seconds(10)

    /// After how long the server ends a session that sits idle in a transaction; nil is never.
    public var idleInTransactionTimeout: Duration? = .seconds(60)

    /// After how long a network peer that acknowledges nothing is taken for dead (`tcp_user_timeout`, keepalives).
    public var deadPeerTimeout: Duration = .seconds(15)

    /// How long a server may be silent after the statement time-out, or after a cancel, before the connection is dropped.
    public var silenceGrace: Duration = .seconds(5)

    /// Reads a connection string of either kind that libpq knows, a URI (several hosts allowed) or keywords.
    ///
    /// - Parameters:
    ///   - url: `postgresql://user@one:5432,two:5432/confirmd?sslmode=verify-full`, or `host=… dbname=…`.
    ///   - password: What the caller read from the password file; wins over one in the string.
    ///   - renewal: What the password file holds by now, asked at each new connection; nil is what it was.
    /// - Throws: `.configuration`; the message quotes nothing of the string.
    public init(
        url: String, password: String? = nil, renewedBy renewal: (@Sendable () -> String?)? = nil
    ) throws(PostgresError) {
        var keywords = try ConnectionString.keywords(of: url)
        let inString = keywords.removeValue(forKey: "password")
        self.password = password ?? inString
        self.keywords = keywords
        self.renewal = renewal ?? { nil }
    }
}

extension PostgresConfiguration {
    /// What libpq is given: keywords and values, the password with them. Never print it.
    var connectionParameters: [String: String] {
        var parameters = [
            "application_name": applicationName,
            "connect_timeout": String(max(2, connectTimeout.milliseconds.dividedRoundingUp(by: 1000))),
            "target_session_attrs": "read-write",
            "keepalives_idle": String(max(1, deadPeerTimeout.milliseconds / 2000)),
            "keepalives_interval": String(max(1, deadPeerTimeout.milliseconds / 6000)),
            "keepalives_count": "3",
            "tcp_user_timeout": String(deadPeerTimeout.milliseconds),
        ]
        parameters.merge(keywords) { _, given in given }
        parameters["client_encoding"] = "UTF8"
        parameters["password"] = renewal() ?? password
        // Later options win.
        let options = settings.map { "-c \($0.name)=\($0.value)" }
        parameters["options"] = ([keywords["options"]].compactMap { $0 } + options).joined(separator: " ")
        return parameters
    }

    /// What a session has to be, whatever is set for the database or the role: no time-out contradicts the one that is waited
    /// for here, and a text is read as it is written. To compile a statement takes longer than any of ours may take.
    var settings: [(name: String, value: String)] {
        let timeouts = [
            ("statement_timeout", statementTimeout), ("lock_timeout", lockTimeout),
            ("idle_in_transaction_session_timeout", idleInTransactionTimeout),
        ]
        return timeouts.map { ($0, String($1?.milliseconds ?? 0)) } + [
            ("jit", "off"), ("search_path", searchPath.joined(separator: ",")), ("standard_conforming_strings", "on"),
        ]
    }

    /// Whether the connection string sets options of the server itself.
    var hasOwnOptions: Bool { keywords["options"] != nil }

    /// How long the first answer of a session may take that was let in. Poolers let in more than they have room for.
    var firstAnswerLimit: Duration { min(connectTimeout, .seconds(5)) + silenceGrace }

    /// How long the server may say nothing while it owes an answer; nil is for ever.
    var silenceLimit: Duration? { statementTimeout.map { $0 + silenceGrace } }

    /// The text without the password, should it hold it.
    func redact(_ text: String) -> String {
        [renewal(), password].compactMap(\.self).filter { !$0.isEmpty }.reduce(text) { text, password in
            text.split(separator: password, omittingEmptySubsequences: false).joined(separator: "…")
        }
    }
}

extension PostgresConfiguration: CustomStringConvertible, CustomReflectable {
    /// Who connects where: `postgresql://confirmd@db1,db2:5432/confirmd`.
    public var description: String {
        let user = keywords["user"].map { $0 + "@" } ?? ""
        let host = keywords["host"] ?? keywords["hostaddr"] ?? ""
        let port = keywords["port"].map { ":" + $0 } ?? ""
        return "postgresql://\(user)\(host)\(port)/\(keywords["dbname"] ?? "")"
    }

    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension Duration {
    /// Whole milliseconds in 1…`Int32.max`, rounded up: to the server 0 would mean "no limit".
    var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        if seconds < 0 { return 1 }
        if seconds >= Int64(Int32.max) / 1000 { return Int64(Int32.max) }
        return max(1, seconds * 1000 + attoseconds.dividedRoundingUp(by: 1_000_000_000_000_000))
    }
}

extension Int64 {
    fileprivate func dividedRoundingUp(by divisor: Int64) -> Int64 { self / divisor + (self % divisor > 0 ? 1 : 0) }
}
