import Foundation
import Glibc
import TestSupport
import Testing

/// The database lost commits that somebody had seen: positions are never given twice in one incarnation.
@Suite("Incarnations", .serialized, .inTurns, .enabled(if: Litecoind.isInstalled, "litecoind is not installed"))
struct IncarnationTests {
    private static let starting = Task { try await Litecoind() }
    private let node: Litecoind

    init() async throws {
        node = try await Self.starting.value
    }

    private func incarnations(of shop: Shop) async throws -> [[String?]] {
        try await shop.database.rows(
            "SELECT incarnation, first_position, reason FROM confirmd.outbox_incarnation ORDER BY 1")
    }

    private func position(in shop: Shop) async throws -> Int {
        Int(try await shop.database.value("SELECT max(position) FROM confirmd.outbox") ?? "") ?? 0
    }

    /// Runs the daemon while a customer pays into his wallet, until that is credited.
    private func paying(_ amount: String, to address: String, count: Int, in shop: Shop) async throws {
        let daemon = try shop.installation.start()
        try await daemon.ready()
        try await pay(amount, to: address, count: count, in: shop)
        try await shop.terminate(daemon)
    }

    private func pay(_ amount: String, to address: String, count: Int, in shop: Shop) async throws {
        try await node.send(amount, to: address)
        try await node.mine(2)
        try await shop.event("deposit.credited", of: "regular", count: count)
    }

    @Test(
        "After a restore that keeps server and timeline an operator's takes effect in the call, and a consumer loses nothing",
        .enabled(if: Python.path != nil, "needs .build-python, which deploy/test makes"))
    func restored() async throws {
        let server = try await PrivatePostgres()
        let shop = try await Shop(on: node, server: server, settings: "mempool: { interval: 1h }")
        try await shop.database.execute("CREATE ROLE billing LOGIN IN ROLE confirmd_reader")
        let books = try await PrivatePostgres.shared.createDatabase()
        let log = Scratch.newPath("consumer")
        func consumer() throws -> Child {
            try Child(
                Python.command("deploy/consumer.py", shop.database.url(user: "billing"), books.url), output: log)
        }
        func isRead() async throws {
            let end = try await position(in: shop)
            try await eventually("the consumer has read to \(end)") {
                Int(try await books.value("SELECT position FROM place") ?? "") ?? -1 >= end
            }
        }

        let address = try await shop.wallet("regular")
        try await paying("1", to: address, count: 1, in: shop)
        let kept = try await position(in: shop)
        try await server.stop()
        let snapshot = try await server.snapshot()
        try await server.start()
        try await paying("2", to: address, count: 2, in: shop)
        let before = try consumer()
        try await isRead()
        before.signal(SIGKILL)
        try await before.waitForExit()
        try await server.stop()
        try await server.restore(snapshot)
        try await server.start()

        // Before the first start, as the guide says; no daemon has to carry it out.
        let said = try await shop.installation.succeed("outbox", "new-incarnation", "--reason", "restored")
        #expect(said == "the outbox has a new incarnation: 2")
        #expect(
            try await shop.database.rows("SELECT kind, outcome, decided_at IS NULL FROM confirmd.operator_command")
                == [["new_incarnation", "applied", "f"]])
        #expect(try await incarnations(of: shop).last == ["2", "\(kept + 1)", "restored"])

        // The settlement lane does nothing: it may not be waited for.
        let administrator = try shop.database.session()
        try await administrator.execute("BEGIN; SELECT FROM confirmd_data.lane WHERE lane = 'settlement' FOR UPDATE")
        let daemon = try shop.installation.start()
        try await shop.event("deposit.credited", of: "regular", count: 2)
        try await pay("4", to: address, count: 3, in: shop)
        let after = try consumer()
        try await isRead()
        #expect(
            try await shop.database.value(
                "SELECT bool_and((incarnation = 2) = (position > \(kept))) FROM confirmd.outbox") == "t")
        #expect(try await books.value("SELECT sum(net) FROM booking") == "7")
        #expect(try await shop.balance.first == "7")
        after.signal(SIGKILL)
        try await administrator.close()
        try await daemon.terminate()
        try await shop.proveBooks()
    }

    @Test("A daemon that finds events gone that it has seen begins one itself, before any further event")
    func ownStepGone() async throws {
        let server = try await PrivatePostgres()
        let shop = try await Shop(on: node, server: server, settings: "mempool: { interval: 1h }")
        let address = try await shop.wallet("regular")
        try await paying("1", to: address, count: 1, in: shop)
        let kept = try await position(in: shop)
        try await server.stop()
        let snapshot = try await server.snapshot()
        try await server.start()
        try await shop.following { daemon in
            try await pay("2", to: address, count: 2, in: shop)
            let seen = try await position(in: shop)
            try await server.stop(immediate: true)
            try await server.restore(snapshot)
            try await server.start()
            try await shop.event("deposit.credited", of: "regular", count: 2)
            #expect(
                try await incarnations(of: shop)
                    == [["1", "1", "first"], ["2", "\(kept + 1)", "position \(seen) became \(kept)"]])
            try await daemon.ready(within: .seconds(60))
            // This server can lose anything, and the daemon said so when it started.
            #expect(daemon.log.contains("the database may lose commits") && daemon.log.contains("fsync = off"))
        }
    }

    @Test("Where events are gone and nothing is left to do, consumers still learn of it")
    func nothingToWrite() async throws {
        let server = try await PrivatePostgres()
        let shop = try await Shop(on: node, server: server, settings: "mempool: { interval: 1h }")
        try await shop.following { _ in
            try await shop.invoice("regretted", of: "1")
            try await shop.isRegistered("regretted")
        }
        let kept = try await position(in: shop)
        try await server.stop()
        let snapshot = try await server.snapshot()
        try await server.start()
        try await shop.following { daemon in
            let invoice = try #require(try await shop.database.value("SELECT id FROM confirmd.invoice"))
            try await shop.installation.succeed("invoice", "cancel", invoice, "--reason", "asked for")
            try await shop.reaches("canceled", "regretted")
            try await server.stop(immediate: true)
            try await server.restore(snapshot)
            try await server.start()
            try await eventually("a new incarnation begins", within: .seconds(60)) {
                try await incarnations(of: shop)
                    == [["1", "1", "first"], ["2", "\(kept + 1)", "position \(kept + 1) became \(kept)"]]
            }
            #expect(try await position(in: shop) == kept)
        }
    }

    @Test("Nothing that was told is lost when the database is set not to wait for its disk, and crashes")
    func notWaitingForDisk() async throws {
        let server = try await PrivatePostgres(durable: true, settings: "wal_writer_delay = '10s'\n")
        let shop = try await Shop(on: node, server: server, settings: "mempool: { interval: 1h }")
        try await shop.database.execute(
            "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database()); END $$")
        let address = try await shop.wallet("regular")
        try await shop.following { daemon in
            #expect(!daemon.log.contains("the database may lose commits"))
            try await shop.walletIsRegistered("regular")
            try await pay("1", to: address, count: 1, in: shop)
            try await shop.invoice("told", of: "1")
            let told = try await shop.database.rows("SELECT position, id FROM confirmd.outbox ORDER BY position")
            try await server.stop(immediate: true)
            try await server.start()
            let kept = try await shop.database.rows("SELECT position, id FROM confirmd.outbox ORDER BY position")
            #expect(Array(kept.prefix(told.count)) == told)
            #expect(try await shop.status(of: "told") != nil)
            #expect(try await incarnations(of: shop).count == 1)
        }
    }
}
