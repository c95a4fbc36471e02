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
