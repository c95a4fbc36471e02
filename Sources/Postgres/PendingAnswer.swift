internal import CPostgres

/// The wait for the server's answer to one command: flushes what is unsent, reads what comes, and cancels when the task is.
struct PendingAnswer {
    /// Why the answer is not waited for any longer; the connection must go.
    struct Fault: Error {
        let code: PostgresError.Code
        let message: String

        init(_ code: PostgresError.Code, _ message: String) {
            self.code = code
            self.message = message
        }
    }

    private let link: Link
    private let wakeup: Wakeup
    private let isCancellable: Bool
    private let silenceLimit: Duration?
    private let grace: Duration
    private var deadline: ContinuousClock.Instant?
    private var cancelRequest: BlockingCall<Bool>?

    /// Whether the server was asked to cancel, or would have been with more memory.
    private(set) var isCancelling = false

    init(_ link: Link, wakeup: Wakeup, isCancellable: Bool, silenceLimit: Duration?, grace: Duration) {
        self.link = link
        self.wakeup = wakeup
        self.isCancellable = isCancellable
        self.silenceLimit = silenceLimit
        self.grace = grace
        deadline = silenceLimit.map { .now + $0 }
    }

    /// The next result, nil after the last; once the connection is lost a result that says so.
    mutating func nextResult() throws(Fault) -> QueryResult? {
        while link.isGood {
            let unsent = PQflush(link.pointer)
            if unsent < 0 || unsent == 0 && PQisBusy(link.pointer) == 0 { break }
            // The task is marked before it signals, so that looking between two waits misses nothing.
            if isCancellable, !isCancelling, Task.isCancelled { cancel() }
            switch wakeup.wait(for: link.socket, writing: unsent == 1, until: deadline) {
            case .socket:
                PQconsumeInput(link.pointer)
                if !isCancelling { deadline = silenceLimit.map { .now + $0 } }
            case .signalled: continue
            case .timedOut:
                throw isCancelling
                    ? Fault(.cancelled, "the task was cancelled and the server did not confirm it in \(grace)")
                    : Fault(.unavailable, "the server said nothing for \(silenceLimit ?? .zero)")
            }
        }
        return PQgetResult(link.pointer).map(QueryResult.init)
    }

    private mutating func cancel() {
        isCancelling = true
        deadline = .now + grace
        cancelRequest = link.cancelRequest().map { BlockingCall(wakeup: wakeup, $0) }
    }

    /// Waits for a request to cancel that is still under way; false if it did not end in time.
    ///
    /// Until the server has passed it on, it could hit the next command of the connection.
    func finishCancelling() -> Bool {
        guard let cancelRequest else { return true }
        while cancelRequest.result == nil {
            if wakeup.wait(until: deadline) == .timedOut { return false }
        }
        return true
    }
}
