import Foundation
import TestSupport
import Testing

/// What those see who look after a daemon and those who consume its events, while it runs.
@Suite("A running daemon", .serialized, .inTurns, .enabled(if: Litecoind.isInstalled, "litecoind is not installed"))
struct EndpointTests {
    struct Readiness: Decodable, Equatable {
        struct Network: Decodable, Equatable {
            let network: String
            let ready: Bool
            let detail: String
        }
        let ready: Bool
        let database: String
        let networks: [Network]
    }

    private static let starting = Task { try await Litecoind() }
    private let node: Litecoind

    init() async throws {
        node = try await Self.starting.value
    }

    @Test("/healthz and /readyz, and status agrees with them")
    func health() async throws {
        let shop = try await Shop(on: node)
        #expect(try await shop.installation.run("status").exit == .status(1))
        try await shop.following { daemon in
            let health = try await daemon.get("/healthz")
            #expect(health.status == 200)
            #expect(health.body == "ok\n")
            let body = try await daemon.get("/readyz").body
            #expect(
                try JSONDecoder().decode(Readiness.self, from: Data(body.utf8))
                    == Readiness(
                        ready: true, database: "answers",
                        networks: [.init(network: "litecoin", ready: true, detail: "following")]))
            #expect(try await daemon.get("/nothing").status == 404)
            let status = try await shop.installation.run("status")
            #expect(status.exit == .status(0))
            let (host, height) = (ProcessInfo.processInfo.hostName, try await node.height)
            #expect(status.stdout.contains("following"))
            #expect(status.stdout.contains(" \(height) "))
            #expect(status.stdout.contains(host))
        }
        #expect(try await shop.installation.run("status").exit == .status(1))
    }

    @Test("outbox read --follow prints each event as it comes, through an outage, until it is told to stop")
    func follow() async throws {
        let server = try await PrivatePostgres()
        let shop = try await Shop(on: node, server: server)
        let address = try await shop.invoice("1", of: "1")
        let output = Scratch.newPath("events")
        let follower = try shop.installation.spawn("outbox", "read", "--follow", output: output)
        func events() throws -> [OutboxRow] {
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            return try String(contentsOfFile: output, encoding: .utf8).split(separator: "\n")
                .filter { $0.hasPrefix("{") }.map { try decoder.decode(OutboxRow.self, from: Data($0.utf8)) }
        }
        try await shop.following { _ in
            try await shop.isRegistered("1")
            try await eventually("it prints the first") { try events().map(\.type) == ["invoice.registered"] }
            try await server.stop(immediate: true)
            try await server.start()
            try await node.send("1", to: address)
            try await node.mine(4)
            try await shop.event("deposit.final", of: "1")
            try await eventually("it prints the rest", within: .seconds(30)) { try events().count == 5 }
        }
        follower.signal(SIGTERM)
        #expect(try await follower.waitForExit() == .status(0))
        #expect(Consumer(reading: try events()).objections == [])
        #expect(
            try await shop.installation.succeed("outbox", "read", "--after", "1", "--limit", "2")
                .split(separator: "\n").count == 2)
    }

    @Test("What the commands show of a paid invoice, a wallet and the balance")
    func shown() async throws {
        let shop = try await Shop(on: node, terms: "--service-fee", "1%")
        let address = try await shop.invoice("1", of: "1")
        let wallet = try await shop.wallet("7")
        try await shop.following { _ in
            try await shop.isRegistered("1")
            try await shop.walletIsRegistered("7")
            try await node.sendMany([address: "1", wallet: "2"])
            try await node.mine(2)
            try await shop.reaches("paid", "1")
            try await shop.event("deposit.credited", of: "7")
        }
        let id = try #require(try await shop.database.value("SELECT id FROM confirmd.invoice"))
        let invoice = try await shop.installation.succeed("invoice", "show", id)
        #expect(invoice.contains("status   paid"))
        #expect(invoice.contains("2 of 4"))
        let walletID = try #require(try await shop.database.value("SELECT id FROM confirmd.static_wallet"))
        #expect(try await shop.installation.succeed("wallet", "show", walletID).contains("1.98"))
        let balance = try await shop.installation.succeed("balance", "--project", "shop").split(separator: "\n")
        #expect(balance.last?.split(separator: " ") == ["shop", "LTC", "2.97", "0", "0.03"])
    }
}
