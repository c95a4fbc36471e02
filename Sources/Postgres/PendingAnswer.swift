internal import CPostgres

/// The wait for the server's answer to one command: flushes what is unsent, reads what comes, and cancels when the task is.
struct PendingAnswer {
    /// All that the server answered to one command.
    struct Answer {
        /// The last result that is not an error.
        var last: QueryResult?
        /// The first that is one: the server's, or libpq's when the connection was lost.
        var failure: QueryResult?
    }

    private let link: Link
    private let wakeup: Wakeup
    private let isCancellable: Bool
    private let silenceLimit: Duration?
    private let grace: Duration
    private var deadline: ContinuousClock.Instant?
    private var cancelRequest: BlockingCall<Bool>?

    /// Whether the server was asked to cancel, or would have been with more memory.
    private(set) var isCanceling = false

    init(_ link: Link, wakeup: Wakeup, isCancellable: Bool, silenceLimit: Duration?, grace: Duration) {
        self.link = link
        self.wakeup = wakeup
        self.isCancellable = isCancellable
        self.silenceLimit = silenceLimit
        self.grace = grace
        deadline = silenceLimit.map { .now + $0 }
    }

    /// Waits for the whole answer; after an error of this call the connection must go.
    mutating func all() throws(PostgresError) -> Answer {
        var answer = Answer()
        while let result = try next() {
            switch result.status {
            case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
                throw PostgresError(.misuse, "COPY can't be run this way")
            case PGRES_FATAL_ERROR, PGRES_BAD_RESPONSE: answer.failure = answer.failure ?? result
            default: answer.last = result
            }
        }
        return answer
    }

    /// The next result, nil after the last.
    private mutating func next() throws(PostgresError) -> QueryResult? {
        while link.isGood {
            let unsent = PQflush(link.pointer)
            if unsent < 0 || unsent == 0 && PQisBusy(link.pointer) == 0 { break }
            // The task is marked before it signals, so that looking between two waits misses nothing.
            if isCancellable, !isCanceling, Task.isCancelled { cancel() }
            switch wakeup.wait(for: link.socket, writing: unsent == 1, until: deadline) {
            case .socket:
                if PQconsumeInput(link.pointer) == 0, link.isGood {
                    throw PostgresError(.unavailable, link.errorMessage)
                }
                if !isCanceling { deadline = silenceLimit.map { .now + $0 } }
            case .signaled: continue
            case .timedOut:
                throw isCanceling
                    ? PostgresError(.canceled, "the task was canceled; the server did not confirm it in \(grace)")
                    : PostgresError(.unavailable, "the server said nothing for \(silenceLimit ?? .zero)")
            }
        }
        return PQgetResult(link.pointer).map(QueryResult.init)
    }

    private mutating func cancel() {
        isCanceling = true
        deadline = .now + grace
        cancelRequest = link.cancelRequest().map { BlockingCall(wakeup: wakeup, $0) }
    }

    /// Waits for a request to cancel that is still under way; false if it did not end in time.
    ///
    /// Until the server has passed it on, it could hit the next command of the connection.
    func finishCanceling() -> Bool {
        guard let cancelRequest else { return true }
        while cancelRequest.result == nil {
            if wakeup.wait(until: deadline) == .timedOut { return false }
        }
        return true
    }
}
