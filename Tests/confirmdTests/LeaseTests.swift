import TestSupport
import Testing

/// Two daemons and one database. How long a change of hands takes is printed.
@Suite("Lease", .serialized, .inTurns, .enabled(if: Litecoind.isInstalled, "litecoind is not installed"))
struct LeaseTests {
    private static let starting = Task { try await Litecoind() }
    private let node: Litecoind

    init() async throws {
        node = try await Self.starting.value
    }

    @Test("A holder that stands still past its lease is replaced; when it wakes up it writes nothing, and stands by")
    func stopped() async throws {
        let shop = try await Shop(on: node, settings: "mempool: { interval: 1h }")
        let address = try await shop.wallet("regular")
        let first = try shop.installation.start()
        try await first.ready()
        let second = try shop.otherHost().start()
        try await second.logs("standing by")
        try await shop.walletIsRegistered("regular")
        let standby = try await eventually(
            "the second is ready", look: { try await second.get("/readyz") }, holds: { $0.status == 200 })
        #expect(standby.body.contains("standby: following, held by"))
        let epoch = try await epoch(of: shop)

        let moment = try await now(in: shop)
        first.freeze()
        try await node.send("1", to: address)
        try await node.mine(2)
        try await shop.event("deposit.credited", of: "regular")
        #expect(try await self.epoch(of: shop) == epoch + 1)
        let pause = try await firstEvent(after: moment, in: shop)
        print("SIGSTOP to the other's first commit: \(pause) s")
        // Ten seconds of lease, and at most two until it asks again.
        #expect(pause > 5 && pause < 25)

        // It wakes up in the middle of what it was doing, with blocks to be had.
        try await node.send("2", to: address)
        try await node.mine()
        first.thaw()
        try await node.mine()
        try await shop.event("deposit.credited", of: "regular", count: 2)
        try await first.logs("standing by")
        #expect(first.log.contains("gave up the lane") || first.log.contains("another daemon took the lane"))
        #expect(try await self.epoch(of: shop) == epoch + 1)
        let told = try await shop.turns(of: "regular").filter { $0.status != "final" }
        #expect(told.map(\.status) == ["detected", "credited", "detected", "credited"])

        // And back again, without waiting for the lease.
        let leaving = try await now(in: shop)
        try await shop.terminate(second)
        try await node.mine(2)
        try await shop.event("deposit.final", of: "regular", count: 2)
        let handover = try await firstEvent(after: leaving, in: shop)
        print("SIGTERM to the other's first commit: \(handover) s")
        #expect(handover < 8)
        try await first.ready()
        #expect(try await first.get("/readyz").body.contains("\"detail\":\"following\""))
        try await shop.terminate(first)
        #expect(try await shop.balance == ["3", "3", "0"])
        try await shop.proveBooks()
    }

    @Test("A commit under an epoch that is over is refused, while its daemon still believes in its lease")
    func fenced() async throws {
        let shop = try await Shop(on: node, settings: "mempool: { interval: 1h }")
        let address = try await shop.wallet("regular")
        try await shop.following { daemon in
            try await shop.walletIsRegistered("regular")
            var payments = 0
            // A renewal that happens to come first would tell it too.
            repeat {
                // Another daemon takes the lane, without a word to this one.
                let end = try await shop.database.value(
                    """
                    UPDATE confirmd_data.lane SET epoch = epoch + 1, holder = gen_random_uuid(), host = 'elsewhere',
                        held_until = clock_timestamp() + interval '5 s' WHERE lane = 'litecoin' RETURNING held_until
                    """)
                try await node.send("1", to: address)
                try await node.mine()
                payments += 1
                try await shop.event("deposit.detected", of: "regular", count: payments)
                #expect(
                    try await shop.database.value(
                        "SELECT max(occurred_at) > :'end' FROM confirmd.outbox WHERE type = 'deposit.detected'",
                        ["end": end ?? ""]) == "t")
            } while !daemon.log.contains("another daemon took the lane") && payments < 5
            try await daemon.logs("another daemon took the lane; dropping everything in memory")
            try await node.mine(3)
            try await shop.event("deposit.final", of: "regular", count: payments)
        }
    }

    private func epoch(of shop: Shop) async throws -> Int {
        Int(try await shop.database.value("SELECT epoch FROM confirmd.network") ?? "") ?? 0
    }

    private func now(in shop: Shop) async throws -> String {
        try await shop.database.value("SELECT clock_timestamp()") ?? ""
    }

    /// Seconds from `moment` to the first event written since.
    private func firstEvent(after moment: String, in shop: Shop) async throws -> Double {
        let seconds = try await shop.database.value(
            """
            SELECT round(extract(epoch FROM min(occurred_at) - :'moment'::timestamptz), 2)
            FROM confirmd.outbox WHERE occurred_at > :'moment'
            """, ["moment": moment])
        return try #require(seconds.flatMap { Double($0) })
    }
}
