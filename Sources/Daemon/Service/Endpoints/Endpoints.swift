import NIOCore
import NIOHTTP1
import NIOPosix
import ServiceLifecycle

/// The HTTP endpoints for whoever looks after the daemon, on a thread of their own: however many ask, and however they ask,
/// the workers get on.
struct Endpoints: Service {
    let address: ListenAddress
    let hosts: ExpectedHosts
    let answers: EndpointAnswers
    /// Called once they are open.
    var onOpen: @Sendable () -> Void = {}

    func run() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            let listener = try await open(on: group)
            onOpen()
            // Cancellation ends it as well.
            try? await gracefulShutdown()
            try? await listener.close()
            try? await group.shutdownGracefully()
        } catch {
            try? await group.shutdownGracefully()
            throw CommandFailure(
                message: "can't listen on \(address): \(error)",
                advice: "Another process may have the port; \"listen\" in confirmd.yaml chooses it.")
        }
    }

    private func open(on group: MultiThreadedEventLoopGroup) async throws -> any Channel {
        let connections = OpenConnections()
        return try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: Int32(OpenConnections.maximum))
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { [hosts, answers] channel in
                channel.eventLoop.makeCompletedFuture {
                    connections.admit(channel)
                    let pipeline = channel.pipeline.syncOperations
                    // One request a connection: there is nothing to pipeline.
                    try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: false)
                    try pipeline.addHandler(EndpointConnection(hosts, answers))
                }
            }
            .bind(host: address.host, port: address.port).get()
    }
}
