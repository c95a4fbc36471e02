import Foundation
import TestSupport
import Testing

/// PgBouncer between confirmd, those who create and those who read, and PostgreSQL.
@Suite(
    "PgBouncer", .inTurns,
    .enabled(
        if: PgBouncer.isInstalled && Litecoind.isInstalled, "needs pgbouncer and litecoind, which deploy/test installs")
)
struct PoolerTests {
    private static let node = Task { try await Litecoind() }

    /// The configuration of a shop, its database reached through the pooler.
    private func installation(_ shop: Shop, through bouncer: PgBouncer) throws -> Installation {
        try Installation(database: bouncer.url(of: shop.database), networks: [shop.network])
    }

    @Test(
        "Session pooling works as PgBouncer comes, and with startup parameters ignored",
        arguments: ["", "options,extra_float_digits"])
    func session(ignored: String) async throws {
        let shop = try await Shop(on: Self.node.value)
        let bouncer = try await PgBouncer(before: shop.server, mode: "session", ignoring: ignored)
        let pooled = try installation(shop, through: bouncer)
        // It fails for the test server's fsync alone.
        let check = try await pooled.run("config", "check").stdout
        #expect(check.contains("ok: database") && !check.contains("the pooler gave"), "\(check)")
        try await pooled.succeed("migrate", "--check")
        let daemon = try pooled.start()
        try await daemon.ready()
        let address = try await shop.invoice("1", of: "1")
        try await shop.isRegistered("1")
        try await shop.node.send("1", to: address)
        try await shop.node.mine(2)
        try await shop.reaches("paid", "1")
        #expect(try await pooled.run("status").exit == .status(0))
        try await daemon.terminate()
    }

    @Test(
        "Transaction pooling is refused by every command with what to do, and leaves nothing behind",
        arguments: ["", "options,extra_float_digits"])
    func transaction(ignored: String) async throws {
        let shop = try await Shop(on: Self.node.value)
        let bouncer = try await PgBouncer(before: shop.server, mode: "transaction", ignoring: ignored)
        let pooled = try installation(shop, through: bouncer)
        for command in [
            ["migrate"], ["migrate", "--check"], ["status"], ["project", "set", "shop"], ["config", "check"],
        ] {
            let output = try await Executable.run(command + ["--config", pooled.configuration])
            #expect(output.exit == .status(78), "\(command)")
            #expect((output.stdout + output.stderr).contains("set pool_mode = session for it"), "\(command)")
        }
        let daemon = try pooled.start()
        #expect(try await daemon.ends() == .status(78))
        #expect(daemon.log.contains("set pool_mode = session for it"))
        #expect(try await shop.database.value("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == "0")
        try await shop.installation.succeed("migrate")
    }

    @Test("A pool that is too small is told by config check and by the daemon, which goes on once it is not")
    func tooSmall() async throws {
        let shop = try await Shop(on: Self.node.value)
        let bouncer = try await PgBouncer(before: shop.server, mode: "session", pool: 3)
        let pooled = try installation(shop, through: bouncer)
        let check = try await pooled.run("config", "check").stdout
        #expect(check.contains(/the pooler gave [1-3] connections at once, a daemon needs 6/), "\(check)")
        let daemon = try pooled.start()
        try await daemon.logs("a pooler does that whose connections are all in use", within: .seconds(60))
        #expect(try await daemon.get("/readyz").status == 503)
        try await daemon.terminate()
    }

    @Test(
        "Creators and consumers go through transaction pooling",
        .enabled(if: Python.path != nil, "needs .build-python, which deploy/test makes"))
    func contract() async throws {
        let shop = try await Shop(on: Self.node.value)
        try await shop.database.execute(
            "CREATE ROLE pooled_shop LOGIN IN ROLE confirmd_creator; CREATE ROLE pooled_reader LOGIN IN ROLE confirmd_reader"
        )
        let own = try await shop.server.createDatabase()
        let bouncer = try await PgBouncer(
            before: shop.server, mode: "transaction", pool: 2, users: ["postgres", "pooled_shop", "pooled_reader"])
        let consumer = try Child(
            Python.command(
                "deploy/consumer.py", bouncer.url(of: shop.database, user: "pooled_reader"), bouncer.url(of: own)),
            output: Scratch.newPath("consumer"))
        try await shop.following { _ in
            let addresses = try await shop.node.foreignAddresses(10)
            // Three at once, the same orders each.
            let create =
                try Python.command(
                    "Tests/Python/create_orders.py", bouncer.url(of: shop.database, user: "pooled_shop")) + addresses
            async let one = Command.succeed(create)
            async let two = Command.succeed(create)
            async let three = Command.succeed(create)
            let ids = try await [one, two, three]
            #expect(Set(ids).count == 1)
            for number in addresses.indices { try await shop.isRegistered("\(number)") }
            try await shop.node.sendMany(Dictionary(uniqueKeysWithValues: addresses.map { ($0, "0.01") }))
            try await shop.node.mine(3)
            for number in addresses.indices { try await shop.reaches("paid", "\(number)") }
            try await eventually("the consumer has applied everything", within: .seconds(60)) {
                if let exit = consumer.exit { throw TestFailure("the consumer ended with \(exit)", isFinal: true) }
                guard try await own.value("SELECT to_regclass('public.booking') IS NOT NULL") == "t" else {
                    return false
                }
                return try await own.rows("SELECT count(DISTINCT owner), sum(net) FROM booking") == [["10", "0.10"]]
            }
        }
        consumer.signal(SIGKILL)
        try await consumer.waitForExit()
    }
}
