import Foundation
import Glibc

/// A server on 127.0.0.1 that answers requests as a test tells it to: one connection for each, one after the other.
public final class ScriptedHTTP: Sendable {
    public struct Request: Sendable {
        public let path: String
        public let body: String
        /// The head, its names in small letters.
        let head: String

        /// The value of a header; nil without one.
        public func header(_ name: String) -> String? {
            head.split(separator: "\r\n").first { $0.hasPrefix(name.lowercased() + ":") }
                .map { $0.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces) }
        }
    }

    public struct Reply: Sendable {
        let status: Int
        let text: String
        let retryAfter: Int?

        /// - Parameter retryAfter: in seconds.
        public init(_ status: Int = 200, _ text: String = "", retryAfter: Int? = nil) {
            self.status = status
            self.text = text
            self.retryAfter = retryAfter
        }
    }

    public let port: Int
    private let listener: Int32

    public init(_ script: @escaping @Sendable (Request) -> Reply) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.listener = listener
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        port = try withUnsafeMutablePointer(to: &address) {
            try $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                guard bind(listener, generic, length) == 0, listen(listener, 16) == 0,
                    getsockname(listener, generic, &length) == 0
                else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
            }
            return Int(UInt16(bigEndian: $0.pointee.sin_port))
        }
        Thread {
            while case let connection = accept(listener, nil, nil), connection >= 0 {
                if let request = Self.request(from: connection) { Self.send(script(request), to: connection) }
                close(connection)
            }
            close(listener)
        }.start()
    }

    public var url: String { "http://127.0.0.1:\(port)" }

    public func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
    }

    private static func send(_ reply: Reply, to connection: Int32) {
        let pause = reply.retryAfter.map { "Retry-After: \($0)\r\n" } ?? ""
        let head =
            "HTTP/1.1 \(reply.status) Status\r\n\(pause)Content-Length: \(reply.text.utf8.count)\r\nConnection: close\r\n\r\n"
        let bytes = Array((head + reply.text).utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            sent += count
        }
    }

    private static func request(from connection: Int32) -> Request? {
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            if let end = received.firstRange(of: Array("\r\n\r\n".utf8)) {
                let text = String(decoding: received[..<end.lowerBound], as: UTF8.self)
                let head = text.split(separator: "\r\n").map { line in
                    let name = line.prefix { $0 != ":" }
                    return name.lowercased() + line.dropFirst(name.count)
                }.joined(separator: "\r\n")
                let length = head.firstMatch(of: /content-length: *(\d+)/).flatMap { Int($0.1) } ?? 0
                if received.count - end.upperBound >= length {
                    let path = text.split(separator: " ").dropFirst().first.map(String.init) ?? ""
                    return Request(
                        path: path, body: String(decoding: received[end.upperBound...], as: UTF8.self), head: head)
                }
            }
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            received += buffer[..<count]
        }
    }
}
