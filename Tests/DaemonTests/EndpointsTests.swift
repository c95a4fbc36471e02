import Foundation
import FoundationNetworking
import Logging
import NIOHTTP1
import Synchronization
import Telemetry
import TestSupport
import Testing
import Watcher

@testable import Daemon

/// The endpoints over real HTTP.
@Suite struct EndpointsTests {
    /// Endpoints that run for as long as a test does.
    private struct Running {
        let address: ListenAddress
        let endpoints: Endpoints
        private let task: Task<Void, any Error>

        init(_ makers: [String: @Sendable () -> EndpointAnswer] = ["/healthz": { .text(.ok, "ok") }]) async throws {
            let address = ListenAddress(host: "127.0.0.1", port: try Port.free())
            let endpoints = Endpoints(
                address: address, hosts: ExpectedHosts(["shop.example"]), answers: EndpointAnswers(makers))
            (self.address, self.endpoints) = (address, endpoints)
            task = Task { try await endpoints.run() }
            try await eventually("they are open") { (try? RawCaller(port: address.port)) != nil }
        }

        func stop() async {
            task.cancel()
            _ = await task.result
        }
    }

    @Test func readinessIsTheStatusOfTheAnswer() async throws {
        let status = Mutex(WorkerStatus.starting)
        let running = try await Running([
            "/readyz": {
                let readiness = Readiness(
                    [("ltc", status.withLock { $0 })], settlement: .following, .seen(.init(), at: .now), now: .now)
                return .json(readiness.ready ? .ok : .serviceUnavailable, readiness.json)
            }
        ])
        let starting = try await get(running.address, "/readyz")
        #expect(starting.status == 503 && starting.body.contains("starting"))
        status.withLock { $0 = .following }
        let following = try await eventually(
            "the answer is made anew", look: { try await get(running.address, "/readyz") }, holds: { $0.status == 200 })
        #expect(following.body.contains("\"ready\":true"))
        #expect(try await get(running.address, "/other").status == 404)
        await running.stop()
    }

    @Test func aPortInUseIsAFailureWithAdvice() async throws {
        let running = try await Running()
        let failure = await #expect(throws: CommandFailure.self) { try await running.endpoints.run() }
        #expect(failure?.message.contains("can't listen on \(running.address)") == true)
        await running.stop()
    }

    @Test func anAnswerIsMadeOnceASecond() {
        let count = Mutex(0)
        let clock = Mutex(ContinuousClock.now)
        let answers = EndpointAnswers(
            [
                "/metrics": {
                    let number = count.withLock {
                        $0 += 1
                        return $0
                    }
                    return .text(.ok, "\(number)")
                }
            ], now: { clock.withLock { $0 } })
        for _ in 1...1_000 { #expect(answers.answer(to: "/metrics")?.body == "1\n") }
        clock.withLock { $0 += .milliseconds(999) }
        #expect(answers.answer(to: "/metrics")?.body == "1\n")
        clock.withLock { $0 += .milliseconds(1) }
        #expect(answers.answer(to: "/metrics")?.body == "2\n")
        #expect(answers.answer(to: "/nothing") == nil)
    }

    @Test func oneRequestAConnection() async throws {
        let running = try await Running()
        let caller = try RawCaller(port: running.address.port)
        caller.send(String(repeating: "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", count: 100))
        let answer = try await caller.answer()
        #expect(answer.components(separatedBy: "HTTP/1.1 200 OK").count == 2, "\(answer)")
        #expect(answer.lowercased().contains("connection: close") && answer.hasSuffix("\r\n\r\nok\n"))
        #expect(answer.contains("X-Content-Type-Options: nosniff"))
        await running.stop()
    }

    @Test func whoNeverFinishesIsCutOff() async throws {
        let running = try await Running()
        let callers = try (0..<30).map { _ in try RawCaller(port: running.address.port) }
        for (place, caller) in callers.enumerated() where place > 0 { caller.send("GET /healthz HTTP/1.1\r\nHost: ") }
        try await eventually("all are closed") { callers.allSatisfy(\.isClosed) }
        await running.stop()
    }

    @Test func theOldestConnectionGivesWay() async throws {
        let running = try await Running()
        var callers: [RawCaller] = []
        for _ in 0..<(OpenConnections.maximum * 3) {
            callers.append(try RawCaller(port: running.address.port))
            #expect(try await RawCaller.ask("/healthz", port: running.address.port).hasSuffix("ok\n"))
        }
        try await eventually("the first is closed") { callers[0].isClosed }
        await running.stop()
    }

    @Test(arguments: [
        ("127.0.0.1", 200), ("127.0.0.1:9464", 200), ("[::1]:9464", 200), ("localhost:1", 200), ("LOCALHOST", 200),
        ("shop.example", 200), ("shop.example.:9464", 200), ("evil.example", 421), ("127.0.0.1.nip.io", 421),
        ("1.2.3", 421), ("[x]", 421), ("shop.example:evil", 421), ("a shop.example", 421), ("", 421),
    ])
    func onlyAHostThatIsMeantIsAnswered(_ host: String, _ status: Int) async throws {
        let running = try await Running()
        let answer = try await RawCaller.ask("/healthz", port: running.address.port, host: host)
        #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(answer)")
        await running.stop()
    }

    @Test func whatIsAsked() async throws {
        let running = try await Running()
        func status(_ path: String, host: String? = "localhost", method: String = "GET", version: String = "HTTP/1.1")
            async throws -> String
        {
            let answer = try await RawCaller.ask(
                path, port: running.address.port, host: host, method: method, version: version)
            return String(answer.split(separator: " ").dropFirst().first ?? "")
        }
        #expect(try await status("/healthz?x=1") == "200")
        #expect(try await status("/healthz", method: "POST") == "405")
        #expect(try await status("http://localhost/healthz") == "404")
        #expect(try await status("/healthz", host: nil) == "421")
        #expect(try await status("/healthz", host: nil, version: "HTTP/1.0") == "200")
        #expect(try await status("/healthz", host: "localhost\r\nHost: localhost") == "421")
        let head = try await RawCaller.ask("/healthz", port: running.address.port, method: "HEAD")
        #expect(head.contains("Content-Length: 3") && head.hasSuffix("\r\n\r\n"))
        await running.stop()
    }

    private func get(_ address: ListenAddress, _ path: String) async throws -> (status: Int, body: String) {
        let url = try #require(URL(string: "http://\(address)\(path)"))
        let (body, response) = try await URLSession.shared.data(from: url)
        return ((response as? HTTPURLResponse)?.statusCode ?? 0, String(decoding: body, as: UTF8.self))
    }
}
