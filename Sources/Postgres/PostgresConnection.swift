public import Logging

/// One connection to PostgreSQL with a thread of its own, on which libpq may block without holding up anything else.
///
/// It connects when first used, and again after it was lost: the call during which that happens throws a `.retry` error
/// (with `commitUnknown` when it may have taken effect), the next one connects. Calls run one after the other, in the
/// order in which they come; each is complete before the next begins, so no call ever finds another's open transaction.
///
/// Canceling the task cancels the statement at the server. The call then throws `.canceled`, or returns if the
/// statement was faster; the connection stays usable. A call that is still queued behind others is not sent at all.
public actor PostgresConnection {
    nonisolated let executor: ThreadExecutor
    private let session: Session
    private var isAwaitingNotification = false

    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Asked of each server that is connected to, before anything else is: an error keeps it from being used.
    public typealias Admission = @Sendable (PostgresTransaction) throws(PostgresError) -> Void

    /// Does not connect yet.
    ///
    /// - Parameters:
    ///   - logger: Gets the server's notices, at debug and info level.
    ///   - admission: May look at a server, at the first connection and at every later one, and refuse it. It is in no
    ///     transaction.
    public init(
        configuration: PostgresConfiguration, logger: Logger = Logger(label: "postgres"), admission: Admission? = nil
    ) {
        executor = ThreadExecutor(name: "pg " + configuration.applicationName)
        session = Session(configuration, wakeup: executor.wakeup, logger: logger, admission: admission)
    }

    deinit { executor.stop() }

    /// Connects, if there is no connection; for telling early that the database can't be reached.
    public func connect() async throws(PostgresError) {
        try await perform { session throws(PostgresError) in _ = try session.connected(isCancellable: true) }
    }

    /// Whether a pooler stood between us and the server when it was last connected to.
    public var isPooled: Bool { session.isPooled }

    /// Disconnects. A later call would connect again.
    public func close() { session.disconnect() }

    /// Runs one statement, prepared once per connection, and returns its rows.
    ///
    /// - Parameters:
    ///   - sql: A constant text; values go into `values`, `$1` being the first.
    ///   - values: Sent in binary with their types, so the server never guesses one.
    @discardableResult
    public func query(_ sql: String, _ values: [PostgresValue] = []) async throws(PostgresError) -> PostgresRows {
        try await statement { session throws(PostgresError) in try session.query(sql, values) }
    }

    /// Runs one statement for its effect and returns how many rows it was about.
    @discardableResult
    public func execute(_ sql: String, _ values: [PostgresValue] = []) async throws(PostgresError) -> Int {
        try await query(sql, values).affectedRows
    }

    /// Runs the statements of a script, a migration say: one transaction, unless the script has its own.
    public func executeScript(_ sql: String) async throws(PostgresError) {
        try await statement { session throws(PostgresError) in try session.script(sql) }
    }

    /// Runs the body in one transaction: COMMIT when it returns, ROLLBACK when it throws, whatever it throws.
    ///
    /// The body runs on the connection's thread without suspending: between its statements nothing can come in, and it
    /// can't dawdle while it holds locks. Keep what takes long outside.
    public func transaction<Value: Sendable>(
        _ body: @Sendable (PostgresTransaction) throws -> Value
    ) async throws -> Value {
        try await perform { session in try session.transaction { try body(PostgresTransaction(session: $0)) } }
    }

    /// Reads any number of rows in bounded memory, in one transaction: `each` folds them, in order, into a state.
    ///
    /// ```swift
    /// let total = try await connection.stream("select amount from …", into: 0) { total, row in
    ///     total += try row.decode("amount", as: Int64.self)
    /// }
    /// ```
    ///
    /// - Parameter each: Runs on the connection's thread; what it throws ends the stream and is thrown on.
    public func stream<State: Sendable>(
        _ sql: String, _ values: [PostgresValue] = [], into state: consuming State,
        each: @Sendable (inout State, PostgresRow) throws -> Void
    ) async throws -> State {
        var folded = consume state
        try await perform { session in try session.stream(sql, values, into: &folded, each: each) }
        return folded
    }

    /// Listens on a channel from now on; after a reconnect it listens again, and has missed what came between.
    public func listen(to channel: String) async throws(PostgresError) {
        try await statement { session throws(PostgresError) in try session.listen(channel) }
    }

    /// Waits for the next notification, or nil when none comes in time.
    ///
    /// Other calls of this connection go first while it waits. Notifications are hints: poll as well.
    public func nextNotification(timeout: Duration) async throws(PostgresError) -> PostgresNotification? {
        guard !isAwaitingNotification else { throw PostgresError(.misuse, "somebody waits for notifications already") }
        isAwaitingNotification = true
        defer { isAwaitingNotification = false }
        let deadline = ContinuousClock.now + timeout
        while true {
            let executor = executor
            let wait = { (session: Session) throws(PostgresError) -> (PostgresNotification?, isOver: Bool) in
                if let notification = try session.takeNotification() { return (notification, true) }
                guard !executor.hasWaitingJobs, let link = session.link else { return (nil, false) }
                return (nil, session.wakeup.wait(for: link.socket, until: deadline) == .timedOut)
            }
            let (notification, isOver) = try await perform(wait)
            if isOver { return notification }
            await Task.yield()
        }
    }
}

extension PostgresConnection {
    /// Runs a call that must not leave a transaction behind.
    private func statement<Value>(
        _ work: (Session) throws(PostgresError) -> Value
    ) async throws(PostgresError) -> Value {
        try await perform { session throws(PostgresError) in
            let value: Value
            do throws(PostgresError) { value = try work(session) } catch {
                session.endTransaction()
                throw error
            }
            guard !session.endTransaction() else {
                throw PostgresError(
                    .misuse, "the statement left a transaction open, which is rolled back; use transaction()")
            }
            return value
        }
    }

    /// Blocks the connection's thread with the work; canceling the task wakes it.
    private func perform<Value, Failure: Error>(
        _ work: (Session) throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let wakeup = executor.wakeup
        let outcome = await withTaskCancellationHandler {
            do throws(Failure) { return Result<Value, Failure>.success(try work(session)) } catch {
                return .failure(error)
            }
        } onCancel: {
            wakeup.signal()
        }
        return try outcome.get()
    }
}
