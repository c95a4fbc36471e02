import Bitcoin
import Chain
import Foundation
import NodeHTTP

/// A node that answers over HTTP what a test tells it to, one connection for each request.
final class ScriptedNode: Sendable {
    /// The members of an answer besides its id, `"result":…` or `"error":…`, to a method and its parameters, of which
    /// most have one; true and false are 1 and 0.
    typealias Script = @Sendable (_ method: String, _ parameters: String) -> String
    /// What lies at a path below `/rest/`; nil where nothing does.
    typealias Files = @Sendable (_ path: String) -> [UInt8]?

    private struct Contents: Sendable {
        let parameters: ChainParameters
        let files: Files
        let script: Script
    }

    private let listener: Int32
    private let port: UInt16
    private let parameters: ChainParameters

    /// Serves `script`, and a genesis block that is the right one.
    init(
        of parameters: ChainParameters = BuiltBlock.parameters, files: @escaping Files = { _ in nil },
        _ script: @escaping Script
    ) throws {
        let contents = Contents(parameters: parameters, files: files, script: script)
        self.parameters = parameters
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
                Self.serve(connection, contents)
                close(connection)
            }
            close(listener)
        }.start()
    }

    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
    }

    func node(http: HTTPClient) throws -> BitcoinNode {
        BitcoinNode(parameters, http: http, endpoint: try NodeEndpoint(url: "http://127.0.0.1:\(port)"))
    }

    private static func serve(_ connection: Int32, _ contents: Contents) {
        guard let (path, body) = request(from: connection) else { return }
        let answer: [UInt8]?
        switch try? JSONSerialization.jsonObject(with: Data(body)) {
        case let calls as [[String: Any]]:
            answer = Array("[\(calls.map { reply(to: $0, contents) }.joined(separator: ","))]".utf8)
        case let call as [String: Any]: answer = Array(reply(to: call, contents).utf8)
        default: answer = path.hasPrefix("/rest/") ? contents.files(String(path.dropFirst(6))) : nil
        }
        let status = answer == nil ? "404 Not Found" : "200 OK"
        let head = "HTTP/1.1 \(status)\r\nContent-Length: \(answer?.count ?? 0)\r\nConnection: close\r\n\r\n"
        let bytes = Array(head.utf8) + (answer ?? [])
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            sent += count
        }
    }

    private static func reply(to call: [String: Any], _ contents: Contents) -> String {
        let id = call["id"].map { "\($0)" } ?? "null"
        let method = call["method"] as? String ?? ""
        let parameters = (call["params"] as? [Any] ?? []).map { "\($0)" }.joined(separator: " ")
        let answer =
            method == "getblockhash" && parameters == "0"
            ? "\"result\":\"\(contents.parameters.genesis)\"" : contents.script(method, parameters)
        return "{\"id\":\(id),\(answer)}"
    }

    /// The path of a request, and what follows its head; empty where nothing does, as with GET.
    private static func request(from connection: Int32) -> (path: String, body: [UInt8])? {
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            if let end = received.firstRange(of: Array("\r\n\r\n".utf8)) {
                let head = String(decoding: received[..<end.lowerBound], as: UTF8.self)
                let length = head.lowercased().firstMatch(of: /content-length: (\d+)/).flatMap { Int($0.1) } ?? 0
                if received.count - end.upperBound >= length {
                    let path = head.split(separator: " ", maxSplits: 2).dropFirst().first ?? ""
                    return (String(path), Array(received[end.upperBound...]))
                }
            }
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            received += buffer[..<count]
        }
    }
}
