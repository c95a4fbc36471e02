import Foundation
import TestSupport
import Testing

/// Clocks that are wrong: a miner's, and the database's, which is put right again.
@Suite("Clocks", .serialized, .inTurns, .enabled(if: Litecoind.isInstalled, "litecoind is not installed"))
struct ClockTests {
    /// Never in time for a test, so that payments are seen in their blocks first.
    private static let settings = "mempool: { interval: 1h }\narrival_grace: 0s\npoll_interval: 500ms"

    private func expire(_ order: String, after time: String, at address: String, in shop: Shop) async throws {
        try await shop.installation.succeed(
            "invoice", "create", "--no-wait", "--project", "shop", "--order", order, "--option", "LTC:\(address):1",
            "--expires-in", time)
    }

    @Test("Paid before the deadline in a block that a miner dated after it, an invoice is paid, now and for ever")
    func minerAhead() async throws {
        let node = try await Litecoind()
        let shop = try await Shop(on: node, settings: Self.settings)
        try await shop.following { _ in
            let address = try await node.newAddress()
            try await expire("in-time", after: "1h", at: address, in: shop)
            try await shop.isRegistered("in-time")
            try await node.setClock(to: Date(timeIntervalSinceNow: 7_100))
            try await node.send("1", to: address)
            try await node.mine(2)
            try await shop.reaches("paid", "in-time")
            #expect(
                try await shop.database.rows("SELECT late, seen_at <= recorded_at FROM confirmd.deposit")
                    == [["f", "t"]])
            // One that nobody pays has its time by the database's clock.
            let unpaid = try await node.newAddress()
            try await expire("unpaid", after: "1h", at: unpaid, in: shop)
            try await shop.isRegistered("unpaid")
            try await node.mine()
            try await shop.cursorReachesTip()
            #expect(try await shop.status(of: "unpaid") == "created")
        }
    }

    @Test("A lease written while the database's clock was hours ahead holds the lanes for as long as a lease lasts")
    func orphanLease() async throws {
        let node = try await Litecoind()
        let shop = try await Shop(on: node, settings: Self.settings)
        let address = try await shop.invoice("1", of: "1")
        // As a daemon leaves it that died before the clock was put right.
        try await shop.database.execute(
            """
            INSERT INTO confirmd_data.lane (lane) VALUES ('litecoin') ON CONFLICT DO NOTHING;
            UPDATE confirmd_data.lane SET holder = gen_random_uuid(), host = 'dead', epoch = epoch + 1,
                held_until = clock_timestamp() + interval '2 hours';
            """)
        let status = try await shop.installation.run("status")
        #expect(status.status == 1 && !status.stdout.contains("dead"), "\(status.stdout)")
        let daemon = try shop.installation.start()
        try await daemon.logs("standing by")
        #expect(try await daemon.get("/readyz").status == 503)
        try await daemon.logs("took the lane", within: .seconds(60))
        try await node.send("1", to: address)
        try await node.mine(2)
        try await shop.reaches("paid", "1")
        try await daemon.ready()
        try await shop.terminate(daemon)
    }

    @Test("A watermark written while the clock was ahead lets no invoice expire in an outage")
    func futureWatermark() async throws {
        let node = try await Litecoind()
        let shop = try await Shop(on: node, settings: Self.settings)
        try await shop.following { daemon in
            try await shop.invoice("1", of: "1")
            try await shop.isRegistered("1")
            try await node.stop()
            try await eventually("the node is missed") { try await daemon.get("/readyz").status == 503 }
            try await shop.database.execute(
                """
                BEGIN;
                UPDATE confirmd_data.network SET observed_through = clock_timestamp() + interval '2 hours';
                UPDATE confirmd_data.invoice SET expires_at = date_trunc('second', clock_timestamp()) + interval '1 s';
                UPDATE confirmd_data.owner SET check_at = clock_timestamp() + interval '2 s';
                COMMIT;
                """)
            // It is unknown at once to whoever reads it, and withdrawn by the lane's holder.
            #expect(try await shop.database.value("SELECT observed_through FROM confirmd.network") == nil)
            try await eventually("it is withdrawn") {
                try await shop.database.value("SELECT observed_through FROM confirmd_data.network") == nil
            }
            try await eventually("the deadline is over") {
                try await shop.database.value(
                    "SELECT expires_at + interval '3 s' < clock_timestamp() FROM confirmd.invoice") == "t"
            }
            #expect(try await shop.status(of: "1") == "created")
            try await node.start()
            try await shop.reaches("canceled", "1")
        }
    }

    @Test("A payment sighted while the clock was ahead is in time, and holds the expiry back for no longer than it may")
    func futureSighting() async throws {
        let node = try await Litecoind()
        let shop = try await Shop(on: node, settings: "mempool: { interval: 1s }\narrival_grace: 0s")
        try await shop.following { _ in
            let address = try await shop.invoice("1", of: "1")
            try await shop.isRegistered("1")
            try await node.send("1", to: address)
            try await shop.event("deposit.detected", of: "1")
            try await shop.database.execute(
                "UPDATE confirmd_data.deposit SET late = true, seen_at = clock_timestamp() + interval '1 year'")
            try await eventually("it was seen by now at the latest") {
                try await shop.database.value("SELECT seen_at <= clock_timestamp() FROM confirmd_data.deposit") == "t"
            }
            try await node.mine(2)
            try await shop.reaches("paid", "1")
            #expect(try await shop.database.value("SELECT late FROM confirmd.deposit") == "f")
        }
    }
}
