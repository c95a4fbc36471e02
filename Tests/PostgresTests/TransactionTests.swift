import Postgres
import Testing

@Suite struct TransactionTests {
    private struct Refusal: Error {}

    @Test func aTransactionCommitsAndReturnsItsValue() async throws {
        let connection = try sharedConnection()
        try await connection.executeScript("create table kept (a int8)")
        let count = try await connection.transaction { transaction in
            try transaction.execute("insert into kept values (1)")
            return try transaction.execute("insert into kept select generate_series(2, 4)")
        }
        #expect(count == 3)
        #expect(try await sharedConnection().query("select * from kept").count == 4)
    }

    @Test("Error path without ROLLBACK leaves idle in transaction")
    func errorPathWithoutRollbackLeavesIdleInTransaction() async throws {
        let connection = try sharedConnection()
        let observer = try sharedConnection()
        let backend = try await connection.backend()
        try await connection.executeScript("create table guarded (a int8 check (a > 0))")
        let server = try await postgresError {
            try await connection.transaction { try $0.execute("insert into guarded values (1), (-1)") }
        }
        #expect(server.code == .refused)
        await #expect(throws: Refusal.self) {
            try await connection.transaction { transaction in
                try transaction.execute("insert into guarded values (1)")
                throw Refusal()
            }
        }
        for script in ["begin; insert into guarded values (1)", "begin; insert into guarded values (-1)"] {
            let error = try await postgresError { try await connection.executeScript(script) }
            #expect(error.code == (script.contains("-1") ? .refused : .misuse))
        }
        #expect(try await postgresError { try await connection.query("begin") }.code == .misuse)
        let state = try await observer.query("select state from pg_stat_activity where pid = $1", [.int4(backend)])
        #expect(try state.only.decode("state", as: String.self) == "idle")
        #expect(try await observer.query("select * from guarded").isEmpty)
    }

    @Test func anErrorThatTheBodyPassesOverIsNotCommitted() async throws {
        let connection = try sharedConnection()
        try await connection.executeScript("create table passed_over (a int8)")
        let error = try await postgresError {
            try await connection.transaction { transaction in
                try transaction.execute("insert into passed_over values (1)")
                _ = try? transaction.query("select 1/0")
            }
        }
        #expect(error.code == .misuse)
        #expect(try await connection.query("select * from passed_over").isEmpty)
    }

    @Test func afterTheConnectionIsLostTheBodysStatementsDoNotRunOutsideTheTransaction() async throws {
        let connection = try sharedConnection()
        try await connection.executeScript("create table outside (a int8)")
        let error = try await postgresError {
            try await connection.transaction { transaction in
                _ = try? transaction.query("select pg_terminate_backend(pg_backend_pid())")
                try transaction.execute("insert into outside values (1)")
            }
        }
        #expect(error.code == .unavailable)
        #expect(error.disposition == .retry)
        #expect(!error.commitUnknown)
        #expect(try await connection.query("select * from outside").isEmpty)
    }
}
