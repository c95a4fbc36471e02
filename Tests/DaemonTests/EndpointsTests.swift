import Foundation
import FoundationNetworking
import Logging
import Synchronization
import Telemetry
import TestSupport
import Testing
import Watcher

@testable import Daemon

/// The endpoints over real HTTP.
@Suite struct EndpointsTests {
    @Test func readinessIsTheStatusOfTheAnswer() async throws {
        let status = Mutex(WorkerStatus.starting)
        let address = ListenAddress(host: "127.0.0.1", port: try Port.free())
        let endpoints = Endpoints(address: address, logger: .silent, metrics: Metrics()) {
            Readiness(
                [("ltc", status.withLock { $0 })], settlement: .following,
                .seen(.init(), at: .now), now: .now)
        }
        let running = Task { try await endpoints.run() }
        try await eventually("the endpoints answer") { try await get(address, "/healthz").status == 200 }
        let starting = try await get(address, "/readyz")
        #expect(starting.status == 503 && starting.body.contains("starting"))
        status.withLock { $0 = .following }
        let following = try await get(address, "/readyz")
        #expect(following.status == 200 && following.body.contains("\"ready\":true"))
        #expect(try await get(address, "/other").status == 404)
        running.cancel()
        _ = await running.result
    }

    @Test func aPortInUseIsAFailureWithAdvice() async throws {
        let address = ListenAddress(host: "127.0.0.1", port: try Port.free())
        let readiness = Readiness([], settlement: .following, .none, now: .now)
        let first = Task {
            try await Endpoints(address: address, logger: .silent, metrics: Metrics()) { readiness }.run()
        }
        try await eventually("the endpoints answer") { try await get(address, "/healthz").status == 200 }
        let failure = await #expect(throws: CommandFailure.self) {
            try await Endpoints(address: address, logger: .silent, metrics: Metrics()) { readiness }.run()
        }
        #expect(failure?.message.contains("can't listen on \(address)") == true)
        first.cancel()
        _ = await first.result
    }

    private func get(_ address: ListenAddress, _ path: String) async throws -> (status: Int, body: String) {
        let url = try #require(URL(string: "http://\(address)\(path)"))
        let (body, response) = try await URLSession.shared.data(from: url)
        return ((response as? HTTPURLResponse)?.statusCode ?? 0, String(decoding: body, as: UTF8.self))
    }
}
