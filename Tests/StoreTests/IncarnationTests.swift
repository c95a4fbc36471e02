import Postgres
import TestSupport
import Testing

@testable import Store

@Suite("Incarnations of the outbox")
struct IncarnationTests {
    private let incarnations = "SELECT incarnation, first_position, reason FROM confirmd.outbox_incarnation ORDER BY 1"

    @Test("As long as the database is the same there is one")
    func same() async throws {
        let migrated = try await MigratedDatabase()
        try await migrated.writeEvents(3)
        #expect(try await migrated.database.rows(incarnations) == [["1", "1", "first"]])
    }

    @Test("Restored into another server, or on another timeline, the next event begins a new one")
    func another() async throws {
        let migrated = try await MigratedDatabase()
        let database = migrated.database
        try await migrated.writeEvents(3)
        try await database.execute("UPDATE confirmd_data.outbox_counter SET system_identifier = 42")
        try await migrated.writeEvents(2)
        try await database.execute("UPDATE confirmd_data.outbox_counter SET timeline = 7")
        try await migrated.writeEvents(1)
        let seen = try await database.rows(incarnations)
        #expect(seen.map { $0[0..<2] } == [["1", "1"], ["2", "4"], ["3", "6"]])
        #expect(try #require(seen[1][2]).hasPrefix("system identifier 42 became "))
        #expect(seen[2][2] == "timeline 7 became 1")
        #expect(
            try await database.value("SELECT string_agg(incarnation::text, '' ORDER BY position) FROM confirmd.outbox")
                == "111223")
    }

    @Test("On another timeline the next step begins a new one, also where it writes no event")
    func withoutEvents() async throws {
        let migrated = try await MigratedDatabase()
        var lane = try await NetworkLane(migrated)
        try await lane.block()
        try await migrated.writeEvents(3)
        try await migrated.database.execute("UPDATE confirmd_data.outbox_counter SET timeline = 7")
        for _ in 0..<2 { try await lane.block() }
        #expect(
            try await migrated.database.rows(incarnations) == [
                ["1", "1", "first"], ["2", "4", "timeline 7 became 1"],
            ])
    }

    @Test("Above one that is not known here, everything that is kept is to be read again")
    func unknown() async throws {
        let migrated = try await MigratedDatabase()
        try await migrated.writeEvents(3)
        for above in [1, 1, 7] {
            try await migrated.database.execute("SELECT confirmd.new_outbox_incarnation('asked', \(above))")
        }
        #expect(
            try await migrated.database.rows(incarnations)
                == [["1", "1", "first"], ["2", "4", "asked"], ["3", "4", "asked"], ["8", "1", "asked"]])
    }

    @Test("On a new timeline that nothing was written on, what counts is the incarnation that is still to begin")
    func notBegun() async throws {
        let database = try await MigratedDatabase().database
        let look = #"SELECT incarnation FROM confirmd_data.lineage('{"incarnation": 2, "position": 5}')"#
        // Two timelines further the server between them may have begun the second: here it will be the hundred and second.
        try await database.execute("UPDATE confirmd_data.outbox_counter SET timeline = timeline - 2")
        #expect(try await database.value(look) == "1")
        #expect(try await database.value("SELECT confirmd_data.incarnation()") == "102")
        #expect(try await database.value(look) == "102")
        // One timeline further it would be the second again, with other events.
        try await database.execute("UPDATE confirmd_data.outbox_counter SET incarnation = 1, timeline = timeline - 1")
        await #expect(throws: (any Error).self) { try await database.value(look) }
    }

    @Test("An operator's begins behind the last event")
    func operators() async throws {
        let migrated = try await MigratedDatabase()
        try await migrated.writeEvents(3)
        #expect(try await migrated.database.value("SELECT confirmd_data.begin_incarnation('restored')") == "2")
        try await migrated.writeEvents(1)
        #expect(try await migrated.database.rows(incarnations)[1] == ["2", "4", "restored"])
        #expect(try await migrated.database.value("SELECT incarnation FROM confirmd.outbox WHERE position = 4") == "2")
    }

    @Test(
        "It begins in the caller's own transaction: a step waits for it and is in the new one as a whole, or never was")
    func openTransaction() async throws {
        for (end, incarnations) in [("", ["1", "2"]), ("; ROLLBACK", ["1"])] {
            let migrated = try await MigratedDatabase()
            var lane = try await NetworkLane(migrated)
            try await lane.block()
            try await migrated.database.execute("SELECT confirmd.create_static_wallet('shop', 'anna', 'LTC', 'a')")
            try await lane.register()
            let mine = lane
            let step = Task<NetworkLane, any Error> {
                try await eventually("the operator's transaction is open") {
                    try await migrated.database.value(
                        """
                        SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
                        AND wait_event = 'advisory'
                        """) == "1"
                }
                var lane = mine
                try await lane.block(["a": 1_000_000])
                return lane
            }
            try await migrated.whileOpen(
                "SELECT confirmd.new_outbox_incarnation('restored')", ending: end, as: "postgres"
            ) {
                try await eventually("the step waits") {
                    try await migrated.database.value(
                        """
                        SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
                        AND wait_event_type = 'Lock' AND wait_event <> 'advisory' AND query LIKE '%commit_step%'
                        """) == "1"
                }
            }
            lane = try await step.value
            let last = try #require(incarnations.last)
            #expect(
                try await migrated.database.value(
                    "SELECT string_agg(position || ':' || incarnation, ' ' ORDER BY position) FROM confirmd.outbox")
                    == "1:1 2:\(last) 3:\(last)")
            #expect(
                try await migrated.database.rows("SELECT incarnation FROM confirmd.outbox_incarnation ORDER BY 1")
                    .map(\.[0]) == incarnations)
            #expect(
                try await migrated.database.value(
                    "SELECT count(*) FROM confirmd.operator_command WHERE outcome = 'applied'")
                    == "\(incarnations.count - 1)")
        }
    }

    @Test("A promoted standby that lacks the last events begins a new one")
    func promotion() async throws {
        let primary = try await PrivatePostgres()
        let migrated = try await MigratedDatabase(try await primary.createDatabase())
        try await migrated.writeEvents(3)
        let standby = try await PrivatePostgres(copying: primary)
        try await migrated.writeEvents(2)
        try await standby.administration.execute("SELECT pg_promote()")
        let survivor = try await MigratedDatabase(standby.database(migrated.database.name), isMigrated: true)
        try await survivor.writeEvents(1)
        #expect(
            try await survivor.database.rows(incarnations) == [
                ["1", "1", "first"], ["2", "4", "timeline 1 became 2"],
            ])
    }

    @Test("Of two that were promoted one after the other each begins one of its own, whichever wrote first")
    func promotedTwice() async throws {
        let primary = try await PrivatePostgres()
        let migrated = try await MigratedDatabase(try await primary.createDatabase())
        try await migrated.writeEvents(3)
        let standby = try await PrivatePostgres(copying: primary)
        try await standby.administration.execute("SELECT pg_promote()")
        let another = try await PrivatePostgres(copying: standby)
        try await another.administration.execute("SELECT pg_promote()")
        for (server, newest) in [
            (standby, ["2", "4", "timeline 1 became 2"]), (another, ["102", "1", "timeline 1 became 3"]),
        ] {
            let survivor = try await MigratedDatabase(server.database(migrated.database.name), isMigrated: true)
            try await survivor.writeEvents(1)
            // Whoever read the other's 2 can't know where its events and these part: all are read again.
            #expect(try await survivor.database.rows(incarnations) == [["1", "1", "first"], newest])
        }
    }
}
