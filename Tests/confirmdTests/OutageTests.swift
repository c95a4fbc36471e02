import Foundation
import TestSupport
import Testing

/// Everything the daemon depends on goes away and comes back; it waits and misses nothing.
@Suite("Outages", .serialized, .inTurns, .enabled(if: Litecoind.isInstalled, "litecoind is not installed"))
struct OutageTests {
    @Test("A node that restarts is waited for, and said to be missed")
    func nodeRestart() async throws {
        let node = try await Litecoind()
        let shop = try await Shop(on: node)
        let addresses = [try await shop.invoice("1", of: "1"), try await shop.invoice("2", of: "1")]
        try await shop.following { daemon in
            try await shop.isRegistered("2")
            try await node.send("1", to: addresses[0])
            try await node.mine()
            try await shop.event("deposit.detected", of: "1")
            try await node.stop()
            let answer = try await eventually(
                "readiness is gone", within: .seconds(30), look: { try await daemon.get("/readyz") },
                holds: { $0.status == 503 })
            #expect(answer.body.contains("no node"))
            #expect(try await daemon.get("/healthz").status == 200)
            try await node.start()
            try await node.send("1", to: addresses[1])
            try await node.mine(2)
            try await shop.reaches("paid", "1")
            try await shop.reaches("paid", "2")
            try await daemon.ready()
        }
    }

    @Test("PostgreSQL crashes again and again under payments; nothing is lost or doubled")
    func databaseCrash() async throws {
        let node = try await Litecoind()
        let server = try await PrivatePostgres(durable: true)
        let shop = try await Shop(on: node, server: server, terms: "--service-fee", "1%")
        let address = try await shop.wallet("regular")
        try await shop.following { daemon in
            try await shop.walletIsRegistered("regular")
            for _ in 1...3 {
                try await node.send("1", to: address)
                try await node.mine()
                try await server.stop(immediate: true)
                try await eventually("readiness is gone", within: .seconds(30)) {
                    try await daemon.get("/readyz").status == 503
                }
                #expect(try await daemon.get("/healthz").status == 200)
                try await node.mine()
                try await server.start()
                try await shop.cursorReachesTip()
            }
            try await node.mine(4)
            try await shop.event("deposit.final", of: "regular", count: 3)
            try await daemon.ready()
        }
        #expect(try await shop.balance == ["2.97", "2.97", "0.03"])
    }

    @Test("A daemon that starts before its database and its node waits for both")
    func startsFirst() async throws {
        let node = try await Litecoind()
        let server = try await PrivatePostgres()
        let shop = try await Shop(on: node, server: server)
        let address = try await shop.invoice("1", of: "1")
        try await node.send("1", to: address)
        try await node.mine(2)
        try await server.stop()
        try await node.stop()
        let daemon = try shop.installation.start()
        try await eventually("it answers", within: .seconds(30)) { try await daemon.get("/healthz").status == 200 }
        #expect(try await daemon.get("/readyz").status == 503)
        try await server.start()
        let answer = try await eventually(
            "the database answers", within: .seconds(30), look: { try await daemon.get("/readyz") },
            holds: { $0.body.contains("\"database\":\"answers\"") })
        #expect(answer.status == 503)
        try await node.start()
        try await daemon.ready(within: .seconds(60))
        try await shop.reaches("paid", "1")
        try await shop.terminate(daemon)
        try await shop.proveBooks()
    }

    @Test("Told to leave while the database is away, it leaves all the same")
    func leavesWithoutDatabase() async throws {
        let node = try await Litecoind()
        let server = try await PrivatePostgres()
        let shop = try await Shop(on: node, server: server)
        let daemon = try shop.installation.start()
        try await daemon.ready()
        try await server.stop(immediate: true)
        try await eventually("readiness is gone", within: .seconds(30)) {
            try await daemon.get("/readyz").status == 503
        }
        try await shop.terminate(daemon)
    }

    @Test("Told to leave while its commit waits for a lock, it leaves in time and has written nothing by halves")
    func leavesWhileLocked() async throws {
        let node = try await Litecoind()
        let shop = try await Shop(on: node)
        let address = try await shop.invoice("1", of: "1")
        let daemon = try shop.installation.start()
        try await daemon.ready()
        try await shop.isRegistered("1")
        let administrator = try shop.database.session()
        try await administrator.execute("BEGIN; SELECT FROM confirmd_data.owner FOR UPDATE")
        try await node.send("1", to: address)
        try await node.mine(2)
        try await eventually("the commit waits") {
            try await shop.database.value(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
                == "1"
        }
        try await shop.terminate(daemon)
        try await administrator.close()
        try await shop.proveBooks()
        try await shop.following { _ in try await shop.reaches("paid", "1") }
    }

    @Test("Told to leave while its node answers nothing, it leaves in time")
    func leavesWithoutNode() async throws {
        let node = try await Litecoind()
        let shop = try await Shop(on: node)
        let address = try await node.newAddress()
        let daemon = try shop.installation.start()
        try await daemon.ready()
        await node.freeze()
        // Its registration needs blocks that the node does not hand out.
        try await shop.invoice("1", of: "1", at: address)
        try await daemon.logs("scanning back")
        try await shop.terminate(daemon)
        #expect(try await shop.database.value("SELECT held_by FROM confirmd.network") == nil)
        await node.thaw()
        try await shop.following { _ in try await shop.isRegistered("1") }
    }
}
