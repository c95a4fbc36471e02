import Testing

import enum TestSupport.Command
import class TestSupport.PgBouncer
import class TestSupport.PrivatePostgres

@testable import Postgres

@Suite(.enabled(if: PgBouncer.isInstalled, "needs pgbouncer, which deploy/test installs")) struct PoolerTests {
    @Test(arguments: ["", "options,extra_float_digits"])
    func aSessionOfOurOwnHasOurSettingsInForceWhateverThePoolerDrops(_ ignored: String) async throws {
        let server = try await PrivatePostgres.shared
        let bouncer = try await PgBouncer(before: server, mode: "session", ignoring: ignored)
        var configuration = try PostgresConfiguration(url: bouncer.url(of: server.administration))
        configuration.statementTimeout = .seconds(7)
        let connection = PostgresConnection(configuration: configuration)
        for setting in configuration.settings {
            let value = try await connection.query(
                "SELECT setting FROM pg_settings WHERE name = $1", [.text(setting.name)])
            #expect(try value.only.decode("setting", as: String.self) == setting.value, "\(setting)")
        }
        #expect(await connection.isPooled)
        await connection.close()
        #expect(try await connection.query("SELECT 1").count == 1)
    }

    @Test(arguments: ["transaction", "statement"], ["", "options,extra_float_digits"])
    func sessionsThatAreSharedAreRefusedWithWhatToDo(_ mode: String, _ ignored: String) async throws {
        let server = try await PrivatePostgres.shared
        let bouncer = try await PgBouncer(before: server, mode: mode, ignoring: ignored)
        let configuration = try PostgresConfiguration(url: bouncer.url(of: server.administration))
        // Others are at work meanwhile.
        let others = busy([
            "\(server.binaries)/psql", "-X", "-c", "SELECT pg_sleep(0.005)", bouncer.url(of: server.administration),
        ])
        for _ in 1...5 {
            let error = try await postgresError { try await PostgresConnection(configuration: configuration).connect() }
            #expect(error.code == .configuration)
            #expect(error.disposition == .halt)
            #expect(error.message.contains("pool_mode = session"))
        }
        others.cancel()
    }

    @Test func aPoolThatIsUsedUpIsSaidToBe() async throws {
        let server = try await PrivatePostgres.shared
        let bouncer = try await PgBouncer(before: server, mode: "session", pool: 2)
        var configuration = try PostgresConfiguration(url: bouncer.url(of: server.administration))
        configuration.connectTimeout = .seconds(2)
        configuration.silenceGrace = .milliseconds(100)
        let held = [PostgresConnection(configuration: configuration), PostgresConnection(configuration: configuration)]
        for connection in held { try await connection.connect() }
        let late = PostgresConnection(configuration: configuration)
        let error = try await postgresError { try await late.connect() }
        #expect(error.disposition == .retry)
        #expect(error.message.contains("a pooler does that whose connections are all in use"))
        await held[0].close()
        try await late.connect()
    }

    @Test func aServerWithoutAPoolerIsKnownForOne() async throws {
        let connection = try sharedConnection()
        try await connection.connect()
        #expect(await !connection.isPooled)
    }

    @Test func optionsOfTheConnectionStringThatAPoolerRefusesAreNotDropped() async throws {
        let server = try await PrivatePostgres.shared
        let bouncer = try await PgBouncer(before: server, mode: "session")
        let url = bouncer.url(of: server.administration) + "&options=-c%20work_mem%3D5MB"
        let error = try await postgresError {
            try await PostgresConnection(configuration: try PostgresConfiguration(url: url)).connect()
        }
        #expect(error.code == .configuration)
        #expect(error.message.contains("unsupported startup parameter"))
    }

    /// Short transactions of three other clients, one after the other, until it is canceled.
    private func busy(_ command: [String]) -> Task<Void, Never> {
        Task {
            await withDiscardingTaskGroup { group in
                for _ in 1...3 {
                    group.addTask {
                        while !Task.isCancelled { _ = try? await Command.run(command) }
                    }
                }
            }
        }
    }
}
