internal import CPostgres

/// Ends a thread's wait from any other thread: an eventfd that is polled together with the connection's socket.
final class Wakeup: Sendable {
    /// −1 where the process has no descriptor left; waits are then cut into short ones instead.
    private let descriptor: CInt

    init() { descriptor = eventfd(0, CInt(EFD_NONBLOCK | EFD_CLOEXEC)) }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Ends the present wait, or else the next one.
    func signal() { eventfd_write(descriptor, 1) }

    /// What ended a wait.
    enum Outcome: Equatable {
        case socket
        case signaled
        case timedOut
    }

    /// Waits until the socket is ready, somebody signals, or the deadline passes; a deadline in the past only looks.
    func wait(for socket: CInt = -1, writing: Bool = false, until deadline: ContinuousClock.Instant?) -> Outcome {
        var polled = [
            pollfd(fd: socket, events: CShort(POLLIN | (writing ? POLLOUT : 0)), revents: 0),
            pollfd(fd: descriptor, events: CShort(POLLIN), revents: 0),
        ]
        var milliseconds: CInt = deadline.map { CInt(milliseconds: ContinuousClock.now.duration(to: $0)) } ?? -1
        if descriptor < 0 { milliseconds = milliseconds < 0 ? 50 : min(milliseconds, 50) }
        let ready = poll(&polled, 2, milliseconds)
        if polled[1].revents != 0 {
            var count: eventfd_t = 0
            eventfd_read(descriptor, &count)
        }
        if ready > 0, polled[0].revents != 0 { return .socket }
        let isPast = deadline.map { $0 <= ContinuousClock.now } ?? false
        return ready <= 0 && isPast ? .timedOut : .signaled
    }
}

extension CInt {
    /// A duration for `poll`: rounded up, so that a wait never ends just before its deadline, and never negative.
    fileprivate init(milliseconds duration: Duration) {
        let (seconds, attoseconds) = duration.components
        guard seconds >= 0, attoseconds >= 0 else {
            self = 0
            return
        }
        self = CInt(
            clamping: Swift.min(seconds, 1_000_000) * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        )
    }
}
