internal import CPostgres
internal import Logging

/// A connection as one thread sees it: every call blocks that thread until the server has answered.
///
/// A wait ends early when the wakeup is signaled and the current task turns out to be canceled.
final class Session {
    let configuration: PostgresConfiguration
    let wakeup: Wakeup
    private let logger: Logger

    /// nil when not connected; the next command connects.
    private(set) var link: Link?

    /// Whether a pooler stands between us and the server.
    var isPooled = false

    /// Whether statements belong to a transaction that this session began.
    var isInTransaction = false

    private var statements = StatementCache()
    private var channels: [String] = []
    private var notifications: [PostgresNotification] = []

    private let admission: PostgresConnection.Admission?

    init(
        _ configuration: PostgresConfiguration, wakeup: Wakeup, logger: Logger,
        admission: PostgresConnection.Admission?
    ) {
        self.configuration = configuration
        self.wakeup = wakeup
        self.logger = logger
        self.admission = admission
    }

    /// Drops the connection and what the server kept for it.
    func disconnect() {
        link = nil
        statements = StatementCache()
    }

    /// The connection, made if there is none, with what arrived meanwhile read.
    ///
    /// A connection that died idly is found here, before a statement is sent whose fate would be unknown.
    func connected(isCancellable: Bool) throws(PostgresError) -> Link {
        if isCancellable { try checkCancellation() }
        guard let link else {
            guard !isInTransaction else {
                throw PostgresError(.unavailable, "the connection was lost in the transaction, which is rolled back")
            }
            return try connect()
        }
        link.readIdleInput()
        collectNotifications()
        guard link.isGood else {
            let message = PostgresError.oneLine(link.errorMessage)
            disconnect()
            throw PostgresError(.unavailable, "the connection was lost while idle: \(configuration.redact(message))")
        }
        return link
    }

    private func connect() throws(PostgresError) -> Link {
        var parameters = configuration.connectionParameters
        var link = try dial(parameters)
        if !link.isGood, link.errorMessage.contains(Self.refusalOfOptions), !configuration.hasOwnOptions {
            // So does PgBouncer as it comes; what was asked for is set once the session is ours.
            parameters["options"] = nil
            link = try dial(parameters)
        }
        guard link.isGood else {
            let message = configuration.redact(PostgresError.oneLine(link.errorMessage))
            guard message.contains(Self.refusalOfOptions) else { throw PostgresError(.unavailable, message) }
            throw PostgresError(
                .configuration,
                "\(message); a pooler says so: take options out of database.url, or have it pass them on")
        }
        try secure(link, reachedBy: parameters)
        self.link = link
        logger.debug("connected to the database", metadata: ["database": "\(configuration)"])
        do throws(PostgresError) {
            try admission?(PostgresTransaction(session: self))
            for channel in channels { try command("listen \(channel)") }
        } catch {
            // A connection that does not hear what it should would never be noticed.
            disconnect()
            var error = error
            error.commitUnknown = false
            throw error
        }
        return link
    }

    /// PgBouncer's words.
    private static let refusalOfOptions = "unsupported startup parameter"

    /// Connects, to be called again with other parameters; whether it worked `isGood` tells.
    func dial(_ parameters: [String: String]) throws(PostgresError) -> Link {
        let call = BlockingCall(wakeup: wakeup) { [logger] in Link.connect(parameters, logger: logger) }
        var made = call.result
        while made == nil {
            try checkCancellation()
            _ = wakeup.wait(until: nil)
            made = call.result
        }
        guard let link = made ?? nil else { throw PostgresError(.unavailable, "libpq has no memory to connect with") }
        return link
    }

    func checkCancellation() throws(PostgresError) {
        if Task.isCancelled { throw PostgresError(.canceled, "the task was canceled") }
    }
}

extension Session {
    /// Runs a statement with parameters, prepared unless the cache is full or `isPrepared` is false.
    func query(
        _ sql: String, _ values: [PostgresValue], isPrepared: Bool = true
    ) throws(PostgresError) -> PostgresRows {
        try refuseZeroByte(sql)
        let parameters = try Parameters(values)
        let key = StatementCache.Key(sql: sql, types: parameters.types)
        // The link before the cache: a connection that is found dead takes its statements with it.
        let link = try connected(isCancellable: true)
        let plan = isPrepared ? statements.plan(for: key) : .unprepared
        if case .prepare(let name) = plan {
            let types = parameters.types.map(\.rawValue)
            try exchange(on: link, mayCommit: false) { PQsendPrepare($0, name, sql, CInt(types.count), types) }
            statements.insert(key, name: name)
        }
        let result = try exchange(on: link, mayCommit: !isInTransaction) { link in
            switch plan {
            case .prepared(let name), .prepare(let name): parameters.sendPrepared(name, on: link)
            case .unprepared: parameters.send(sql, on: link)
            }
        }
        guard let result, result.status != PGRES_EMPTY_QUERY else {
            throw PostgresError(.misuse, "the statement is empty")
        }
        return PostgresRows(result: result)
    }

    /// Runs statements without parameters by the simple protocol; what they return is dropped.
    func script(_ sql: String) throws(PostgresError) {
        try refuseZeroByte(sql)
        try exchange(on: try connected(isCancellable: true), mayCommit: true) { PQsendQuery($0, sql) }
    }

    /// Runs one command of our own.
    func command(_ sql: String, mayCommit: Bool = false, isCancellable: Bool = true) throws(PostgresError) {
        let link = try connected(isCancellable: isCancellable)
        try exchange(on: link, mayCommit: mayCommit, isCancellable: isCancellable) { PQsendQuery($0, sql) }
    }

    /// libpq takes C strings, which end at a zero byte: what follows would silently not be run.
    private func refuseZeroByte(_ sql: String) throws(PostgresError) {
        if sql.utf8.contains(0) { throw PostgresError(.misuse, "the statement holds a zero byte") }
    }
}

extension Session {
    /// Listens from now on, after every reconnect too.
    func listen(_ channel: String) throws(PostgresError) {
        guard !channel.isEmpty, channel.utf8.count < 64, !channel.utf8.contains(0) else {
            throw PostgresError(.misuse, "a channel's name has 1 to 63 bytes")
        }
        let quoted =
            "\"" + channel.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
        guard !channels.contains(quoted) else { return }
        try command("listen \(quoted)")
        channels.append(quoted)
    }

    /// The first notification not yet taken.
    func takeNotification() throws(PostgresError) -> PostgresNotification? {
        _ = try connected(isCancellable: true)
        return notifications.isEmpty ? nil : notifications.removeFirst()
    }

    /// Keeps what arrived; past a thousand that nobody took, more are no news.
    func collectNotifications() {
        while let notification = link?.nextNotification() {
            if notifications.count < 1000 { notifications.append(notification) }
        }
    }
}
