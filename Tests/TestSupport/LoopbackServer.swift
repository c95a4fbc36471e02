import Foundation
import Glibc
import Synchronization

/// A server on 127.0.0.1 that does with each connection what a test says, byte by byte: every connection has a thread
/// of its own on which `serve` runs; when it returns, the connection is closed.
public final class LoopbackServer: Sendable {
    public let port: Int
    private let listener: CInt
    private let counter = Mutex((accepted: 0, open: 0, openMax: 0))

    public init(_ serve: @escaping @Sendable (inout LoopbackConnection) -> Void) throws {
        (listener, port) = try LoopbackServer.listen(backlog: 128)
        Thread { [self, listener] in
            while case let descriptor = accept(listener, nil, nil), descriptor >= 0 {
                counter.withLock {
                    $0.accepted += 1
                    $0.open += 1
                    $0.openMax = max($0.openMax, $0.open)
                }
                Thread { [self] in
                    var connection = LoopbackConnection(descriptor: descriptor)
                    serve(&connection)
                    counter.withLock { $0.open -= 1 }
                    close(descriptor)
                }.start()
            }
            close(listener)
        }.start()
    }

    /// Ends accepting; the listener's thread then lets go of the server.
    public func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
    }

    public var url: String { "http://127.0.0.1:\(port)" }
    public var accepted: Int { counter.withLock { $0.accepted } }
    public var openMax: Int { counter.withLock { $0.openMax } }

    /// A socket that listens at a port of the kernel's choice.
    static func listen(backlog: CInt) throws -> (descriptor: CInt, port: Int) {
        let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && Glibc.listen(descriptor, backlog) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isListening else { throw TestFailure("no loopback port: \(String(cString: strerror(errno)))") }
        return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
    }
}

/// The server's end of one connection, with blocking calls.
public struct LoopbackConnection {
    public struct Request {
        public let head: String
        public let body: [UInt8]

        public var path: String { head.split(separator: " ").dropFirst().first.map(String.init) ?? "" }
        public var text: String { String(decoding: body, as: UTF8.self) }
        /// The value of a header, nil without one.
        public func header(_ name: String) -> String? {
            head.split(separator: "\r\n").first { $0.lowercased().hasPrefix(name.lowercased() + ":") }
                .map { $0.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces) }
        }
    }

    let descriptor: Int32
    private var received: [UInt8] = []

    init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// The next request, nil once the client has closed the connection.
    public mutating func request() -> Request? {
        let end = Array("\r\n\r\n".utf8)
        while true {
            if let range = received.firstRange(of: end) {
                let head = String(decoding: received[..<range.lowerBound], as: UTF8.self)
                let length = Int(Request(head: head, body: []).header("Content-Length") ?? "0") ?? 0
                if received.count - range.upperBound >= length {
                    let body = Array(received[range.upperBound..<range.upperBound + length])
                    received.removeFirst(range.upperBound + length)
                    return Request(head: head, body: body)
                }
            }
            guard receive() else { return nil }
        }
    }

    /// Waits until the client closes.
    public mutating func waitForClose() {
        while receive() {}
    }

    private mutating func receive() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { return false }
        received += buffer[..<count]
        return true
    }

    /// False once the client has closed the connection.
    @discardableResult
    public func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    @discardableResult
    public func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    /// A whole answer with its Content-Length.
    public func answer(_ status: Int, _ headers: [String] = [], body: [UInt8]) {
        let lines = ["HTTP/1.1 \(status) X", "Content-Length: \(body.count)"] + headers
        send(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body)
    }

    public func answer(_ status: Int, _ headers: [String] = [], _ body: String = "") {
        answer(status, headers, body: Array(body.utf8))
    }

    /// Makes the coming close a reset.
    public func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }
}

extension LoopbackConnection {
    /// Waits so long for the client to close or to send something; a pause that ends early when the client goes.
    public func isClosed(within pause: Duration) -> Bool {
        var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return Glibc.poll(&poll, 1, Int32(pause / .milliseconds(1))) > 0
    }

    /// Waits until the client's side has taken everything sent.
    public func waitForAcknowledgement() {
        var unsent: Int32 = 1
        while ioctl(descriptor, UInt(TIOCOUTQ), &unsent) == 0, unsent > 0 { sched_yield() }
    }
}
