import Foundation
import Glibc

/// A node that answers JSON-RPC over HTTP as a test tells it to: one connection for each request, batches too.
public final class ScriptedRPC: Sendable {
    public enum Reply: Sendable {
        /// The JSON text of a result.
        case result(String)
        case error(Int, String)
        /// The whole request is answered with this status and without text; `retryAfter` in seconds.
        case status(Int, retryAfter: Int? = nil)
    }

    public struct Call {
        public let method: String
        public let parameters: [Any]
        /// How many calls came in the same request.
        public let batchSize: Int

        /// A parameter that is a string; empty where there is none.
        public func text(_ index: Int) -> String {
            parameters.indices.contains(index) ? parameters[index] as? String ?? "" : ""
        }
    }

    public typealias Script = @Sendable (Call) -> Reply

    public let url: String
    private let listener: Int32

    /// - Parameter batchMaximum: calls that it takes in one request; more are refused as geth refuses them.
    public init(batchMaximum: Int = .max, _ script: @escaping Script) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.listener = listener
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let port = try withUnsafeMutablePointer(to: &address) {
            try $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                guard bind(listener, generic, length) == 0, listen(listener, 16) == 0,
                    getsockname(listener, generic, &length) == 0
                else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
            }
            return UInt16(bigEndian: $0.pointee.sin_port)
        }
        url = "http://127.0.0.1:\(port)"
        Thread {
            while case let connection = accept(listener, nil, nil), connection >= 0 {
                if let body = Self.body(from: connection) {
                    Self.send(Self.answer(to: body, batchMaximum: batchMaximum, script), to: connection)
                }
                close(connection)
            }
            close(listener)
        }.start()
    }

    public func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
    }

    private static func answer(to body: [UInt8], batchMaximum: Int, _ script: Script) -> String {
        let request = try? JSONSerialization.jsonObject(with: Data(body))
        let calls = request as? [[String: Any]] ?? (request as? [String: Any]).map { [$0] } ?? []
        guard calls.count <= batchMaximum else {
            return http(200, #"{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"batch too large"}}"#)
        }
        var texts: [String] = []
        for call in calls {
            let id = call["id"].map { "\($0)" } ?? "null"
            let reply = script(
                Call(
                    method: call["method"] as? String ?? "", parameters: call["params"] as? [Any] ?? [],
                    batchSize: calls.count))
            switch reply {
            case .result(let text): texts.append(#"{"jsonrpc":"2.0","id":\#(id),"result":\#(text)}"#)
            case .error(let code, let message):
                texts.append(#"{"jsonrpc":"2.0","id":\#(id),"error":{"code":\#(code),"message":"\#(message)"}}"#)
            case .status(let status, let retryAfter):
                return http(status, "", retryAfter.map { "Retry-After: \($0)\r\n" } ?? "")
            }
        }
        // Nodes may answer a batch in any order.
        return http(200, request is [Any] ? "[\(texts.reversed().joined(separator: ","))]" : texts.joined())
    }

    private static func http(_ status: Int, _ text: String, _ fields: String = "") -> String {
        "HTTP/1.1 \(status) Status\r\n\(fields)Content-Length: \(text.utf8.count)\r\nConnection: close\r\n\r\n\(text)"
    }

    private static func send(_ text: String, to connection: Int32) {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            sent += count
        }
    }

    /// What follows the head of a request.
    private static func body(from connection: Int32) -> [UInt8]? {
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            if let end = received.firstRange(of: Array("\r\n\r\n".utf8)) {
                let head = String(decoding: received[..<end.lowerBound], as: UTF8.self).lowercased()
                let length = head.firstMatch(of: /content-length: (\d+)/).flatMap { Int($0.1) } ?? 0
                if received.count - end.upperBound >= length { return Array(received[end.upperBound...]) }
            }
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            received += buffer[..<count]
        }
    }
}
