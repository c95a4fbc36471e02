import Synchronization

/// A server on 127.0.0.1 that answers requests as a test tells it to: one connection for each, one after the other.
public final class ScriptedHTTP: Sendable {
    public struct Reply: Sendable {
        let status: Int
        let body: [UInt8]
        let retryAfter: Int?

        /// - Parameter retryAfter: in seconds.
        public init(_ status: Int = 200, _ text: String = "", retryAfter: Int? = nil) {
            self.init(status, body: Array(text.utf8), retryAfter: retryAfter)
        }

        public init(_ status: Int = 200, body: [UInt8], retryAfter: Int? = nil) {
            self.status = status
            self.body = body
            self.retryAfter = retryAfter
        }
    }

    private let server: LoopbackServer

    public init(_ script: @escaping @Sendable (LoopbackConnection.Request) -> Reply) throws {
        let turn = Mutex(())
        server = try LoopbackServer { connection in
            guard let request = connection.request() else { return }
            let reply = turn.withLock { _ in script(request) }
            let pause = reply.retryAfter.map { ["Retry-After: \($0)"] } ?? []
            connection.answer(reply.status, ["Connection: close"] + pause, body: reply.body)
        }
    }

    public var url: String { server.url }

    public func stop() { server.stop() }
}
