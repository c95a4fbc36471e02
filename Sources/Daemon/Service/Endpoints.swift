import Hummingbird
import Logging
import ServiceLifecycle

/// The HTTP endpoints for whoever looks after the daemon.
struct Endpoints: Service {
    let address: ListenAddress
    let logger: Logger
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
        let application = Application(
            router: router,
            configuration: ApplicationConfiguration(
                address: .hostname(address.host, port: address.port), serverName: nil),
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
