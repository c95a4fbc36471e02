import Dispatch
import Foundation
import Glibc

/// A POST to a server of ours on 127.0.0.1, on a connection of its own. A connection that ends is an error at once, which
/// URLSession at times makes of it only after its time-out.
enum LoopbackHTTP {
    /// Sends a body of JSON; the answer's status and body. A server that is silent for `limit` seconds is given up.
    static func post(
        _ body: Data, port: Int, path: String, limit: Int = 300
    ) async throws -> (status: Int, body: Data) {
        let request = message(body, port: port, path: path)
        return try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(
                    with: Result { try answer(to: request, port: port, limit: limit) })
            }
        }
    }

    /// Hands a POST on to another server; nil when that gives no whole answer.
    ///
    /// - Parameter authorization: the header to go with it, instead of the one that came.
    static func handOn(
        _ request: LoopbackConnection.Request, to port: Int, authorization: String? = nil
    ) -> (status: Int, body: [UInt8])? {
        let request = message(
            Data(request.body), port: port, path: request.path,
            authorization: authorization ?? request.header("Authorization"))
        return (try? answer(to: request, port: port, limit: 60)).map { ($0.status, [UInt8]($0.body)) }
    }

    private static func message(_ body: Data, port: Int, path: String, authorization: String? = nil) -> Data {
        let head = """
            POST \(path) HTTP/1.1\r
            Host: 127.0.0.1:\(port)\r
            Content-Type: application/json\r
            Content-Length: \(body.count)\r
            Connection: close\r
            \(authorization.map { "Authorization: \($0)\r\n" } ?? "")\r\n
            """
        return Data(head.utf8) + body
    }

    private static func answer(to request: Data, port: Int, limit: Int) throws -> (status: Int, body: Data) {
        let descriptor = try connection(port: port, limit: limit)
        defer { close(descriptor) }
        var rest = request
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw failure("sending to port \(port)") }
            rest = rest.dropFirst(count)
        }
        var (answer, buffer) = (Data(), [UInt8](repeating: 0, count: 1 << 16))
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count >= 0 else { throw failure("reading from port \(port)") }
            if count == 0 { break }
            answer.append(contentsOf: buffer[..<count])
        }
        return try parsed(answer)
    }

    private static func connection(port: Int, limit: Int) throws -> CInt {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw failure("socket") }
        var time = timeval(tv_sec: limit, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else {
            let error = failure("connecting to port \(port)")
            close(descriptor)
            throw error
        }
        return descriptor
    }

    /// An answer that ends with its connection, and whose length is as announced.
    private static func parsed(_ answer: Data) throws -> (status: Int, body: Data) {
        guard let end = answer.firstRange(of: Data("\r\n\r\n".utf8)) else {
            throw TestFailure("no HTTP answer but \(answer.count) bytes")
        }
        let lines = String(decoding: answer[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
        let body = answer[end.upperBound...]
        let length = lines.lazy.compactMap { $0.wholeMatch(of: /(?i)content-length: *(\d+)/).flatMap { Int($0.1) } }
            .first
        guard let status = lines.first?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }),
            length == nil || length == body.count
        else { throw TestFailure("half an HTTP answer: \(answer.count) bytes") }
        return (status, Data(body))
    }

    private static func failure(_ what: String) -> TestFailure {
        TestFailure("\(what): \(String(cString: strerror(errno)))")
    }
}
