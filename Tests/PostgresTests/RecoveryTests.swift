import Postgres
import Synchronization
import Testing

import class TestSupport.MeddlingProxy

@Suite struct RecoveryTests {
    @Test func aKilledServerMeansRetryAndThenEverythingGoesOn() async throws {
        let cluster = try PrivateCluster()
        let connection = try cluster.connection()
        try await connection.query("select 1")
        try cluster.stop(mode: "immediate")
        let error = try await postgresError { try await connection.query("select 1") }
        #expect(error.disposition == .retry)
        #expect(!error.commitUnknown)
        #expect(try await postgresError { try await connection.query("select 1") }.code == .unavailable)

        let failures = Mutex<[PostgresError]>([])
        let count = try await connection.untilAvailable(
            backoff: ReconnectBackoff(first: .milliseconds(10), limit: .milliseconds(100))
        ) { error, _ in
            failures.withLock { $0.append(error) }
            if failures.withLock({ $0.count }) == 3 { #expect(throws: Never.self) { try cluster.start() } }
        } _: { connection throws(PostgresError) in
            try await connection.query("select 1").count
        }
        #expect(count == 1)
        #expect(failures.withLock { $0.count } >= 3)
    }

    @Test func everyServerThatIsConnectedToIsAskedForAdmissionFirst() async throws {
        let cluster = try PrivateCluster()
        let visits = Mutex(0)
        let connection = PostgresConnection(configuration: try cluster.configuration()) {
            server throws(PostgresError) in
            try server.query("select 1")
            if visits.withLock({
                $0 += 1; return $0
            }) == 2 {
                throw PostgresError(.behind, "an old one")
            }
        }
        for _ in 0..<3 { try await connection.query("select 1") }
        #expect(visits.withLock(\.self) == 1)
        try cluster.stop(mode: "immediate")
        #expect(try await postgresError { try await connection.query("select 1") }.code == .unavailable)
        try cluster.start()
        let refusal = try await postgresError { try await connection.query("create table written ()") }
        #expect(refusal.code == .behind && refusal.disposition == .retry && !refusal.commitUnknown)
        // The next one connects anew, and is asked again.
        let here = try await connection.query("select to_regclass('written') is null as absent").only
        #expect(try here.decode("absent", as: Bool.self) && visits.withLock(\.self) == 3)
    }

    @Test func aKillDuringAStatementLeavesItsCommitUnknown() async throws {
        let cluster = try PrivateCluster()
        let connection = try cluster.connection()
        let backend = try await connection.backend()
        let task = Task { try await connection.query("select pg_sleep(60)") }
        try await untilAsleep(backend, try cluster.connection())
        try cluster.stop(mode: "immediate")
        let error = try await postgresError { try await task.value }
        #expect(error.disposition == .retry)
        #expect(error.commitUnknown)
        try cluster.start()
        #expect(try await connection.query("select 1").count == 1)
    }

    @Test func untilAvailableEndsWithAnErrorThatWaitingCantCure() async throws {
        let connection = try sharedConnection()
        let error = try await postgresError {
            try await connection.untilAvailable { connection throws(PostgresError) in
                try await connection.query("select * from nowhere")
            }
        }
        #expect(error.code == .schema)
    }

    @Test func untilAvailableEndsWhenItsTaskIsCanceled() async throws {
        let configuration = try PostgresConfiguration(url: "host=/nonexistent dbname=x user=x")
        let connection = PostgresConnection(configuration: configuration)
        let error = try await postgresError {
            try await connection.untilAvailable(onFailure: { _, _ in withUnsafeCurrentTask { $0?.cancel() } }) {
                connection throws(PostgresError) in try await connection.connect()
            }
        }
        #expect(error.code == .canceled)
    }

    @Test func aBackendTerminatedWhileIdleIsNoticedBeforeAnythingIsSent() async throws {
        let connection = try sharedConnection()
        let observer = try sharedConnection()
        let backend = try await connection.backend()
        try await observer.query("select pg_terminate_backend($1)", [.int4(backend)])
        try await eventually(
            observer, "select not exists (select from pg_stat_activity where pid = $1)", [.int4(backend)])
        let error = try await postgresError { try await connection.query("select 1") }
        #expect(error.disposition == .retry)
        #expect(!error.commitUnknown)
        #expect(try await connection.query("select 1").count == 1)
    }

    @Test func aBackendTerminatedInMidStatementLeavesItsCommitUnknown() async throws {
        let connection = try sharedConnection()
        let observer = try sharedConnection()
        let backend = try await connection.backend()
        let task = Task { try await connection.query("select pg_sleep(60)") }
        try await untilAsleep(backend, observer)
        try await observer.query("select pg_terminate_backend($1)", [.int4(backend)])
        let error = try await postgresError { try await task.value }
        #expect(error.sqlState == "57P01")
        #expect(error.disposition == .retry)
        #expect(error.commitUnknown)
        #expect(try await connection.query("select 1").count == 1)
    }

    @Test func aConnectionLostInsideATransactionLeavesNothingUnknownButItsCommitDoes() async throws {
        let connection = try sharedConnection()
        try await connection.executeScript(
            """
            create table deferred_check (a int8);
            create function fall() returns trigger language plpgsql as
                $$ begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$;
            create constraint trigger fall after insert on deferred_check deferrable initially deferred
                for each row execute function fall();
            """)
        let inside = try await postgresError {
            try await connection.transaction { try $0.query("select pg_terminate_backend(pg_backend_pid())") }
        }
        #expect(inside.disposition == .retry)
        #expect(!inside.commitUnknown)
        let atCommit = try await postgresError {
            try await connection.transaction { try $0.execute("insert into deferred_check values (1)") }
        }
        #expect(atCommit.disposition == .retry)
        #expect(atCommit.commitUnknown)
    }

    @Test func whatCommittedBeforeTheAnswerWasLostIsReportedAsUnknown() async throws {
        let cluster = try PrivateCluster.shared.get()
        let proxy = try MeddlingProxy(server: cluster.folder + "/.s.PGSQL.5432")
        let direct = try cluster.connection()
        try await direct.executeScript("create table answered (a int8)")
        var configuration = try PostgresConfiguration(url: proxy.url())
        configuration.searchPath = ["public"]
        let connection = PostgresConnection(configuration: configuration)
        let insert = "insert into answered values ($1)"
        try await connection.execute(insert, [.int8(1)])
        proxy.losesAnswers.store(true, ordering: .sequentiallyConsistent)
        let error = try await postgresError { try await connection.execute(insert, [.int8(2)]) }
        #expect(error.commitUnknown)
        #expect(error.disposition == .retry)
        #expect(try await direct.query("select * from answered").count == 2)
        proxy.losesAnswers.store(false, ordering: .sequentiallyConsistent)
        try await connection.execute(insert, [.int8(3)])
    }

    @Test(arguments: ["127.0.0.1", "/nonexistent"])
    func theNextHostIsTriedAfterADeadOne(_ host: String) async throws {
        let url = try PrivateCluster.shared.get().url(after: host)
        let connection = PostgresConnection(configuration: try PostgresConfiguration(url: url))
        #expect(try await connection.query("select 1").count == 1)
    }

    @Test func severalHostsInAURIAreUnderstood() async throws {
        let folder = try PrivateCluster.shared.get().folder.split(separator: "/").joined(separator: "%2F")
        let url = "postgresql://postgres@127.0.0.1:1,%2F\(folder):5432/postgres"
        #expect(
            try await PostgresConnection(configuration: try PostgresConfiguration(url: url)).query("select 1").count
                == 1)
    }

    @Test func aServerThatOnlyReadsIsPassedOver() async throws {
        let cluster = try PrivateCluster.shared.get()
        let url = cluster.url() + " options='-c default_transaction_read_only=on'"
        let error = try await postgresError {
            try await PostgresConnection(configuration: try PostgresConfiguration(url: url)).connect()
        }
        #expect(error.disposition == .retry)
        #expect(error.message.contains("read-only"))
    }
}
