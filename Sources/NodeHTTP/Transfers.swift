import CCurl

/// The multi handle with the transfers on it. Lives on the loop thread.
struct Transfers: ~Copyable {
    typealias Queue = TransferQueue<Exchange>

    private let multi: UnsafeMutableRawPointer
    private let connectDeadline: Duration
    private var queue: Queue
    private var active: [UnsafeMutableRawPointer: (handle: EasyHandle, entry: Queue.Entry)] = [:]

    init(multi: UnsafeMutableRawPointer, limits: HTTPClient.Limits) {
        self.multi = multi
        connectDeadline = limits.connectDeadline
        queue = Queue(activeMax: limits.activePerHost, waitingMax: limits.waitingPerHost)
    }

    mutating func submit(_ entry: Queue.Entry) {
        guard !queue.enqueue(entry) else { return }
        let message = "\(entry.payload.endpoint): \(queue.waitingMax) requests wait for this node already"
        entry.payload.finish(.failure(HTTPError(.queueFull, message)))
    }

    mutating func cancel(ticket: UInt64) {
        if let entry = queue.remove(ticket: ticket) {
            entry.payload.finish(entry.payload.canceled)
        } else if let (curl, transfer) = active.first(where: { $0.value.entry.ticket == ticket }) {
            // Taking an unfinished transfer out closes its connection.
            release(curl)
            transfer.entry.payload.finish(transfer.entry.payload.canceled)
        }
    }

    mutating func cancelAll() {
        for entry in queue.removeAll() { entry.payload.finish(entry.payload.canceled) }
        for ticket in active.values.map(\.entry.ticket) { cancel(ticket: ticket) }
    }

    /// Moves everything that can move; finished exchanges go back to their callers.
    mutating func advance() {
        let now = ContinuousClock.now
        for entry in queue.expire(at: now) { entry.payload.finish(entry.payload.timedOut) }
        for entry in queue.start() { start(entry, at: now) }
        var running: Int32 = 0
        curl_multi_perform(multi, &running)
        var remaining: Int32 = 0
        while let message = curl_multi_info_read(multi, &remaining) {
            guard message.pointee.msg == CURLMSG_DONE, let curl = message.pointee.easy_handle else { continue }
            let code = message.pointee.data.result
            guard let transfer = active[curl] else { continue }
            let outcome = transfer.handle.outcome(code, of: transfer.entry.payload)
            release(curl)
            transfer.entry.payload.finish(outcome)
        }
        // Places that became free just now; their transfers begin when libcurl's own timer fires, which is at once.
        for entry in queue.start() { start(entry, at: now) }
    }

    /// Waits for the network, a wake-up, or the next deadline in the queue.
    func wait() {
        let pause = queue.earliestDeadline.map { ContinuousClock.now.duration(to: $0) } ?? .seconds(60)
        let milliseconds = (min(max(pause, .zero), .seconds(60)) / .milliseconds(1)).rounded(.up)
        curl_multi_poll(multi, nil, 0, Int32(milliseconds), nil)
    }

    private mutating func start(_ entry: Queue.Entry, at now: ContinuousClock.Instant) {
        let exchange = entry.payload
        let handle: EasyHandle
        do throws(HTTPError) {
            handle = try EasyHandle(
                exchange, remaining: now.duration(to: exchange.deadline), connectDeadline: connectDeadline)
        } catch {
            return fail(entry, error)
        }
        guard curl_multi_add_handle(multi, handle.curl) == CURLM_OK else {
            return fail(entry, HTTPError(.unreachable, "\(exchange.endpoint): libcurl can't begin another transfer"))
        }
        active[handle.curl] = (handle, entry)
    }

    private mutating func fail(_ entry: Queue.Entry, _ error: HTTPError) {
        queue.finish(origin: entry.origin)
        entry.payload.finish(.failure(error))
    }

    private mutating func release(_ curl: UnsafeMutableRawPointer) {
        guard let transfer = active.removeValue(forKey: curl) else { return }
        curl_multi_remove_handle(multi, curl)
        queue.finish(origin: transfer.entry.origin)
    }
}
