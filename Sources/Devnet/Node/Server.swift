internal import Foundation
internal import Hummingbird
internal import Logging
internal import NodeHTTP
internal import ServiceLifecycle
internal import Synchronization

/// The node behind HTTP.
final class Server: Sendable {
    enum Clock: String, CaseIterable, Sendable {
        /// Blocks have the time at which they are made.
        case real
        /// Blocks follow each other every three seconds, from a fixed time on.
        case virtual
    }

    private let node: Mutex<Node>
    private let clock: Clock
    /// Between blocks that come by themselves; nil: there are none.
    private let blockTime: Duration?

    init(_ node: Node, clock: Clock, blockTime: Duration?) {
        self.node = Mutex(node)
        self.clock = clock
        self.blockTime = blockTime
    }

    /// Serves until the process is told to end.
    /// - Parameter onOpen: called with the port once it listens.
    func run(host: String, port: Int, onOpen: @escaping @Sendable (Int, Node) -> Void) async throws {
        let router = Router()
        // Both, as java-tron has it.
        for method in [HTTPRequest.Method.get, .post] {
            router.on("**", method: method) { request, _ in try await self.respond(to: request) }
        }
        var logger = Logger(label: "confirmd-devnet")
        logger.logLevel = .error
        let application = Application(
            router: router,
            configuration: ApplicationConfiguration(address: .hostname(host, port: port), serverName: nil),
            onServerRunning: { channel in
                onOpen(channel.localAddress?.port ?? port, self.node.withLock { $0 })
            }, logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                do { try await application.runService() } catch {
                    throw RequestError(
                        "can't serve at \(host):\(port): \(error). Another process may have the port; --listen chooses it."
                    )
                }
            }
            if let blockTime {
                group.addTask {
                    while true {
                        try await Task.sleep(for: blockTime)
                        self.node.withLock { $0.chain.mine(now: self.now) }
                    }
                }
            }
            _ = try await group.next()
            group.cancelAll()
        }
    }

    /// Milliseconds since 1970; nil where the next slot is the time.
    private var now: Int64? { clock == .real ? Int64(Date().timeIntervalSince1970 * 1_000) : nil }

    private func respond(to request: Request) async throws -> Response {
        let path = request.uri.path
        let parameters: Parameters
        do {
            switch request.method {
            case .get:
                let query = request.uri.queryParameters.map { (String($0.key), String($0.value)) }
                parameters = Parameters(Dictionary(query) { $1 })
            default:
                let body = try await request.body.collect(upTo: 1 << 20)
                parameters = try Parameters(json: Array(body.readableBytesView))
            }
        } catch let error as RequestError {
            return try await response(path.hasPrefix("/devnet/") ? .refusal("\(error)") : .error(error))
        }
        let key = HTTPFields.Element.Name("TRON-PRO-API-KEY").flatMap { request.headers[$0] }
        return try await response(
            node.withLock { node in
                path.hasPrefix("/devnet/")
                    ? node.command(String(path.dropFirst("/devnet/".count)), parameters, now: now)
                    : node.answer(path, parameters, apiKey: key)
            })
    }

    private func response(_ reply: Reply) async throws -> Response {
        switch reply {
        case .answer(let value): return response(.ok, value.serialized)
        case .status(let status, let value): return response(.init(code: status), value.serialized)
        case .truncated(let value):
            let text = value.serialized
            return response(.ok, Array(text.prefix(text.count / 2)))
        case .silence:
            try? await cancelWhenGracefulShutdown { try await Task.sleep(for: .seconds(60)) }
            return response(.gatewayTimeout, [])
        }
    }

    private func response(_ status: HTTPResponse.Status, _ body: [UInt8]) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }
}
