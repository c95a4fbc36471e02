import Foundation
import Glibc

/// systemd, told how the service fares by sd_notify(3): datagrams of KEY=VALUE lines to the socket that it names in the
/// environment. Without one nothing is told. Vsock is not spoken.
struct ServiceManager: Sendable {
    enum Message: Hashable, Sendable {
        case ready
        /// The configuration is read again; `ready` ends it.
        case reloading
        case stopping
        /// One line for `systemctl status`.
        case status(String)
        /// Everything that must turn turns.
        case watchdog
        /// Starting or stopping takes this much longer, from now.
        case extendTimeout(Duration)

        var line: String {
            switch self {
            case .ready: "READY=1"
            // Of CLOCK_MONOTONIC, as systemUptime is.
            case .reloading: "RELOADING=1\nMONOTONIC_USEC=\(Int64(ProcessInfo.processInfo.systemUptime * 1_000_000))"
            case .stopping: "STOPPING=1"
            case .status(let text): "STATUS=" + text.replacing(/[\n\r]/, with: " ")
            case .watchdog: "WATCHDOG=1"
            case .extendTimeout(let duration): "EXTEND_TIMEOUT_USEC=\(Int64(duration / .microseconds(1)))"
            }
        }
    }

    private let socketPath: String?
    /// Within what time `watchdog` has to be told again and again; nil when nobody waits for it.
    let watchdogTimeout: Duration?

    init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        let path = environment["NOTIFY_SOCKET"] ?? ""
        socketPath = path.hasPrefix("/") || path.hasPrefix("@") ? path : nil
        let isMeant = environment["WATCHDOG_PID"].map { $0 == String(getpid()) } ?? true
        watchdogTimeout =
            isMeant && socketPath != nil
            ? environment["WATCHDOG_USEC"].flatMap { Int64($0) }.flatMap { $0 > 0 ? .microseconds($0) : nil } : nil
    }

    var isListening: Bool { socketPath != nil }

    /// Tells all of these at once. A manager that can't be told is none of the daemon's business.
    func tell(_ messages: Message...) {
        guard let socketPath, let (address, length) = sockaddr_un.named(socketPath) else { return }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let text = Array(messages.map(\.line).joined(separator: "\n").utf8)
        // Its queue may be full and nobody reading it: that is waited for a second, and no longer.
        for _ in 0..<10 {
            let sent = withUnsafePointer(to: address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                    sendto(
                        descriptor, text, text.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT), address,
                        length)
                }
            }
            if sent >= 0 || errno != EAGAIN { return }
            usleep(100_000)
        }
    }
}
