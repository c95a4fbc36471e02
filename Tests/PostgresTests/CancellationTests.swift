import Postgres
import Testing

@Suite struct CancellationTests {
    private let observer: PostgresConnection
    private let connection: PostgresConnection

    init() throws {
        observer = try sharedConnection()
        connection = try sharedConnection()
    }

    @Test func cancellingTheTaskEndsTheStatementAndKeepsTheConnection() async throws {
        let connection = connection
        let backend = try await connection.backend()
        let task = Task { try await connection.query("select pg_sleep(60)") }
        try await untilAsleep(backend, observer)
        let began = ContinuousClock.now
        task.cancel()
        let error = try await postgresError { try await task.value }
        #expect(ContinuousClock.now - began < .seconds(3))
        #expect(error.code == .cancelled)
        #expect(!error.commitUnknown)
        #expect(try await connection.backend() == backend)
    }

    @Test func aCancelledStatementNeverTakesTheNextOneWithIt() async throws {
        let connection = connection
        let backend = try await connection.backend()
        for round in 0..<30 as Range<Int64> {
            let task = Task { try await connection.query("select pg_sleep(0.001)") }
            task.cancel()
            _ = try? await task.value
            #expect(try await connection.query("select $1, pg_sleep(0.002)", [.int8(round)]).only.decode(0) == round)
        }
        #expect(try await connection.backend() == backend)
    }

    @Test func whatIsCancelledBeforeItsTurnIsNotSent() async throws {
        let connection = connection
        try await connection.executeScript("create table turns (a int8)")
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await connection.execute("insert into turns values (1)")
        }
        let error = try await postgresError { try await task.value }
        #expect(error.code == .cancelled)
        #expect(!error.commitUnknown)
        #expect(try await connection.query("select * from turns").isEmpty)
    }

    @Test func aCancelledTransactionIsRolledBack() async throws {
        let connection = connection
        let backend = try await connection.backend()
        try await connection.executeScript("create table undone (a int8)")
        let task = Task {
            try await connection.transaction { transaction in
                try transaction.execute("insert into undone values (1)")
                try transaction.query("select pg_sleep(60)")
            }
        }
        try await untilAsleep(backend, observer)
        task.cancel()
        #expect(try await postgresError { try await task.value }.code == .cancelled)
        #expect(try await connection.query("select * from undone").isEmpty)
        #expect(try await connection.backend() == backend)
    }

    @Test func connectingIsGivenUpAtOnce() async throws {
        let silent = try SilentListener()
        var configuration = try PostgresConfiguration(url: "host=127.0.0.1 port=\(silent.port) dbname=x user=x")
        configuration.connectTimeout = .seconds(60)
        let stuck = PostgresConnection(configuration: configuration)
        let task = Task { try await stuck.connect() }
        try silent.waitForContact()
        let began = ContinuousClock.now
        task.cancel()
        #expect(try await postgresError { try await task.value }.code == .cancelled)
        #expect(ContinuousClock.now - began < .seconds(3))
    }
}
