import Foundation
import TestSupport
import Testing

/// Two servers and a URL that leads to whichever is writable. The one that was given up is started again.
@Suite(
    "An old primary returns", .serialized, .inTurns, .enabled(if: Litecoind.isInstalled, "litecoind is not installed"))
struct OldPrimaryTests {
    private static let network = "SELECT epoch, step FROM confirmd_data.lane ORDER BY lane"

    /// Breaks every connection of the daemon to a server, so that it looks for one anew.
    private func disconnect(_ database: TestDatabase) async throws {
        try await database.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'confirmd'")
    }

    private func credits(in database: TestDatabase, are count: Int) async throws {
        try await eventually("\(count) credits", within: .seconds(90)) {
            try await database.value("SELECT count(*) FROM confirmd.outbox WHERE type = 'deposit.credited'")
                == "\(count)"
        }
    }

    /// Waits until the daemon says that it refuses a database.
    private func isRefusing(_ daemon: Daemon) async throws {
        try await eventually(
            "an old database is refused", within: .seconds(60), look: { try await daemon.get("/readyz") },
            holds: { $0.status == 503 && $0.body.contains("this is an old database") })
    }

    @Test(
        "It is refused, visibly, while it is the one that is found; the newest is taken again, or what an operator chose"
    )
    func returns() async throws {
        let node = try await Litecoind()
        let old = try await PrivatePostgres()
        let shop = try await Shop(on: node, server: old)
        let address = try await shop.wallet("regular")
        let first = try shop.installation.start()
        try await first.ready()
        try await shop.walletIsRegistered("regular")
        try await shop.terminate(first)

        let new = try await PrivatePostgres(copying: old)
        let survivor = new.database(shop.database.name)
        let installation = try Installation(database: shop.database.url(or: survivor), networks: [shop.network])
        let daemon = try installation.start()
        try await daemon.ready()
        try await node.send("1", to: address)
        try await node.mine(2)
        try await credits(in: shop.database, are: 1)

        try await old.stop(immediate: true)
        try await new.administration.execute("SELECT pg_promote()")
        try await credits(in: survivor, are: 1)
        try await daemon.ready(within: .seconds(60))
        #expect(try await survivor.value("SELECT max(incarnation) FROM confirmd.outbox_incarnation") == "2")

        try await old.start()
        let before = try await shop.database.rows(Self.network)
        try await disconnect(survivor)
        try await isRefusing(daemon)
        try await daemon.logs("a database is refused")
        try await node.send("2", to: address)
        try await node.mine(2)
        // The lease that it had there is over after ten seconds.
        try await eventually(
            "nobody follows it, and the reason is told", look: { try await installation.run("status") },
            holds: { $0.status == 1 && $0.stdout.contains("this is an old database") })
        #expect(try await shop.database.rows(Self.network) == before)
        #expect(try await shop.database.value("SELECT max(incarnation) FROM confirmd.outbox_incarnation") == "1")

        try await old.stop()
        try await credits(in: survivor, are: 2)
        try await daemon.ready(within: .seconds(60))

        // An operator may want it all the same.
        try await old.start()
        try await disconnect(survivor)
        try await isRefusing(daemon)
        try await installation.succeed(
            "outbox", "new-incarnation", "--above", "2", "--reason", "the other one is damaged")
        try await credits(in: shop.database, are: 2)
        try await daemon.ready(within: .seconds(60))
        #expect(
            try await shop.database.rows("SELECT incarnation, reason FROM confirmd.outbox_incarnation ORDER BY 1")
                == [["1", "first"], ["3", "the other one is damaged"]])
        #expect(try await daemon.terminate() == .status(0))
        try await shop.proveBooks()
    }

    @Test("Whoever follows the outbox at the command line stops at a database that is older than what it has printed")
    func follower() async throws {
        let desk = try await Desk()
        try await desk.installation.succeed("outbox", "new-incarnation", "--reason", "restored")
        let output = Scratch.newPath("events")
        let follower = try desk.installation.spawn("outbox", "read", "--follow", output: output)
        try await eventually("it follows") {
            try await desk.database.value(
                """
                SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
                AND query LIKE '%outbox_incarnation%' AND pid <> pg_backend_pid()
                """) != "0"
        }
        // As the copy of a backup would look that took this database's place.
        try await desk.database.execute("DELETE FROM confirmd.outbox_incarnation WHERE incarnation = 2")
        #expect(try await follower.waitForExit(within: .seconds(30)) == .status(1))
        let said = try String(contentsOfFile: output, encoding: .utf8)
        #expect(
            said.contains("the outbox is in incarnation 1") && said.contains("new-incarnation --above 2"), "\(said)")
    }
}
