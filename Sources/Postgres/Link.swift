internal import CPostgres
internal import Logging

/// One `PGconn`, from connecting until it is freed.
///
/// Sendable without a lock because no two threads ever use it at once: the thread that connects makes it, hands it over
/// through `BlockingCall` and lets go; from then on only the session that took it calls libpq with it.
final class Link: @unchecked Sendable {
    let pointer: OpaquePointer
    private let notices: NoticeLog

    private init(_ pointer: OpaquePointer, _ notices: NoticeLog) {
        self.pointer = pointer
        self.notices = notices
    }

    deinit { PQfinish(pointer) }

    /// Connects and waits for it: `connect_timeout` for every address of every host; whether it worked `isGood` tells.
    ///
    /// Two steps, because only the blocking call of libpq knows that time-out and goes on to the next host after it, and
    /// only a `PGconn` that exists already has a place for our receiver of notices: the server may warn while it
    /// connects. What the first step began `PQreset` closes.
    static func connect(_ parameters: [String: String], logger: Logger) -> Link? {
        let ordered = parameters.sorted { $0.key < $1.key }
        let strings = (ordered.map(\.key) + ordered.map(\.value)).map { strdup($0) }
        defer { strings.forEach { free($0) } }
        let pointers = strings.map { UnsafePointer<CChar>($0) }
        let keywords = Array(pointers[..<ordered.count]) + [nil]
        let values = Array(pointers[ordered.count...]) + [nil]
        guard let pointer = PQconnectStartParams(keywords, values, 0) else { return nil }
        let notices = NoticeLog(logger)
        let link = Link(pointer, notices)
        PQsetNoticeReceiver(pointer, NoticeLog.receive, Unmanaged.passUnretained(notices).toOpaque())
        PQreset(pointer)
        PQsetnonblocking(pointer, 1)
        return link
    }

    var isGood: Bool { PQstatus(pointer) == CONNECTION_OK }

    /// libpq's words for what failed last.
    var errorMessage: String { String(cString: PQerrorMessage(pointer)) }

    var socket: CInt { PQsocket(pointer) }

    /// The server's process as we were told when we connected: what a pooler tells is none.
    var announcedProcess: Int32 { PQbackendPID(pointer) }

    /// Reads what came while no command ran: notifications, notices, the end of the connection.
    func readIdleInput() {
        var polled = pollfd(fd: socket, events: CShort(POLLIN), revents: 0)
        var rounds = 0
        while rounds < 100, isGood, poll(&polled, 1, 0) > 0, PQconsumeInput(pointer) == 1 { rounds += 1 }
    }

    var transactionStatus: PGTransactionStatusType { PQtransactionStatus(pointer) }

    /// The call that asks the server to cancel what runs: opens a connection of its own and returns once the server has
    /// passed the request on. nil when libpq has no memory.
    func cancelRequest() -> (@Sendable () -> Bool)? {
        guard let cancel = PQgetCancel(pointer) else { return nil }
        // PQcancel may be called from any thread; the closure runs once and frees what it was made with.
        nonisolated(unsafe) let request = cancel
        return {
            defer { PQfreeCancel(request) }
            var complaint = [CChar](repeating: 0, count: 256)
            return PQcancel(request, &complaint, CInt(complaint.count)) == 1
        }
    }

    /// The next notification that has arrived; nil when there is none.
    func nextNotification() -> PostgresNotification? {
        guard let notify = PQnotifies(pointer) else { return nil }
        defer { PQfreemem(notify) }
        return PostgresNotification(
            channel: String(cString: notify.pointee.relname), payload: String(cString: notify.pointee.extra))
    }
}
