import Foundation
import Glibc
import Synchronization

/// The socket by which systemd would be told how a service fares (sd_notify(3)), and what came to it.
public final class NotifySocket: Sendable {
    public enum Kind: Sendable {
        case path
        /// In the abstract namespace: the name has an `@` for its zero byte.
        case abstract
    }

    /// The fields of one datagram.
    public typealias Message = [String: String]

    /// What the service finds in `$NOTIFY_SOCKET`.
    public let name: String
    private let inbox: Inbox

    public init(_ kind: Kind = .path) throws {
        let path = Scratch.newPath("notify")
        name = kind == .path ? path : "@" + path
        let descriptor = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = (kind == .path ? [] : [0]) + Array(path.utf8)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let length = MemoryLayout<sa_family_t>.size + bytes.count + (kind == .path ? 1 : 0)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, socklen_t(length)) }
        }
        guard result == 0 else { throw TestFailure("no socket \(name): errno \(errno)") }
        let inbox = Inbox()
        self.inbox = inbox
        // The queue of such a socket is short, and a sender waits while it is full.
        Thread.detachNewThread { inbox.receive(from: descriptor) }
    }

    deinit { inbox.close() }

    /// Everything that came so far, in its order.
    public var messages: [Message] { inbox.messages }

    /// Waits for a message from the number `first` on that satisfies `condition`, and returns its number.
    @discardableResult
    public func receives(
        _ what: String, from first: Int = 0, within limit: Duration = .seconds(60),
        where condition: @Sendable (Message) -> Bool
    ) async throws -> Int {
        try await eventually(
            "systemd is told \(what)", within: limit,
            look: { () -> Int? in self.messages.indices.dropFirst(first).first { condition(self.messages[$0]) } },
            holds: { $0 != nil })!
    }

    private final class Inbox: Sendable {
        private let state = Mutex((messages: [Message](), isOpen: true))

        var messages: [Message] { state.withLock(\.messages) }

        func close() { state.withLock { $0.isOpen = false } }

        func receive(from descriptor: CInt) {
            var buffer = [UInt8](repeating: 0, count: 8_192)
            while state.withLock(\.isOpen) {
                var polled = pollfd(fd: descriptor, events: CShort(POLLIN), revents: 0)
                guard poll(&polled, 1, 100) == 1 else { continue }
                let count = recv(descriptor, &buffer, buffer.count, 0)
                guard count > 0 else { continue }
                let lines = String(decoding: buffer[..<count], as: UTF8.self).split(separator: "\n")
                let fields = lines.map { line in
                    let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                    return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
                }
                let message = Dictionary(fields, uniquingKeysWith: { $1 })
                state.withLock { $0.messages.append(message) }
            }
            Glibc.close(descriptor)
        }
    }
}
