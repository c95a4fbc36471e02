import Testing

@testable import Postgres

@Suite struct StatementTests {
    @Test func aStatementIsPreparedOnceAndUsedAgain() async throws {
        let connection = try sharedConnection()
        for number in 0..<5 as Range<Int64> {
            #expect(try await connection.query("select $1 + 1", [.int8(number)]).only.decode(0) == number + 1)
        }
        let prepared = try await connection.query(
            "select generic_plans + custom_plans as uses from pg_prepared_statements where statement = 'select $1 + 1'")
        #expect(try prepared.only.decode("uses", as: Int64.self) == 5)
    }

    @Test func theSameTextWithOtherTypesIsAnotherStatement() async throws {
        let connection = try sharedConnection()
        #expect(try await connection.query("select $1 as v", [.int8(5)]).only.decode("v", as: Int64.self) == 5)
        #expect(
            try await connection.query("select $1 as v", [.text("five")]).only.decode("v", as: String.self) == "five")
    }

    @Test func aFullCacheRunsStatementsUnprepared() {
        var cache = StatementCache(limit: 1, prefix: "s")
        let first = StatementCache.Key(sql: "a", types: [])
        let second = StatementCache.Key(sql: "b", types: [])
        #expect(cache.plan(for: first) == .prepare(name: "s_0"))
        cache.insert(first, name: "s_0")
        #expect(cache.plan(for: first) == .prepared(name: "s_0"))
        #expect(cache.plan(for: second) == .unprepared)
    }

    @Test func noTwoSessionsGiveAStatementTheSameName() {
        let key = StatementCache.Key(sql: "a", types: [])
        #expect(StatementCache().plan(for: key) != StatementCache().plan(for: key))
    }

    @Test func moreStatementsThanTheCacheHoldsAllRun() async throws {
        let connection = try sharedConnection()
        for number in 0..<260 { try await connection.query("select \(number)") }
        let count = try await connection.query("select count(*) from pg_prepared_statements").only
        #expect(try count.decode(0, as: Int.self) == 256)
    }

    @Test func aPlanThatAMigrationMadeStaleIsRetried() async throws {
        let connection = try sharedConnection()
        try await connection.executeScript("create table stale (a int8); insert into stale values (1)")
        #expect(try await connection.query("select * from stale").count == 1)
        try await sharedConnection().executeScript("alter table stale add b text default 'new'")
        let error = try await postgresError { try await connection.query("select * from stale") }
        #expect(error.code == .stalePlan)
        #expect(error.disposition == .retry)
        #expect(try await connection.query("select * from stale").only.decode("b", as: String.self) == "new")
    }

    @Test func aThousandRowsAreInsertedByOneStatementOverArrays() async throws {
        let connection = try sharedConnection()
        try await connection.executeScript("create table bulk (height int8 primary key, hash bytea, note text)")
        let heights = (0..<1000).map(Int64.init)
        let inserted = try await connection.execute(
            "insert into bulk select * from unnest($1, $2, $3)",
            [
                .int8Array(heights), .byteaArray(heights.map { [UInt8](repeating: UInt8($0 % 256), count: 32) }),
                .textArray(heights.map { $0 % 2 == 0 ? "even" : nil }),
            ])
        #expect(inserted == 1000)
        let found = try await connection.query(
            "select height, hash, note from bulk where height = any($1) order by height", [.int8Array([5, 999, 4])])
        #expect(try found.map { try $0.decode("height", as: Int64.self) } == [4, 5, 999])
        #expect(try found[1].decode("hash", as: [UInt8].self) == [UInt8](repeating: 5, count: 32))
        #expect(try found.map { try $0.decode("note", as: String?.self) } == ["even", nil, nil])
    }

    @Test func sixtyArraysOfTenThousandElementsGoInOneCall() async throws {
        let connection = try sharedConnection()
        let hashes = PostgresValue.byteaArray((0..<10_000).map { [UInt8](repeating: UInt8($0 % 256), count: 32) })
        let numbers = PostgresValue.int8Array((0..<10_000).map(Int64.init))
        let values = (0..<30).flatMap { _ in [hashes, numbers] }
        let sum = (1...60).map { "cardinality($\($0))" }.joined(separator: " + ")
        #expect(try await connection.query("select \(sum)", values).only.decode(0, as: Int.self) == 600_000)
    }

    @Test func parametersLargerThanAMessageAreRefusedBeforeSending() async throws {
        let connection = try sharedConnection()
        let large = PostgresValue.bytea([UInt8](repeating: 0, count: 1 << 26))
        let values = [PostgresValue](repeating: large, count: 16)
        let error = try await postgresError { try await connection.query("select 1", values) }
        #expect(error.code == .tooLarge)
        #expect(error.disposition == .reject)
        let many = [PostgresValue](repeating: .bool(true), count: 65_536)
        #expect(try await postgresError { try await connection.query("select 1", many) }.code == .tooLarge)
    }

    @Test(arguments: ["select 1\0; select 2", "", "copy (select 1) to stdout", "copy pg_class from stdin"])
    func statementsThatCantBeRunAreRefusedAndTheConnectionLives(_ sql: String) async throws {
        let connection = try sharedConnection()
        let error = try await postgresError { try await connection.query(sql) }
        #expect(error.code == .misuse)
        #expect(try await connection.query("select 1").count == 1)
    }

    @Test func aScriptIsAllOrNothing() async throws {
        let connection = try sharedConnection()
        try await connection.executeScript("create table script_a (a int8); create table script_b (b int8)")
        let error = try await postgresError {
            try await connection.executeScript("drop table script_a; drop table script_b; select 1/0")
        }
        #expect(error.sqlState == "22012")
        #expect(try await connection.query("select * from script_a, script_b").isEmpty)
    }

    @Test func callsFromManyTasksKeepTheirAnswers() async throws {
        let connection = try sharedConnection()
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<200 as Range<Int64> {
                group.addTask { try await connection.query("select $1", [.int8(number)]).only.decode(0) == number }
            }
            for try await isRight in group { #expect(isRight) }
        }
    }

    @Test func blockedConnectionsBlockNeitherEachOtherNorThePool() async throws {
        let holder = try sharedConnection()
        let observer = try sharedConnection()
        try await holder.query("select pg_advisory_lock(77)")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask { try await sharedConnection().query("select pg_advisory_lock_shared(77)") }
            }
            let waiting = "select count(*) = 8 from pg_locks where locktype = 'advisory' and objid = 77 and not granted"
            try await eventually(observer, waiting)
            try await holder.query("select pg_advisory_unlock(77)")
            try await group.waitForAll()
        }
    }

    @Test func aDroppedConnectionLeavesNeitherThreadNorSession() async throws {
        var connection: PostgresConnection? = try sharedConnection { $0.applicationName = "dropped" }
        try await connection?.query("select 1")
        // The thread keeps its executor until it ends.
        weak let executor = connection?.executor
        #expect(executor != nil)
        connection = nil
        let gone = "select not exists (select from pg_stat_activity where application_name = 'dropped')"
        try await eventually(try sharedConnection(), gone)
        try await eventually("the thread has ended") { executor == nil }
    }
}
