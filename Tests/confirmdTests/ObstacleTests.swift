import TestSupport
import Testing

/// What would stop a migration in its middle is found before it begins.
@Suite("Before the first migration", .inTurns)
struct ObstacleTests {
    private func refused(_ installation: Installation, _ words: String) async throws {
        for command in [["migrate"], ["migrate", "--check"]] {
            let output = try await Executable.run(command + ["--config", installation.configuration])
            #expect(output.exit == .status(1))
            #expect(output.stderr.contains(words), "\(output.stderr)")
        }
        let check = try await installation.run("config", "check")
        #expect(check.exit == .status(78))
        #expect(check.stdout.contains(words), "\(check.stdout)")
    }

    private func isUntouched(_ database: TestDatabase) async throws -> Bool {
        try await database.value("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'confirmd%'") == "0"
    }

    @Test(
        "Another encoding than UTF8 is refused, with how to make a database that has it",
        arguments: ["LATIN1", "SQL_ASCII"])
    func encoding(name: String) async throws {
        let server = try await PrivatePostgres.shared
        let database = try await server.createDatabase(encoding: name)
        let installation = try Installation(database: database.url, networks: [Desk.network])
        try await refused(installation, "has the encoding \(name), confirmd needs UTF8")
        try await refused(installation, "createdb --encoding=UTF8 --template=template0")
        #expect(try await isUntouched(database))
    }

    @Test("An owner who may make no roles hears that, and how it is mended")
    func createRole() async throws {
        let server = try await PrivatePostgres()
        let database = try await server.createDatabase()
        try await database.execute("CREATE ROLE plain LOGIN; ALTER DATABASE \(database.name) OWNER TO plain")
        let installation = try Installation(database: database.url(user: "plain"), networks: [Desk.network])
        try await refused(installation, "role plain may not make roles")
        #expect(try await isUntouched(database))
        try await database.execute("ALTER ROLE plain CREATEROLE")
        try await installation.succeed("migrate")
    }

    @Test("A second installation with an owner of its own hears what that one lacks, where the server asks for more")
    func secondInstallation() async throws {
        let server = try await PrivatePostgres()
        let first = try await server.createDatabase()
        try await Installation(database: first.url, networks: [Desk.network]).succeed("migrate")
        let second = try await server.createDatabase()
        try await second.execute("CREATE ROLE other LOGIN CREATEROLE; ALTER DATABASE \(second.name) OWNER TO other")
        let installation = try Installation(database: second.url(user: "other"), networks: [Desk.network])
        if try await second.value("SELECT current_setting('server_version_num')::int >= 160000") == "t" {
            let grant = """
                GRANT confirmd_owner, confirmd_reader, confirmd_creator, confirmd_operator, confirmd_daemon TO "other" \
                WITH ADMIN OPTION
                """
            try await refused(installation, grant)
            #expect(try await isUntouched(second))
            try await second.execute(grant)
        }
        try await installation.succeed("migrate")
        try await installation.succeed("project", "set", "shop")
    }
}
