import Foundation
import Postgres
import Synchronization
import Testing

import class TestSupport.SilentListener

@Suite struct TimeoutTests {
    @Test func theStatementTimeoutEndsAStatement() async throws {
        let connection = try sharedConnection { $0.statementTimeout = .milliseconds(500) }
        let error = try await postgresError { try await connection.query("select pg_sleep(60)") }
        #expect(error.code == .statementTimeout)
        #expect(error.disposition == .retry)
        #expect(!error.commitUnknown)
        #expect(try await connection.query("select 1").count == 1)
    }

    @Test func theLockTimeoutEndsAWaitForALock() async throws {
        let holder = try sharedConnection()
        try await holder.executeScript("create table locked (a int8)")
        let waiter = try sharedConnection { $0.lockTimeout = .milliseconds(50) }
        try await waiter.connect()
        let error = try await postgresError {
            try await holder.transaction { transaction in
                try transaction.query("lock table locked")
                return try awaitBlocking { try await waiter.query("select * from locked") }
            }
        }
        #expect(error.code == .lockTimeout)
        #expect(error.disposition == .retry)
        #expect(try await waiter.query("select * from locked").isEmpty)
    }

    @Test func timeoutsOfTheConfigurationWinOverTheStrings() async throws {
        let url = try PrivateCluster.shared.get().url() + " options='-c statement_timeout=1 -c work_mem=5MB'"
        var configuration = try PostgresConfiguration(url: url)
        configuration.statementTimeout = .seconds(7)
        configuration.lockTimeout = nil
        let connection = PostgresConnection(configuration: configuration)
        let row = try await connection.query(
            """
            select current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock,
                current_setting('idle_in_transaction_session_timeout') as idle, current_setting('work_mem') as memory,
                current_setting('application_name') as name
            """
        ).only
        #expect(try row.decode("statement", as: String.self) == "7s")
        #expect(try row.decode("lock", as: String.self) == "0")
        #expect(try row.decode("idle", as: String.self) == "1min")
        #expect(try row.decode("memory", as: String.self) == "5MB")
        #expect(try row.decode("name", as: String.self) == "confirmd")
    }

    @Test(arguments: [0, 1 << 26])
    func aServerThatFallsSilentIsGivenUpAlsoWhileItIsBeingSentTo(_ size: Int) async throws {
        let observer = try sharedConnection()
        let connection = try sharedConnection {
            $0.statementTimeout = .seconds(2)
            $0.silenceGrace = .milliseconds(200)
        }
        let backend = try await connection.backend()
        try await connection.query("select $1 is null", [.bytea([])])
        kill(backend, SIGSTOP)
        let error = try await postgresError {
            try await connection.query("select $1 is null", [.bytea([UInt8](repeating: 0, count: size))])
        }
        kill(backend, SIGCONT)
        #expect(error.code == .unavailable)
        #expect(error.commitUnknown)
        #expect(try await connection.backend() != backend)
        try await eventually(
            observer, "select not exists (select from pg_stat_activity where pid = $1)", [.int4(backend)])
    }

    @Test func aServerThatDoesNotConfirmACancelIsGivenUp() async throws {
        let observer = try sharedConnection()
        let connection = try sharedConnection { $0.silenceGrace = .milliseconds(200) }
        let backend = try await connection.backend()
        let task = Task { try await connection.query("select pg_sleep(60)") }
        try await untilAsleep(backend, observer)
        kill(backend, SIGSTOP)
        task.cancel()
        let error = try await postgresError { try await task.value }
        kill(backend, SIGCONT)
        #expect(error.code == .canceled)
        #expect(error.commitUnknown)
        #expect(try await connection.backend() != backend)
    }

    @Test func aHostThatNeverAnswersCostsNoMoreThanTheConnectTimeout() async throws {
        let silent = try SilentListener()
        var configuration = try PostgresConfiguration(url: "host=127.0.0.1 port=\(silent.port) dbname=x user=x")
        configuration.connectTimeout = .seconds(2)
        // Without it nothing would ever end this.
        let error = try await postgresError { try await PostgresConnection(configuration: configuration).connect() }
        #expect(error.code == .unavailable)
        #expect(error.disposition == .retry)
    }

    @Test func theNextHostIsTriedAfterOneThatNeverAnswers() async throws {
        let silent = try SilentListener()
        let url = try PrivateCluster.shared.get().url(after: "127.0.0.1", port: silent.port)
        var configuration = try PostgresConfiguration(url: url)
        configuration.connectTimeout = .seconds(5)
        #expect(try await PostgresConnection(configuration: configuration).query("select 1").count == 1)
    }
}

/// A place for an error that another task throws.
private final class Outcome: Sendable {
    let error = Mutex<(any Error)?>(nil)
}

/// Runs async work from the synchronous body of a transaction, whose thread is its own, and throws what it throws.
func awaitBlocking(_ work: @escaping @Sendable () async throws -> PostgresRows) throws {
    let done = DispatchSemaphore(value: 0)
    let outcome = Outcome()
    Task {
        do { _ = try await work() } catch { outcome.error.withLock { $0 = error } }
        done.signal()
    }
    done.wait()
    if let error = outcome.error.withLock({ $0 }) { throw error }
}
