import Postgres
import Synchronization
import Testing

import class TestSupport.MeddlingProxy
import class TestSupport.SilentListener

@Suite struct CancellationTests {
    private let observer: PostgresConnection
    private let connection: PostgresConnection

    init() throws {
        observer = try sharedConnection()
        connection = try sharedConnection()
    }

    @Test func cancelingTheTaskEndsTheStatementAndKeepsTheConnection() async throws {
        let connection = connection
        let backend = try await connection.backend()
        let task = Task { try await connection.query("select pg_sleep(3600)") }
        try await untilAsleep(backend, observer)
        task.cancel()
        let error = try await postgresError { try await task.value }
        #expect(error.code == .canceled)
        #expect(!error.commitUnknown)
        #expect(try await connection.backend() == backend)
    }

    @Test func aRequestToCancelThatComesLateNeverHitsTheNextStatement() async throws {
        let proxy = try MeddlingProxy(server: try PrivateCluster.shared.get().folder + "/.s.PGSQL.5432")
        var configuration = try PostgresConfiguration(url: proxy.url())
        configuration.lockTimeout = nil
        configuration.silenceGrace = .seconds(60)
        let connection = PostgresConnection(configuration: configuration)
        let backend = try await connection.backend()
        try await observer.query("select pg_advisory_lock(1), pg_advisory_lock(2)")
        let waits = "select exists (select from pg_locks where pid = $1 and objid = $2 and not granted)"
        let first = Task { try await connection.query("select pg_advisory_lock_shared(1), 7 as answer") }
        try await eventually(observer, waits, [.int4(backend), .int8(1)])
        proxy.holdsConnections.store(true, ordering: .sequentiallyConsistent)
        first.cancel()
        try await eventually("the request is held") { proxy.isHolding.load(ordering: .sequentiallyConsistent) }
        // The request is on its way; the statement ends before it arrives, and another one waits for its turn.
        try await observer.query("select pg_advisory_unlock(1)")
        let second = Task { try await connection.query("select pg_advisory_lock_shared(2), 8 as answer") }
        for _ in 0..<50 {
            let row = try await observer.query("\(waits), pg_sleep(0.002)", [.int4(backend), .int8(2)]).only
            #expect(try row.decode(0, as: Bool.self) == false)
        }
        proxy.holdsConnections.store(false, ordering: .sequentiallyConsistent)
        #expect(try await first.value.only.decode("answer", as: Int32.self) == 7)
        try await observer.query("select pg_advisory_unlock(2)")
        #expect(try await second.value.only.decode("answer", as: Int32.self) == 8)
        #expect(try await connection.backend() == backend)
    }

    @Test func whatIsCanceledBeforeItsTurnIsNotSent() async throws {
        let connection = connection
        try await connection.executeScript("create table turns (a int8)")
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await connection.execute("insert into turns values (1)")
        }
        let error = try await postgresError { try await task.value }
        #expect(error.code == .canceled)
        #expect(!error.commitUnknown)
        #expect(try await connection.query("select * from turns").isEmpty)
    }

    @Test func aCanceledTransactionIsRolledBack() async throws {
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
        #expect(try await postgresError { try await task.value }.code == .canceled)
        #expect(try await connection.query("select * from undone").isEmpty)
        #expect(try await connection.backend() == backend)
    }

    @Test func connectingIsGivenUpAtOnce() async throws {
        let silent = try SilentListener()
        var configuration = try PostgresConfiguration(url: "host=127.0.0.1 port=\(silent.port) dbname=x user=x")
        configuration.connectTimeout = .seconds(3_600)
        let stuck = PostgresConnection(configuration: configuration)
        let task = Task { try await stuck.connect() }
        try await eventually("the host is contacted") { silent.isContacted }
        task.cancel()
        #expect(try await postgresError { try await task.value }.code == .canceled)
    }
}
