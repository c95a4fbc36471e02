import Hummingbird
import Logging
import ServiceLifecycle
import Telemetry

/// The HTTP endpoints for whoever looks after the daemon.
struct Endpoints: Service {
    let address: ListenAddress
    let logger: Logger
    let metrics: Metrics
    /// Called once they are open.
    var onOpen: @Sendable () -> Void = {}
    /// Called before the metrics are shown, for those that are looked up only then.
    var onScrape: @Sendable () -> Void = {}
    var status: @Sendable () -> StatusDocument? = { nil }
    let readiness: @Sendable () -> Readiness

    func run() async throws {
        let router = Router()
        // Alive is whoever can say so.
        router.get("/healthz") { _, _ in "ok\n" }
        router.get("/readyz") { _, _ in
            let readiness = readiness()
            return Response(
                status: readiness.ready ? .ok : .serviceUnavailable,
                headers: [.contentType: "application/json", .cacheControl: "no-store"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: readiness.json + "\n")))
        }
        router.get("/metrics") { _, _ in
            onScrape()
            return Response(
                status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: metrics.text)))
        }
        router.get("/status.json") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "application/json", .cacheControl: "no-store"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: (status()?.json ?? "{}") + "\n")))
        }
        let application = Application(
            router: router,
            configuration: ApplicationConfiguration(
                address: .hostname(address.host, port: address.port), serverName: nil),
            onServerRunning: { _ in onOpen() },
            logger: logger)
        do {
            try await application.run()
        } catch is CancellationError {
        } catch {
            throw CommandFailure(
                message: "can't listen on \(address): \(error)",
                advice: "Another process may have the port; \"listen\" in confirmd.yaml chooses it.")
        }
    }
}
