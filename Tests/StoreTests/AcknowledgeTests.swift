import Store
import TestSupport
import Testing

@Suite("Checkpoints of consumers")
struct AcknowledgeTests {
    /// A database with events up to position 5.
    private func start() async throws -> MigratedDatabase {
        let migrated = try await MigratedDatabase()
        try await migrated.writeEvents(5)
        return migrated
    }

    private func acknowledge(
        _ position: Int64, incarnation: Int = 1, consumer: String = "books", as role: String = "billing",
        of migrated: MigratedDatabase
    ) async -> String? {
        await migrated.refusal(
            of: "SELECT confirmd.acknowledge('\(consumer)', \(incarnation), \(position))", as: role)
    }

    @Test("It moves forward, says how far behind it is, and may be repeated")
    func forward() async throws {
        let migrated = try await start()
        for position: Int64 in [0, 3, 3] { #expect(await acknowledge(position, of: migrated) == nil) }
        let seen =
            "SELECT consumer, role, incarnation, position, lag, waiting_since IS NULL FROM confirmd.outbox_consumer"
        #expect(try await migrated.database.rows(seen) == [["books", "billing", "1", "3", "2", "f"]])
        let shown = try await Reader(migrated.connection).outboxConsumers()
        #expect(shown.map(\.consumer) == ["books"] && shown.map(\.lag) == [2] && shown[0].waitingSince != nil)
        #expect(await acknowledge(5, of: migrated) == nil)
        #expect(try await migrated.database.rows(seen) == [["books", "billing", "1", "5", "0", "t"]])
    }

    @Test("Backward, ahead, of another role or another incarnation: each is refused with its own code")
    func refused() async throws {
        let migrated = try await start()
        #expect(await acknowledge(3, of: migrated) == nil)
        #expect(await acknowledge(4, as: "mailing", of: migrated) == "CF010")
        #expect(await acknowledge(2, of: migrated) == "CF011")
        #expect(await acknowledge(6, of: migrated) == "CF012")
        #expect(await acknowledge(4, incarnation: 2, of: migrated) == "CF014")
        try await migrated.database.execute("SELECT confirmd_data.begin_incarnation('test')")
        #expect(await acknowledge(4, of: migrated) == "CF013")
        #expect(await acknowledge(4, incarnation: 2, of: migrated) == nil)
        #expect(await acknowledge(-1, of: migrated) == "CF005")
        #expect(await acknowledge(1, consumer: "", of: migrated) == "CF005")
        #expect(await acknowledge(1, consumer: String(repeating: "x", count: 65), of: migrated) == "CF005")
        #expect(await migrated.refusal(of: "SELECT confirmd.acknowledge(NULL, 1, 1)", as: "billing") == "CF005")
        #expect(await migrated.refusal(of: "SELECT confirmd.acknowledge('x', NULL, 1)", as: "billing") == "CF005")
        #expect(await migrated.refusal(of: "SELECT confirmd.acknowledge('x', 1, NULL)", as: "billing") == "CF005")
        #expect(try await migrated.database.value("SELECT count(*) FROM confirmd.outbox_consumer") == "1")
    }

    // SET ROLE changes what a session may do, not who it is.
    @Test("The session's role counts, also under SET ROLE")
    func setRole() async throws {
        let migrated = try await start()
        #expect(await acknowledge(3, of: migrated) == nil)
        let disguised = "SET ROLE confirmd_reader; SELECT confirmd.acknowledge('books', 1, 4)"
        #expect(await migrated.refusal(of: disguised, as: "mailing") == "CF010")
        #expect(await migrated.refusal(of: disguised, as: "billing") == nil)
    }

    @Test("A role can't fill the table")
    func bounded() async throws {
        let migrated = try await start()
        #expect(
            await migrated.refusal(
                of: "SELECT confirmd.acknowledge('c' || n, 1, 0) FROM generate_series(1, 101) n", as: "billing")
                == "CF015")
        #expect(await acknowledge(0, as: "mailing", of: migrated) == nil)
    }

    @Test("A consumer's open transaction holds up no event and no retention")
    func open() async throws {
        let migrated = try await start()
        #expect(await acknowledge(0, of: migrated) == nil)
        try await migrated.whileOpen("SELECT confirmd.acknowledge('books', 1, 3)", as: "billing") {
            try await migrated.writeEvents(1)
            for call in ["extend_outbox()", "trim_outbox('0')", "begin_incarnation('test')"] {
                try await migrated.database.execute("SET lock_timeout = '1s'; SELECT confirmd_data.\(call)")
            }
        }
        #expect(try await migrated.database.value("SELECT position FROM confirmd.outbox_consumer") == "3")
    }
}
