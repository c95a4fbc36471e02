import Foundation
import TestSupport
import Testing

/// Locks that others hold: whose business they are not is not stopped by them, and who waits says for whom.
@Suite("Locks", .inTurns)
struct LockTests {
    /// As if this program had another view than the one before: a migration has something to do, and locks it strictly.
    private static let outdated = "UPDATE confirmd_data.definitions SET checksum = ''"

    @Test("A reader's advisory locks are none of migrate's business")
    func advisory() async throws {
        let desk = try await Desk()
        try await desk.database.execute("CREATE ROLE nosy LOGIN IN ROLE confirmd_reader; \(Self.outdated)")
        let reader = try desk.database.session(user: "nosy")
        try await reader.execute("SELECT pg_advisory_lock(hashtext('confirmd migrate'))")
        #expect(try await desk.installation.succeed("migrate").contains("applied definitions"))
        try await reader.close()
        try await desk.database.execute("DROP ROLE nosy")
    }

    @Test("A migration behind a reader's open transaction lets others pass, names it, and ends once that has ended")
    func migrating() async throws {
        let desk = try await Desk()
        try await desk.database.execute(Self.outdated)
        let reader = try desk.database.session()
        try await reader.execute("SET application_name = 'report'; BEGIN; SELECT FROM confirmd.invoice")
        let output = Scratch.newPath("migrate")
        let migrate = try desk.installation.spawn("migrate", output: output)
        func said() -> String { (try? String(contentsOfFile: output, encoding: .utf8)) ?? "" }
        try await eventually("migrate says who holds the lock", within: .seconds(60)) {
            said().contains("(role postgres, report, in a transaction since ")
        }
        // Everybody else goes on: each waits for a second of the migration's at most.
        for _ in 1...3 {
            #expect(
                try await desk.database.value("SET lock_timeout = '20s'; SELECT count(*) FROM confirmd.invoice") == "0")
        }
        #expect(migrate.exit == nil)
        try await reader.execute("COMMIT")
        #expect(try await migrate.waitForExit(within: .seconds(60)) == .status(0))
        #expect(said().contains("applied definitions"))
        #expect(said().components(separatedBy: "report").count == 2, "once: \(said())")
        try await reader.close()
    }

    @Test("Two programs that migrate at once do the work once")
    func both() async throws {
        let desk = try await Desk(isMigrated: false)
        async let one = desk.installation.succeed("migrate")
        async let two = desk.installation.succeed("migrate")
        let applied = try await (one + two).components(separatedBy: "applied 0001-baseline")
        #expect(applied.count == 2)
    }

    @Test("A daemon that waits for a lock says who holds it", .enabled(if: Litecoind.isInstalled, "needs litecoind"))
    func waiting() async throws {
        let node = try await Litecoind()
        let shop = try await Shop(on: node)
        try await shop.following { daemon in
            let holder = try shop.database.session()
            try await holder.execute(
                "SET application_name = 'hand'; BEGIN; SELECT FROM confirmd_data.network FOR UPDATE")
            try await node.mine()
            try await daemon.logs("(role postgres, hand, in a transaction since ", within: .seconds(60))
            try await eventually("status says so") {
                try await shop.installation.run("status").stdout.contains("a daemon waits for a lock: process")
            }
            try await eventually("the endpoint says so") {
                try await daemon.get("/status.json").body.contains("\"waits_for_locks\":[\"process ")
            }
            try await holder.execute("COMMIT")
            try await holder.close()
            try await daemon.ready()
        }
    }

    @Test("An operator removes a consumer by name, for the record")
    func removeConsumer() async throws {
        let desk = try await Desk()
        try await desk.database.execute("SELECT confirmd.acknowledge('old-shop', 1, 0)")
        let said = try await desk.installation.succeed("outbox", "remove-consumer", "old-shop", "--reason", "replaced")
        #expect(said.contains("the outbox waits no longer for consumer \"old-shop\" of role postgres at position 0"))
        #expect(try await desk.installation.succeed("outbox", "consumers", "--json") == "[]")
        #expect(
            try await desk.fail(1, "outbox", "remove-consumer", "old-shop", "--reason", "again").contains("no consumer")
        )
        #expect(
            try await desk.installation.succeed("outbox", "remove-consumer", "--help").contains(
                "confirmd outbox remove-consumer old-shop"))
    }
}
