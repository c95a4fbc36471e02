import Foundation
import Glibc
import TestSupport
import Testing

/// Those who reach the daemon's port and mean no good: payments go on, and whoever means it is answered.
@Suite("The daemon's own door", .serialized, .enabled(if: Litecoind.isInstalled, "litecoind is not installed"))
struct DoorTests {
    private static let starting = Task { try await Litecoind() }
    private let node: Litecoind

    init() async throws {
        node = try await Self.starting.value
    }

    @Test(
        "Callers who flood it, and callers who keep connections open: payments are settled, leases and files are kept")
    func flood() async throws {
        let shop = try await Shop(on: node)
        let port = shop.installation.port
        let pipelined = String(
            repeating:
                "GET /status.json HTTP/1.1\r\nHost: localhost\r\n\r\nGET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n",
            count: 50)
        try await shop.following { daemon in
            let idle = try openFiles(of: daemon)
            try await withThrowingTaskGroup { group in
                for _ in 0..<8 {
                    group.addTask {
                        while !Task.isCancelled {
                            let callers = try (0..<8).map { _ in try RawCaller(port: port) }
                            for caller in callers { caller.send(pipelined) }
                            try await Task.sleep(for: .milliseconds(1))
                        }
                    }
                }
                group.addTask {
                    var callers: [RawCaller] = []
                    while !Task.isCancelled {
                        callers = try callers.suffix(200) + [RawCaller(port: port)]
                        callers.last?.send("GET /status.json HTTP/1.1\r\nHost: local")
                        try await Task.sleep(for: .milliseconds(5))
                    }
                }
                for order in 1...5 {
                    let address = try await shop.invoice("\(order)", of: "1")
                    try await shop.isRegistered("\(order)")
                    try await node.send("1", to: address)
                    try await node.mine(2)
                    try await shop.reaches("paid", "\(order)")
                    #expect(try await daemon.get("/healthz").status == 200)
                    #expect(try openFiles(of: daemon) <= idle + 64 + 10)
                }
                group.cancelAll()
                do { try await group.waitForAll() } catch is CancellationError {}
            }
            let epochs = try await shop.database.rows("SELECT epoch FROM confirmd.lane")
            #expect(epochs == [["1"], ["1"]])
        }
    }

    private func openFiles(of daemon: Daemon) throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/\(daemon.pid)/fd").count
    }

    @Test("A page whose name leads here is told nothing, unless the name is in listen_names")
    func rebinding() async throws {
        let shop = try await Shop(on: node)
        let port = shop.installation.port
        func expect(_ status: Int, for host: String) async throws {
            let answer = try await RawCaller.ask("/status.json", port: port, host: host)
            #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(host): \(answer)")
            #expect(answer.contains("X-Content-Type-Options: nosniff"))
        }
        try await shop.following { _ in
            for host in ["evil.example", "127.0.0.1.nip.io:\(port)"] { try await expect(421, for: host) }
            for host in ["127.0.0.1:\(port)", "localhost", ProcessInfo.processInfo.hostName] {
                try await expect(200, for: host)
            }
        }
        let main = "database: { url: \"\(shop.database.url)\" }\nlisten: 127.0.0.1:\(port)\n"
        try shop.installation.write(main: main + "listen_names: [ metrics.example ]\n")
        try await shop.following { _ in try await expect(200, for: "Metrics.example:\(port)") }

        try shop.installation.write(main: main + "listen_names: [ good.example, \"bad name\" ]\n")
        let check = try await shop.installation.run("config", "check", "--no-environment")
        #expect(check.exit == .status(78))
        #expect(
            check.stdout.contains("confirmd.yaml:3:31: \"listen_names[1]\" must be a host's name"), "\(check.stdout)")
    }
}
