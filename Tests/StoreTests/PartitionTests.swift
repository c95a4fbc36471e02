import Store
import TestSupport
import Testing

@Suite("Partitions of the outbox")
struct PartitionTests {
    private static let million: Int64 = 1_000_000

    private func call(_ function: String, of migrated: MigratedDatabase) async throws -> [String] {
        try await migrated.database.rows(
            "SET lock_timeout = '1s'; SELECT unnest(confirmd_data.\(function))", user: "confirmd_daemon"
        ).compactMap { $0[0] }
    }

    private func partitions(_ migrated: MigratedDatabase) async throws -> [String] {
        try await migrated.database.rows(
            """
            SELECT c.relname FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid
            WHERE inhparent = 'confirmd.outbox'::regclass ORDER BY c.relname
            """
        ).compactMap { $0[0] }
    }

    /// Events in the partitions 0, 1 and 2: the last two of each of the first, one in the third.
    private func threePartitions() async throws -> MigratedDatabase {
        let migrated = try await MigratedDatabase()
        try await migrated.skip(to: Self.million - 3)
        try await migrated.writeEvents(2)
        try await migrated.skip(to: 2 * Self.million - 3)
        try await migrated.writeEvents(3)
        return migrated
    }

    private func read(_ consumer: String, through position: Int64, of migrated: MigratedDatabase) async throws {
        try await migrated.database.execute(
            "SELECT confirmd.acknowledge('\(consumer)', 1, \(position))", user: "confirmd_reader")
    }

    @Test("There are always two ahead, and events cross into the next by themselves")
    func ahead() async throws {
        let migrated = try await MigratedDatabase()
        #expect(try await partitions(migrated) == ["outbox_0", "outbox_1", "outbox_2"])
        #expect(try await call("extend_outbox()", of: migrated) == [])
        try await migrated.skip(to: Self.million - 2)
        try await migrated.writeEvents(3)
        #expect(
            try await migrated.database.rows(
                "SELECT tableoid::regclass::text, position FROM confirmd.outbox ORDER BY position")
                == [
                    ["confirmd_data.outbox_0", "999999"], ["confirmd_data.outbox_1", "1000000"],
                    ["confirmd_data.outbox_1", "1000001"],
                ])
        #expect(try await call("extend_outbox()", of: migrated) == ["outbox_3"])
        #expect(await migrated.refusal(of: "TRUNCATE confirmd_data.outbox_3") == "CF008")
        #expect(await migrated.refusal(of: "DELETE FROM confirmd_data.outbox_1") == "CF008")
    }

    @Test("Only what every consumer has read is dropped, and never without a consumer")
    func behindEveryConsumer() async throws {
        let migrated = try await threePartitions()
        #expect(try await call("trim_outbox('0')", of: migrated) == [])
        try await read("fast", through: 2 * Self.million, of: migrated)
        try await read("slow", through: Self.million - 2, of: migrated)
        #expect(try await call("trim_outbox('0')", of: migrated) == [])
        try await read("slow", through: Self.million - 1, of: migrated)
        #expect(try await call("trim_outbox('1 hour')", of: migrated) == [])
        #expect(try await call("trim_outbox('0')", of: migrated) == ["outbox_0"])
        #expect(try await call("trim_outbox('0')", of: migrated) == [])
        try await read("slow", through: 2 * Self.million, of: migrated)
        #expect(try await call("trim_outbox('0')", of: migrated) == ["outbox_1"])
        #expect(try await migrated.database.value("SELECT min(position) FROM confirmd.outbox") == "2000000")
    }

    @Test("Events dated ahead by a clock that was put back are as old as what was written after them")
    func datedAhead() async throws {
        let migrated = try await threePartitions()
        try await read("fast", through: 2 * Self.million, of: migrated)
        func date(_ condition: String, _ time: String) async throws {
            try await migrated.database.execute(
                """
                SET session_replication_role = replica;
                UPDATE confirmd.outbox SET occurred_at = clock_timestamp() + interval '\(time)' WHERE \(condition)
                """)
        }
        try await date("position < \(Self.million)", "1 year")
        #expect(try await call("trim_outbox('30 days')", of: migrated) == [])
        try await date("position = \(2 * Self.million - 1)", "-31 days")
        #expect(try await call("trim_outbox('30 days')", of: migrated) == ["outbox_0", "outbox_1"])
    }

    @Test("The last event stays, also when it ends its partition")
    func lastEvent() async throws {
        let migrated = try await MigratedDatabase()
        try await migrated.skip(to: Self.million - 2)
        try await migrated.writeEvents(1)
        try await read("fast", through: Self.million - 1, of: migrated)
        #expect(try await call("trim_outbox('0')", of: migrated) == [])
    }

    @Test("An open reader holds up neither a step nor new partitions, and dropping waits for another time")
    func openReader() async throws {
        let migrated = try await threePartitions()
        var lane = try await NetworkLane(migrated)
        try await lane.block()
        try await migrated.database.execute("SELECT confirmd.create_static_wallet('shop', 'anna', 'LTC', 'a')")
        try await read("fast", through: 2 * Self.million, of: migrated)
        try await migrated.whileOpen("SELECT count(*) FROM confirmd.outbox", as: "confirmd_reader") {
            #expect(try await call("trim_outbox('0')", of: migrated) == [])
            #expect(try await call("extend_outbox()", of: migrated) == ["outbox_3", "outbox_4"])
            try await lane.register()
        }
        #expect(try await migrated.database.value("SELECT max(position) FROM confirmd.outbox") == "2000001")
        #expect(try await call("trim_outbox('0')", of: migrated) == ["outbox_0", "outbox_1"])
    }

    @Test("New partitions are made beside an open writer")
    func openWriter() async throws {
        let migrated = try await threePartitions()
        let made = try await migrated.whileOpen("LOCK TABLE confirmd.outbox IN ROW EXCLUSIVE MODE") {
            try await call("extend_outbox()", of: migrated)
        }
        #expect(made == ["outbox_3", "outbox_4"])
    }
}
