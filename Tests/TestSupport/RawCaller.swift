import Glibc

/// A connection to a port of this host, for callers who do not behave.
public final class RawCaller: Sendable {
    private let descriptor: CInt

    public init(port: Int) throws {
        descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw TestFailure("no connection to port \(port): errno \(errno)") }
    }

    deinit { close(descriptor) }

    /// Sends as much of it as the other side takes at once.
    public func send(_ text: String) {
        _ = Glibc.send(descriptor, text, text.utf8.count, CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT))
    }

    /// Whether the other side has ended the connection. What it sent before is thrown away.
    public var isClosed: Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, CInt(MSG_DONTWAIT))
            if count > 0 { continue }
            return count == 0 || errno != EAGAIN
        }
    }

    /// Everything up to the end of the connection.
    public func answer(within limit: Duration = .seconds(60)) async throws -> String {
        var answer: [UInt8] = []
        try await eventually("the connection ends", within: limit) {
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = recv(self.descriptor, &buffer, buffer.count, CInt(MSG_DONTWAIT))
                guard count > 0 else { return count == 0 || errno != EAGAIN }
                answer += buffer[..<count]
            }
        }
        return String(decoding: answer, as: UTF8.self)
    }

    /// Asks once, as a caller who behaves.
    public static func ask(
        _ path: String, port: Int, host: String? = "127.0.0.1", method: String = "GET", version: String = "HTTP/1.1"
    ) async throws -> String {
        let caller = try RawCaller(port: port)
        caller.send("\(method) \(path) \(version)\r\n" + (host.map { "Host: \($0)\r\n" } ?? "") + "\r\n")
        return try await caller.answer()
    }
}
