import Postgres
import Store
import TestSupport
import Testing

@Suite("Commits that must not be lost")
struct DurabilityTests {
    /// What `synchronous_commit` is at the end of a transaction that began with it off.
    private func setting(after call: String, of migrated: MigratedDatabase) async throws -> String? {
        let connection = try migrated.connect()
        let setting = try await connection.transaction { transaction in
            try transaction.executeScript("SET LOCAL synchronous_commit = off; \(call)")
            return try transaction.query("SELECT current_setting('synchronous_commit') AS now").only
                .decode("now", as: String.self)
        }
        await connection.close()
        return setting
    }

    @Test("Whatever is set for database or role, what creators and operators write is on disk when they are answered")
    func callers() async throws {
        let migrated = try await MigratedDatabase()
        let option = #"'[{"asset": "LTC", "address": "a", "amount": "1"}]'"#
        for call in [
            "SELECT confirmd.create_invoice('shop', '1', \(option))",
            "SELECT confirmd.create_static_wallet('shop', 'anna', 'LTC', 'b')",
            "SELECT confirmd.add_option(id, 'LTC', 'c', '1') FROM confirmd.invoice",
            "SELECT confirmd.mark_paid(id, 'cash') FROM confirmd.invoice",
            "SELECT confirmd.new_outbox_incarnation('restored')", "SELECT confirmd.set_project('shop')",
        ] {
            #expect(try await setting(after: call, of: migrated) == "on", "\(call)")
        }
        // A checkpoint that is lost only means that some events are kept for longer.
        #expect(try await setting(after: "SELECT confirmd.acknowledge('books', 2, 0)", of: migrated) == "off")
        // Who waits for standbys goes on to.
        let call = "SET LOCAL synchronous_commit = remote_apply; SELECT confirmd.set_project('shop')"
        #expect(try await setting(after: call, of: migrated) == "remote_apply")
    }

    @Test("Only what can't be overridden is a flaw of the server")
    func flaws() async throws {
        let weak = try await MigratedDatabase()
        #expect(try await DurabilityFlaw.find(weak.connection) == [.fsync, .fullPageWrites])
        let strong = try await PrivatePostgres(durable: true, settings: "synchronous_commit = off\n")
        let connection = PostgresConnection(
            configuration: try PostgresConfiguration(url: strong.administration.url))
        #expect(try await DurabilityFlaw.find(connection) == [])
        try await strong.stop()
    }
}
