import Foundation
import TestSupport
import Testing

/// The daemon leaves, dies, or stands still; it or another one goes on. One node serves them in turn.
@Suite("Handover", .serialized, .inTurns, .enabled(if: Litecoind.isInstalled, "litecoind is not installed"))
struct HandoverTests {
    private static let starting = Task { try await Litecoind() }
    private let node: Litecoind

    init() async throws {
        node = try await Self.starting.value
    }

    @Test("SIGTERM gives the network up; the daemon that stood by follows it at once")
    func sigterm() async throws {
        let shop = try await Shop(on: node)
        let address = try await shop.wallet("regular")
        let first = try shop.installation.start()
        try await first.ready()
        let second = try shop.otherHost().start()
        try await second.logs("standing by")
        let standby = try await eventually(
            "the second is ready", within: .seconds(60), look: { try await second.get("/readyz") },
            holds: { $0.status == 200 })
        #expect(standby.body.contains("standby: following, held by"))

        try await shop.walletIsRegistered("regular")
        try await node.send("1", to: address)
        try await node.mine()
        try await shop.event("deposit.detected", of: "regular")
        try await shop.terminate(first)
        // It was given up, so that no lease has to run out.
        try await second.logs("took the lane", within: .seconds(60))
        try await node.mine()
        try await shop.event("deposit.credited", of: "regular")
        try await second.ready()
        #expect(try await second.get("/readyz").body.contains("\"detail\":\"following\""))
        try await shop.terminate(second)
        #expect(try await shop.database.value("SELECT held_by FROM confirmd.network") == nil)
        try await shop.proveBooks()
    }

    @Test("Killed and started again, it goes on; a payment in between is credited once")
    func kill() async throws {
        let shop = try await Shop(on: node)
        let address = try await shop.wallet("regular")
        let first = try shop.installation.start()
        try await first.ready()
        try await shop.walletIsRegistered("regular")
        try await node.send("1", to: address)
        try await node.mine()
        try await first.kill()
        try await node.send("2", to: address)
        try await node.mine()
        let second = try shop.installation.start()
        // The lease of the dead one has to run out first.
        try await second.ready(within: .seconds(30))
        try await node.mine(3)
        try await shop.event("deposit.final", of: "regular", count: 2)
        try await shop.terminate(second)
        #expect(try await shop.balance == ["3", "3", "0"])
        try await shop.proveBooks()
    }

    @Test("A daemon that stood still past its lease finds itself replaced and writes nothing more")
    func frozen() async throws {
        let shop = try await Shop(on: node)
        let address = try await shop.wallet("regular")
        let first = try shop.installation.start()
        try await first.ready()
        let second = try shop.otherHost().start()
        try await second.logs("standing by")
        try await shop.walletIsRegistered("regular")
        try await node.send("1", to: address)
        first.freeze()
        try await node.mine(2)
        try await shop.event("deposit.credited", of: "regular")
        first.thaw()
        try await node.send("2", to: address)
        try await node.mine(4)
        try await shop.event("deposit.final", of: "regular", count: 2)
        try await eventually(
            "the first stands by", within: .seconds(30), look: { try await first.get("/readyz").body },
            holds: { $0.contains("standby") })
        try await shop.terminate(first)
        try await shop.terminate(second)
        #expect(try await shop.balance == ["3", "3", "0"])
        try await shop.proveBooks()
    }
}
