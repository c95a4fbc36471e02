import CCurl
import Foundation
import Synchronization

/// The thread on which every libcurl handle lives, and the mailbox through which all others talk to it.
final class TransferLoop: Sendable {
    private struct Mailbox {
        var submissions: [Transfers.Queue.Entry] = []
        var cancellations: [UInt64] = []
        var isClosed = false
        /// Nil before the thread has begun and after it has ended.
        var waker: Waker?
    }

    /// `curl_multi_wakeup` is the one call on a multi handle that other threads may make (its manual page says so), and
    /// all this offers; the mailbox's lock keeps it from outliving the handle.
    private struct Waker: @unchecked Sendable {
        let multi: UnsafeMutableRawPointer

        func wakeUp() { curl_multi_wakeup(multi) }
    }

    private let mailbox = Mutex(Mailbox())

    /// What callers may leave in the mailbox before the thread comes to fetch it.
    private static let submissionsMax = 4_096
    private static let initialized = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    init(limits: HTTPClient.Limits) {
        precondition(Self.initialized, "libcurl can't be initialized")
        let thread = Thread { [self] in run(limits) }
        thread.name = "node-http"
        thread.start()
    }

    func submit(_ entry: Transfers.Queue.Entry) {
        let refusal: HTTPError? = mailbox.withLock { mailbox in
            guard !mailbox.isClosed else { return HTTPError(.canceled, "the HTTP client has been shut down") }
            guard mailbox.submissions.count < Self.submissionsMax else {
                return HTTPError(.queueFull, "\(Self.submissionsMax) requests wait for the HTTP client already")
            }
            mailbox.submissions.append(entry)
            mailbox.waker?.wakeUp()
            return nil
        }
        if let refusal { entry.payload.finish(.failure(refusal)) }
    }

    /// Ends an exchange that is still under way; one that is over already is left alone.
    func cancel(ticket: UInt64) {
        mailbox.withLock { mailbox in
            guard !mailbox.isClosed else { return }
            mailbox.cancellations.append(ticket)
            mailbox.waker?.wakeUp()
        }
    }

    /// Ends the thread; what is under way is canceled.
    func close() {
        mailbox.withLock { mailbox in
            mailbox.isClosed = true
            mailbox.waker?.wakeUp()
        }
    }

    private func run(_ limits: HTTPClient.Limits) {
        blockBrokenPipeSignal()
        guard let multi = curl_multi_init() else { preconditionFailure("no memory for a libcurl multi handle") }
        ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, 64)
        let waker = Waker(multi: multi)
        mailbox.withLock { $0.waker = waker }
        serve(Transfers(multi: multi, limits: limits))
        mailbox.withLock { $0.waker = nil }
        curl_multi_cleanup(multi)
    }

    private func serve(_ transfers: consuming Transfers) {
        while true {
            let mail = mailbox.withLock { mailbox in
                defer { (mailbox.submissions, mailbox.cancellations) = ([], []) }
                return (mailbox.submissions, mailbox.cancellations, mailbox.isClosed)
            }
            mail.0.forEach { transfers.submit($0) }
            mail.1.forEach { transfers.cancel(ticket: $0) }
            if mail.2 { return transfers.cancelAll() }
            transfers.advance()
            transfers.wait()
        }
    }

    /// Writing to a connection that the node has closed is an error, never the end of the process; told not to touch
    /// signals, libcurl leaves that to us.
    private func blockBrokenPipeSignal() {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }
}
