import Foundation
import Glibc
import Postgres
import TestSupport
import Testing

@Suite("The consumer of the README", .enabled(if: Python.path != nil, "needs .build-python, which deploy/test makes"))
struct ConsumerTests {
    /// A database with an outbox, one of the consumer's own, and the consumer.
    private struct Shop {
        let migrated: MigratedDatabase
        let own: TestDatabase
        private let eye: PostgresConnection
        private let log = Scratch.newPath("consumer")

        init() async throws {
            migrated = try await MigratedDatabase()
            own = try await PrivatePostgres.shared.createDatabase()
            eye = PostgresConnection(configuration: try PostgresConfiguration(url: own.url))
        }

        func startConsumer() throws -> Child {
            try Child(
                Python.command("deploy/consumer.py", migrated.database.url(user: "billing"), own.url), output: log)
        }

        /// Waits until the consumer has come to a position.
        func reached(_ position: Int64, by consumer: Child) async throws {
            try await eventually("the consumer is at \(position)", within: .seconds(60)) {
                if let exit = consumer.exit {
                    let said = try String(contentsOfFile: log, encoding: .utf8)
                    throw TestFailure("the consumer ended with \(exit): \(said)", isFinal: true)
                }
                return try await place() >= position
            }
        }

        /// Where the consumer is; 0 before it made its tables.
        func place() async throws -> Int64 {
            let exists = try await eye.query("SELECT to_regclass('public.place') IS NOT NULL AS here")
            guard try exists.only.decode("here", as: Bool.self) else { return 0 }
            return try await eye.query("SELECT coalesce(max(position), 0) AS position FROM public.place").only.decode(
                "position")
        }

        /// What the consumers have said.
        var said: String {
            get throws { try String(contentsOfFile: log, encoding: .utf8) }
        }

        func kill(_ consumer: Child) async throws {
            consumer.signal(SIGKILL)
            try await consumer.waitForExit()
        }
    }

    private static let total = 2_000
    private static let kills = 20

    @Test("Killed over and over while events keep coming, it applies each exactly once", .timeLimit(.minutes(30)))
    func killed() async throws {
        let shop = try await Shop()
        let written = Task {
            for _ in 0..<Self.total / 20 { try await shop.migrated.writeEvents(20) }
        }
        var random = SplitMix64(seed: Seed.value)
        for _ in 0..<Self.kills {
            let consumer = try shop.startConsumer()
            // From before its first statement to the midst of its work.
            let place = try await shop.place()
            if random.number(below: 4) > 0, place < Self.total { try await shop.reached(place + 1, by: consumer) }
            try await Task.sleep(for: .microseconds(random.number(below: 20_000)))
            try await shop.kill(consumer)
        }
        try await written.value
        let consumer = try shop.startConsumer()
        try await shop.reached(Int64(Self.total), by: consumer)
        try await shop.kill(consumer)
        #expect(
            try await shop.own.rows("SELECT count(*), count(DISTINCT position), sum(net) FROM booking")
                == [["\(Self.total)", "\(Self.total)", "\(Self.total * (Self.total + 1) / 2)"]])
    }

    @Test("When the database lost events, it takes their effects back and follows the new ones")
    func loss() async throws {
        let shop = try await Shop()
        try await shop.migrated.writeEvents(10)
        let consumer = try shop.startConsumer()
        try await shop.reached(10, by: consumer)
        // What an asynchronous standby looks like that was promoted without the last four events.
        try await shop.migrated.database.execute(
            """
            BEGIN;
            SET LOCAL session_replication_role = replica;
            DELETE FROM confirmd.outbox WHERE position > 6;
            UPDATE confirmd_data.outbox_consumer SET position = 6;
            UPDATE confirmd_data.outbox_counter SET position = 6, timeline = 77;
            COMMIT
            """)
        try await shop.migrated.writeEvents(7)
        try await shop.reached(13, by: consumer)
        try await shop.kill(consumer)
        #expect(
            try await shop.own.rows("SELECT position FROM booking ORDER BY position") == (1...13).map { ["\($0)"] })
        #expect(try await shop.own.rows("SELECT incarnation, position FROM place") == [["2", "13"]])
        #expect(
            try await shop.migrated.database.rows("SELECT role, incarnation, lag FROM confirmd.outbox_consumer")
                == [["billing", "2", "0"]])
    }

    @Test("Where the database that is gone on with had parted from what it read, it replaces all of it")
    func parted() async throws {
        let shop = try await Shop()
        try await shop.migrated.writeEvents(3)
        try await shop.migrated.database.execute("SELECT confirmd.new_outbox_incarnation('failover')")
        try await shop.migrated.writeEvents(5)
        let consumer = try shop.startConsumer()
        try await shop.reached(8, by: consumer)
        try await shop.kill(consumer)
        // The primary of before the failover, which had written other events from the third one on.
        try await shop.migrated.database.execute(
            """
            BEGIN;
            SET LOCAL session_replication_role = replica;
            DELETE FROM confirmd.outbox WHERE position > 2;
            DELETE FROM confirmd.outbox_incarnation WHERE incarnation = 2;
            UPDATE confirmd_data.outbox_counter SET position = 2, incarnation = 1;
            UPDATE confirmd_data.outbox_consumer SET position = 2, incarnation = 1;
            COMMIT
            """)
        try await shop.migrated.writeEvents(3)
        try await shop.migrated.database.execute(
            """
            BEGIN;
            SET LOCAL session_replication_role = replica;
            UPDATE confirmd.outbox SET payload = payload || '{"net": "1000"}' WHERE position > 2;
            COMMIT;
            SELECT confirmd.new_outbox_incarnation('the new primary is gone', 2)
            """)
        try await shop.migrated.writeEvents(4)
        let again = try shop.startConsumer()
        try await shop.reached(9, by: again)
        try await shop.kill(again)
        let nets = "string_agg(net::text, ' ' ORDER BY position)"
        let told = try await shop.migrated.database.value(
            "SELECT \(nets) FROM (SELECT position, (payload ->> 'net')::numeric AS net FROM confirmd.outbox) o")
        #expect(told?.contains("1000") == true)
        #expect(try await shop.own.value("SELECT \(nets) FROM booking") == told)
    }

    @Test("It stops at a database that is older than what it has read, and applies nothing from it")
    func older() async throws {
        let shop = try await Shop()
        try await shop.migrated.writeEvents(3)
        try await shop.migrated.database.execute("SELECT confirmd.new_outbox_incarnation('test')")
        try await shop.migrated.writeEvents(3)
        let consumer = try shop.startConsumer()
        try await shop.reached(6, by: consumer)
        try await shop.kill(consumer)
        // The same before the failover, where somebody has written on.
        try await shop.migrated.database.execute(
            """
            DELETE FROM confirmd.outbox_incarnation WHERE incarnation = 2;
            UPDATE confirmd_data.outbox_counter SET incarnation = 1;
            UPDATE confirmd_data.outbox_consumer SET incarnation = 1;
            """)
        try await shop.migrated.writeEvents(4)
        let again = try shop.startConsumer()
        #expect(try await again.waitForExit() == .status(1))
        #expect(try shop.said.contains("old database"))
        #expect(try await shop.place() == 6)
        #expect(try await shop.own.value("SELECT count(*) FROM booking") == "6")
    }

    @Test("The README shows this very consumer")
    func isInReadme() throws {
        func text(_ file: String) throws -> String { try String(contentsOfFile: Package.file(file), encoding: .utf8) }
        #expect(try text("README.md").contains("```python\n\(try text("deploy/consumer.py"))```"))
    }
}
