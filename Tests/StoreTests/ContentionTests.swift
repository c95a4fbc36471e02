import TestSupport
import Testing

/// What one login holds does not stop another, and what it queues does not hold another up.
@Suite("One login against others")
struct ContentionTests {
    private static let create =
        #"SELECT confirmd.create_invoice('shop', '1', '[{"asset":"LTC","address":"a","amount":"1"}]')"#

    @Test("A creator who adds an option waits for another who does, for nobody else, and gets the next place")
    func options() async throws {
        let migrated = try await MigratedDatabase()
        let database = migrated.database
        let invoice = try #require(try await database.value(Self.create))
        // What was the lock once: anybody could take it.
        let reader = try database.session(user: "billing")
        try await reader.execute(
            "SELECT pg_advisory_lock(hashtextextended('confirmd add_option ' || '\(invoice)', 0))")
        let add = "SELECT confirmd.add_option('\(invoice)', 'LTC', 'ADDRESS', '1')"
        try await database.execute(add.replacing("ADDRESS", with: "b"), user: "confirmd_creator")

        let first = try database.session(user: "confirmd_creator")
        try await first.execute("BEGIN; \(add.replacing("ADDRESS", with: "c"))")
        async let second: Void = database.execute(add.replacing("ADDRESS", with: "d"), user: "confirmd_creator")
        try await eventually("the second waits") {
            try await database.value(
                """
                SELECT count(*) FROM pg_stat_activity
                WHERE datname = current_database() AND wait_event_type = 'Lock' AND usename = 'confirmd_creator'
                """) == "1"
        }
        // Workers take these rows.
        try await database.execute(
            "SET lock_timeout = '1s'; UPDATE confirmd_data.owner SET version = version; UPDATE confirmd_data.option SET due = due"
        )
        try await first.execute("COMMIT")
        try await second
        #expect(
            try await database.rows("SELECT ordinal, address FROM confirmd.invoice_option ORDER BY ordinal")
                == [["0", "a"], ["1", "b"], ["2", "c"], ["3", "d"]])
        try await first.close()
        try await reader.close()
    }

    @Test("One command of a kind waits for each invoice and network, whoever asks how often")
    func commands() async throws {
        let migrated = try await MigratedDatabase()
        let database = migrated.database
        let invoice = try #require(try await database.value(Self.create))
        let calls = [
            "mark_paid('\(invoice)', 'x')", "cancel_invoice('\(invoice)', 'x')", "resume_network('litecoin', 'x')",
            "resume_network('litecoin', 'x', true)", "retire_network('litecoin', 'x')",
        ]
        for call in calls {
            #expect(await migrated.refusal(of: "SELECT confirmd.\(call)", as: "confirmd_operator") == nil, "\(call)")
            #expect(
                await migrated.refusal(of: "SELECT confirmd.\(call)", as: "confirmd_operator") == "CF024", "\(call)")
        }
        try await database.execute(
            "UPDATE confirmd_data.operator_command SET outcome = 'refused', decided_at = clock_timestamp()")
        for call in calls { #expect(await migrated.refusal(of: "SELECT confirmd.\(call)") == nil, "\(call)") }
        #expect(try await database.value("SELECT count(*) FROM confirmd.operator_command") == "\(2 * calls.count)")
    }

    @Test("A role has a hundred consumers at most, however many come at once; an operator frees a name and its room")
    func consumers() async throws {
        let migrated = try await MigratedDatabase()
        let database = migrated.database
        let outcomes = await withTaskGroup(of: [String?].self) { group in
            for session in 1...6 {
                group.addTask {
                    var codes: [String?] = []
                    for part in 1...10 {
                        let call =
                            "SELECT confirmd.acknowledge('c\(session)-\(part)-' || n, 1, 0) FROM generate_series(1, 3) n"
                        codes.append(await migrated.refusal(of: call, as: "billing"))
                    }
                    return codes
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        #expect(outcomes.count { $0 == nil } == 33)
        #expect(outcomes.count { $0 == "CF015" } == 27)
        #expect(try await database.value("SELECT count(*) FROM confirmd.outbox_consumer") == "99")

        try await database.execute("SELECT confirmd.acknowledge('books', 1, 0)", user: "billing")
        #expect(await migrated.refusal(of: "SELECT confirmd.acknowledge('books', 1, 0)", as: "mailing") == "CF010")
        #expect(await migrated.refusal(of: "SELECT confirmd.acknowledge('more', 1, 0)", as: "billing") == "CF015")
        try await database.execute("SELECT confirmd.remove_consumer('books', 'squatted')", user: "confirmd_operator")
        #expect(
            try await database.rows("SELECT kind, outcome, reason, detail, requested_by FROM confirmd.operator_command")
                == [
                    [
                        "remove_consumer", "applied", "squatted",
                        "consumer \"books\" of role billing at position 0 of incarnation 1", "confirmd_operator",
                    ]
                ])
        try await database.execute("SELECT confirmd.acknowledge('books', 1, 0)", user: "mailing")
        try await database.execute("SELECT confirmd.acknowledge('more', 1, 0)", user: "billing")
    }

    @Test("Without the consumer that was forgotten the outbox is trimmed")
    func retention() async throws {
        let migrated = try await MigratedDatabase()
        let database = migrated.database
        try await migrated.skip(to: 999_997)
        try await migrated.writeEvents(6)
        try await database.execute("SELECT confirmd.acknowledge('dead', 1, 0)", user: "billing")
        try await database.execute("SELECT confirmd.acknowledge('books', 1, 1000002)", user: "mailing")
        #expect(try await database.value("SELECT confirmd_data.trim_outbox('0')::text") == "{}")
        try await database.execute("SELECT confirmd.remove_consumer('dead', 'gone')")
        #expect(try await database.value("SELECT confirmd_data.trim_outbox('0')::text") == "{outbox_0}")
    }
}
