import Postgres
import Store
import TestSupport
import Testing

@Suite("Migrations")
struct MigratorTests {
    private func connection(_ database: TestDatabase) throws -> PostgresConnection {
        var configuration = try PostgresConfiguration(url: database.url)
        configuration.lockTimeout = nil
        return PostgresConnection(configuration: configuration)
    }

    @Test("An empty database is brought up to date, once")
    func migrate() async throws {
        let database = try await PrivatePostgres.shared.createDatabase()
        let migrator = Migrator(try connection(database))
        #expect(try await migrator.standing() == .behind(Migration.all.map(\.name)))
        var applied: [String] = []
        #expect(try await migrator.migrate { applied.append($0) } == .current)
        #expect(applied == Migration.all.map(\.name))
        applied = []
        #expect(try await migrator.migrate { applied.append($0) } == .current)
        #expect(applied.isEmpty)
    }

    @Test("Two programs migrating at once do the work once")
    func concurrently() async throws {
        let database = try await PrivatePostgres.shared.createDatabase()
        let one = Migrator(try connection(database))
        let two = Migrator(try connection(database))
        async let first = one.migrate { _ in }
        async let second = two.migrate { _ in }
        #expect(try await [first, second] == [.current, .current])
    }

    @Test("An applied migration that changed since is noticed, and so is a newer one")
    func checksums() async throws {
        let database = try await PrivatePostgres.shared.createDatabase()
        let migrator = Migrator(try connection(database))
        _ = try await migrator.migrate { _ in }
        let next = (Migration.all.last?.number ?? 0) + 1
        try await database.execute("INSERT INTO confirmd_data.migration VALUES (\(next), 'newer', '')")
        #expect(try await migrator.standing() == .ahead(next))
        try await database.execute("UPDATE confirmd_data.migration SET checksum = '' WHERE number = 2")
        #expect(try await migrator.standing() == .changed(Migration.all[1].name))
    }

    @Test("Migrations are numbered 1, 2, 3 …")
    func numbers() {
        #expect(Migration.all.map(\.number) == Array(1...Int32(Migration.all.count)))
    }
}
