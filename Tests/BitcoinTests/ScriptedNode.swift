import Bitcoin
import Chain
import Foundation
import NodeHTTP

/// A node that answers over HTTP what a test tells it to: JSON-RPC alone, one connection for each request.
final class ScriptedNode: Sendable {
    /// The members of an answer besides its id, `"result":…` or `"error":…`, to a method and its first parameter.
    typealias Script = @Sendable (_ method: String, _ parameter: String) -> String

    private let listener: Int32
    private let port: UInt16

    /// Serves `script`, and a genesis block that is the right one.
    init(_ script: @escaping Script) throws {
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
            return UInt16(bigEndian: $0.pointee.sin_port)
        }
        Thread {
            while case let connection = accept(listener, nil, nil), connection >= 0 {
                Self.serve(connection, script)
                close(connection)
            }
            close(listener)
        }.start()
    }

    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
    }

    static let parameters = ChainParameters(coin: .bitcoin, chain: .regtest)!

    func node(http: HTTPClient) throws -> BitcoinNode {
        BitcoinNode(Self.parameters, http: http, endpoint: try NodeEndpoint(url: "http://127.0.0.1:\(port)"))
    }

    private static func serve(_ connection: Int32, _ script: Script) {
        guard let body = body(from: connection) else { return }
        let request = try? JSONSerialization.jsonObject(with: Data(body))
        let answer: String? =
            if let calls = request as? [[String: Any]] {
                "[" + calls.map { reply(to: $0, script) }.joined(separator: ",") + "]"
            } else {
                (request as? [String: Any]).map { reply(to: $0, script) }
            }
        let status = answer == nil ? "404 Not Found" : "200 OK"
        let text = answer ?? ""
        let bytes = Array(
            "HTTP/1.1 \(status)\r\nContent-Length: \(text.utf8.count)\r\nConnection: close\r\n\r\n\(text)".utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            sent += count
        }
    }

    private static func reply(to call: [String: Any], _ script: Script) -> String {
        let id = call["id"].map { "\($0)" } ?? "null"
        let method = call["method"] as? String ?? ""
        let parameter = (call["params"] as? [Any])?.first.map { "\($0)" } ?? ""
        let answer = method == "getblockhash" ? "\"result\":\"\(parameters.genesis)\"" : script(method, parameter)
        return "{\"id\":\(id),\(answer)}"
    }

    /// What follows the head of a request; empty where nothing does, as with GET.
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
