import Testing

@testable import Postgres

@Suite struct ConfigurationTests {
    @Test(arguments: [
        "postgresql://who:hunter2@one,two:5433/confirmd", "host=one,two password=hunter2 dbname=confirmd",
    ])
    func thePasswordIsInNoDescription(_ url: String) throws {
        for configuration in [
            try PostgresConfiguration(url: url), try PostgresConfiguration(url: url, password: "hunter2"),
        ] {
            var dumped = "\(configuration) \(String(reflecting: configuration))"
            dump(configuration, to: &dumped)
            dump(PostgresConnection(configuration: configuration), to: &dumped)
            #expect(!dumped.contains("hunter2"))
            #expect(dumped.contains("one,two"))
            #expect(configuration.connectionParameters["password"] == "hunter2")
        }
    }

    @Test(arguments: [
        "postgresql://who:hunter%zz2@host/db", "postgresql://who:hunter2@[::1/db", "password='hunter2",
        "passwort=hunter2", "host hunter2", "postgresql://h/db?hunter2=1", "postgresql://h/\0",
    ])
    func aBadStringIsAnErrorThatQuotesNothingOfIt(_ url: String) async throws {
        let error = try await postgresError { try PostgresConfiguration(url: url) }
        #expect(error.code == .configuration)
        #expect(error.disposition == .halt)
        #expect(!"\(error)".contains("hunter"))
        #expect(error.message.count > 30)
    }

    @Test func thePasswordIsInNoErrorOfAFailedConnection() async throws {
        // A user name that equals the password stands for every place in which libpq or the server may echo it.
        let url = try PrivateCluster.shared.get().url(user: "hunter2")
        let configuration = try PostgresConfiguration(url: url, password: "hunter2")
        let error = try await postgresError { try await PostgresConnection(configuration: configuration).connect() }
        #expect(error.code == .unavailable)
        #expect(error.message.contains("does not exist"))
        #expect(!"\(error)".contains("hunter2"))
    }

    @Test func theStringWinsOverDefaultsAndTheFileOverTheStringsPassword() throws {
        let url = "host=h application_name=other target_session_attrs=any connect_timeout=9 password=old"
        let parameters = try PostgresConfiguration(url: url, password: "new").connectionParameters
        #expect(parameters["application_name"] == "other")
        #expect(parameters["target_session_attrs"] == "any")
        #expect(parameters["connect_timeout"] == "9")
        #expect(parameters["password"] == "new")
        #expect(try PostgresConfiguration(url: "host=h").connectionParameters["target_session_attrs"] == "read-write")
    }

    @Test(arguments: [
        (Duration.zero, "1"), (.seconds(Int64.min), "1"), (.microseconds(1), "1"), (.microseconds(1001), "2"),
        (.seconds(Int64.max), "2147483647"), (.seconds(30), "30000"),
    ])
    func aTimeoutIsNeverSentAsZeroWhichWouldMeanNone(_ timeout: Duration, _ milliseconds: String) throws {
        var configuration = try PostgresConfiguration(url: "host=h")
        configuration.statementTimeout = timeout
        let options = try #require(configuration.connectionParameters["options"])
        #expect(options.hasPrefix("-c statement_timeout=\(milliseconds) "))
    }

    @Test func aSessionIsWhatItWasAskedToBeWhateverIsSetForItsRole() async throws {
        let cluster = try PrivateCluster.shared.get()
        let connection = try cluster.connection()
        try await connection.executeScript(
            """
            CREATE ROLE careless SUPERUSER LOGIN;
            ALTER ROLE careless SET search_path = public, pg_catalog;
            ALTER ROLE careless SET standard_conforming_strings = off;
            """)
        for extra in ["", " options='-c search_path=public'"] {
            let careless = PostgresConnection(
                configuration: try PostgresConfiguration(url: cluster.url(user: "careless") + extra))
            let rows = try await careless.query(
                "SELECT current_setting('search_path') AS path, '\\' = chr(92) AS plain", [])
            #expect(try rows.only.decode("path", as: String.self) == "pg_catalog,pg_temp")
            #expect(try rows.only.decode("plain", as: Bool.self))
        }
    }

    @Test func theBackoffDoublesToItsLimitAndStaysThere() {
        let backoff = ReconnectBackoff(first: .milliseconds(100), limit: .seconds(1))
        let delays = (0..<6).map { backoff.delay(attempt: $0, jitter: 0) }
        #expect(delays == [100, 200, 400, 800, 1000, 1000].map { .milliseconds($0) })
        #expect(backoff.delay(attempt: .max, jitter: 1) == .milliseconds(500))
        #expect(backoff.delay(attempt: -1, jitter: 7) == .milliseconds(50))
    }
}
