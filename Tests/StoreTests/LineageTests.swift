import Foundation
import Postgres
import Store
import Synchronization
import TestSupport
import Testing

@Suite("Which database is the newest")
struct LineageTests {
    private static let server: Int64 = 7_400_000_000_000_000_001

    private func place(_ incarnation: Int32, _ timeline: Int32, _ position: Int64 = 10, server: Int64 = Self.server)
        -> Lineage.Place
    {
        Lineage.Place(
            incarnation: incarnation, position: position, systemIdentifier: server, timeline: timeline)
    }

    /// A database that claims to stand at `place`.
    private func database(at place: Lineage.Place) async throws -> MigratedDatabase {
        let migrated = try await MigratedDatabase()
        try await stand(migrated, at: place)
        return migrated
    }

    private func stand(_ migrated: MigratedDatabase, at place: Lineage.Place) async throws {
        try await migrated.database.execute(
            """
            UPDATE confirmd_data.outbox_counter
            SET incarnation = \(place.incarnation), position = \(place.position);
            CREATE OR REPLACE FUNCTION confirmd_data.server_identity(OUT system_identifier bigint, OUT timeline int)
            LANGUAGE sql SECURITY DEFINER AS 'SELECT \(place.systemIdentifier)::bigint, \(place.timeline)';
            """)
    }

    private func isAdmitted(_ migrated: MigratedDatabase, by lineage: Lineage) async throws -> Bool {
        let connection = PostgresConnection(
            configuration: try PostgresConfiguration(url: migrated.database.url(user: "confirmd_daemon")),
            admission: lineage.admit)
        do {
            try await connection.connect()
            await connection.close()
            return true
        } catch {
            #expect(error.code == .behind && error.disposition == .retry && !error.commitUnknown)
            return false
        }
    }

    @Test("A lower incarnation is behind, and in the same one an earlier timeline of the same server")
    func behind() async throws {
        let lineage = Lineage()
        let migrated = try await database(at: place(2, 3))
        #expect(try await isAdmitted(migrated, by: lineage))
        for (seen, admitted) in [
            (place(2, 3, 5), true), (place(2, 4), true), (place(2, 3), false), (place(1, 9), false),
            // Another server's timelines are its own; so are those of a new incarnation.
            (place(2, 1, server: 1), true), (place(1, 1, server: 1), false), (place(3, 1), true), (place(2, 9), false),
        ] {
            try await stand(migrated, at: seen)
            #expect(try await isAdmitted(migrated, by: lineage) == admitted, "\(seen)")
        }
    }

    @Test("It is told once, and again after one was taken")
    func told() async throws {
        let reasons = Mutex<[String]>([])
        let lineage = Lineage { reason in reasons.withLock { $0.append(reason) } }
        let migrated = try await database(at: place(1, 1))
        lineage.note(place(2, 2))
        for _ in 0..<3 { #expect(try await !isAdmitted(migrated, by: lineage)) }
        #expect(reasons.withLock(\.count) == 1)
        #expect(reasons.withLock { $0[0] }.contains("new-incarnation --above 2"))
        // What the words say to do.
        try await migrated.database.execute("SELECT confirmd.new_outbox_incarnation('it is this one', 2)")
        #expect(try await isAdmitted(migrated, by: lineage))
        #expect(try await migrated.database.value("SELECT max(incarnation) FROM confirmd.outbox_incarnation") == "3")
        lineage.note(place(4, 1))
        #expect(try await !isAdmitted(migrated, by: lineage))
        #expect(reasons.withLock(\.count) == 2)
    }

    @Test(
        "A lane gets no lease from such a database, keeps none, and no step is written, though it was connected before")
    func connected() async throws {
        let migrated = try await MigratedDatabase()
        let lineage = Lineage()
        let store = Store(migrated.connection, lane: "litecoin", lineage: lineage)
        try await migrated.publish()
        let holder = UUID()
        let epoch = try #require(
            try await store.acquireLane(holder: holder, host: "test", timeToLive: .seconds(60)))
        let base = try await store.snapshot()
        var header = Step(network: "litecoin", base: base, headersKept: 10, state: .following)
        header.headHeight = 1
        let before = try await migrated.database.rows(
            "SELECT epoch, step, held_until FROM confirmd_data.lane ORDER BY lane")
        lineage.note(place(2, 1))
        await #expect(throws: PostgresError.self) { try await store.commit(header) }
        await #expect(throws: PostgresError.self) {
            try await store.renewLane(holder: holder, epoch: epoch, timeToLive: .seconds(60))
        }
        await #expect(throws: PostgresError.self) {
            try await store.acquireLane(holder: holder, host: "test", timeToLive: .seconds(60))
        }
        #expect(
            try await migrated.database.rows("SELECT epoch, step, held_until FROM confirmd_data.lane ORDER BY lane")
                == before)
    }

    @Test("Events that a daemon saw are gone: the next step begins an incarnation, and no other one does")
    func lost() async throws {
        let migrated = try await MigratedDatabase()
        var lane = try await NetworkLane(migrated)
        try await lane.block()
        try await migrated.database.execute("SELECT confirmd.create_static_wallet('shop', 'anna', 'LTC', 'a')")
        try await lane.register()
        try await lane.block(["a": 1_000_000])
        #expect(try await migrated.database.value("SELECT position FROM confirmd_data.outbox_counter") == "3")
        try await migrated.database.execute(
            """
            SET session_replication_role = replica;
            DELETE FROM confirmd.outbox WHERE position > 1;
            UPDATE confirmd_data.outbox_counter SET position = 1;
            """)
        try await lane.block(["a": 2_000_000])
        let incarnations = "SELECT incarnation, first_position, reason FROM confirmd.outbox_incarnation ORDER BY 1"
        #expect(
            try await migrated.database.rows(incarnations)
                == [["1", "1", "first"], ["2", "2", "position 3 became 1"]])
        try await lane.block(["a": 3_000_000])
        #expect(try await migrated.database.rows(incarnations).count == 2)
        #expect(
            try await migrated.database.value(
                "SELECT string_agg(position || ':' || incarnation, ' ' ORDER BY position) FROM confirmd.outbox")
                == "1:1 2:2 3:2 4:2 5:2 6:2")
    }

    @Test("Steps without facts may be lost: they begin no incarnation")
    func withoutFacts() async throws {
        let migrated = try await MigratedDatabase()
        var lane = try await NetworkLane(migrated)
        try await lane.block()
        try await migrated.database.execute("SELECT confirmd.create_static_wallet('shop', 'anna', 'LTC', 'a')")
        try await lane.register()
        let kept = lane
        try await lane.block()
        try await migrated.database.execute(
            """
            UPDATE confirmd_data.lane SET step = step - 1 WHERE lane = 'litecoin';
            DELETE FROM confirmd_data.header WHERE height = 2;
            UPDATE confirmd_data.network SET (tip_height, tip_hash, tip_time) =
                (SELECT height, hash, time FROM confirmd_data.header WHERE height = 1);
            """)
        lane = kept
        try await lane.block(["a": 1_000_000])
        #expect(try await migrated.database.value("SELECT count(*) FROM confirmd.outbox_incarnation") == "1")
    }
}
