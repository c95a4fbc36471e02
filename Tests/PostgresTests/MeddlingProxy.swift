import Foundation
import Synchronization
import Testing

/// A proxy between client and server that loses answers or delays connections.
final class MeddlingProxy: Sendable {
    /// While set, a request is passed on, its answer awaited, and the connection cut instead of delivering it: the client
    /// can't know what became of its request.
    let losesAnswers = Atomic(false)

    /// While set, new connections are taken but kept waiting: a request to cancel comes late.
    let holdsConnections = Atomic(false)

    /// Whether one is kept waiting now.
    let isHolding = Atomic(false)

    let port: Int
    private let listener: SilentListener

    /// - Parameter server: The path of the server's socket.
    init(server: String) throws {
        listener = try SilentListener()
        port = listener.port
        let descriptor = listener.descriptor
        Thread.detachNewThread { [weak self] in
            while true {
                let client = accept(descriptor, nil, nil)
                guard client >= 0, let self else { return }
                while self.holdsConnections.load(ordering: .sequentiallyConsistent) {
                    self.isHolding.store(true, ordering: .sequentiallyConsistent)
                    Thread.sleep(forTimeInterval: 0.01)
                }
                guard let upstream = Self.connect(to: server) else { return }
                Thread.detachNewThread { Self.copy(from: client, to: upstream) { true } }
                Thread.detachNewThread {
                    Self.copy(from: upstream, to: client) { !self.losesAnswers.load(ordering: .sequentiallyConsistent) }
                }
            }
        }
    }

    /// A connection string for the way through the proxy.
    var url: String { "host=127.0.0.1 port=\(port) dbname=postgres user=postgres sslmode=disable" }

    /// Copies until the end, or until something has come that may not be passed on; then hangs up on both.
    private static func copy(from source: CInt, to target: CInt, while mayPass: () -> Bool) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(source, &buffer, buffer.count)
            guard count > 0, mayPass(), send(target, buffer, count, CInt(MSG_NOSIGNAL)) == count else { break }
        }
        shutdown(source, CInt(SHUT_RDWR))
        shutdown(target, CInt(SHUT_RDWR))
    }

    private static func connect(to path: String) -> CInt? {
        let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(100)) }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                Glibc.connect(descriptor, address, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        return result == 0 ? descriptor : nil
    }
}
