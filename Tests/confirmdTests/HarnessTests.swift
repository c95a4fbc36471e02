import Foundation
import TestSupport
import Testing

/// The tests' own means, against the real servers they start.
@Suite struct HarnessTests {
    @Test func commandsAreRunToTheirEnd() async throws {
        let output = try await Command.run(["sh", "-c", "cat; echo no >&2; exit 3"], input: "hello")
        #expect(output.stdout == "hello")
        #expect(output.stderr == "no\n")
        #expect(output.exit == .status(3))
    }

    @Test func aFactThatNeverHoldsIsReportedAsLastSeen() async throws {
        let failure = await #expect(throws: TestFailure.self) {
            try await eventually("two", within: .milliseconds(30), look: { 1 }, holds: { $0 == 2 })
        }
        #expect(failure?.description.contains("last seen: 1") == true)
    }

    @Test func databasesAreSeparateAndAnswerTyped() async throws {
        struct Row: Decodable, Equatable {
            let orderId: String
            let total: Int
        }
        let postgres = try await PrivatePostgres.shared
        let first = try await postgres.createDatabase()
        try await first.execute("CREATE TABLE a (order_id text, total int); INSERT INTO a VALUES ('x y', 2), (NULL, 3)")
        #expect(try await first.rows("SELECT * FROM a ORDER BY total") == [["x y", "2"], [nil, "3"]])
        let named = try await first.rows(as: Row.self, "SELECT * FROM a WHERE order_id = :'id'", ["id": "x y"])
        #expect(named == [Row(orderId: "x y", total: 2)])
        let copy = try await postgres.createDatabase(template: first)
        #expect(try await copy.value("SELECT sum(total) FROM a") == "5")
        let failure = await #expect(throws: TestDatabase.Failure.self) {
            try await postgres.createDatabase().execute("SELECT 1; SELECT * FROM a")
        }
        #expect(failure?.sqlState == "42P01")
    }

    @Test func anImmediateStopLosesTheUncommittedOnly() async throws {
        let postgres = try await PrivatePostgres(durable: true)
        let database = try await postgres.createDatabase()
        try await database.execute("CREATE TABLE a (n int); INSERT INTO a VALUES (1)")
        try await postgres.stop(immediate: true)
        await #expect(throws: TestDatabase.Failure.self) { try await database.value("SELECT 1") }
        try await postgres.start()
        #expect(try await database.value("SELECT n FROM a") == "1")
        #expect(postgres.log.contains("not properly shut down"))
    }
}

extension HarnessTests {
    @Test(.enabled(if: Fixtures.folder("bitcoin") != nil, "needs ../shared/fixtures"))
    func packedFixturesAreRead() throws {
        let folder = try #require(Fixtures.folder("bitcoin"))
        let json = try Fixtures.gunzip(folder.appendingPathComponent("413567.expected.json.gz"))
        #expect(json.first == UInt8(ascii: "{"))
    }
}

extension HarnessTests {
    @Test func theExecutableLiesBesideTheTests() async throws {
        let output = try await Executable.run(["--help"])
        #expect(output.status == 0)
        #expect(output.stdout.contains("confirmd"))
    }
}
