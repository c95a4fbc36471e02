import Foundation
import Glibc

/// The server's end of one connection to a `LoopbackServer`, with blocking calls.
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
    public func waitForAcknowledgment() {
        var unsent: Int32 = 1
        while ioctl(descriptor, UInt(TIOCOUTQ), &unsent) == 0, unsent > 0 { sched_yield() }
    }
}
