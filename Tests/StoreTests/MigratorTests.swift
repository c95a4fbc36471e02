import Foundation
import Payments
import Postgres
import TestSupport
import Testing

@testable import Store

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
        let everything = Migration.all.map(\.name) + ["definitions"]
        #expect(try await migrator.standing() == .behind(everything))
        var applied: [String] = []
        #expect(try await migrator.migrate { applied.append($0) } == .current)
        #expect(applied == everything)
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

    @Test("The schema of a newer release is left as it is, with all that this one would define otherwise")
    func newer() async throws {
        let database = try await PrivatePostgres.shared.createDatabase()
        let migrator = Migrator(try connection(database))
        _ = try await migrator.migrate { _ in }
        let next = Migrator.release + 1
        try await database.execute(
            """
            INSERT INTO confirmd_data.migration VALUES (\(Migration.all.count + 1), 'newer', '');
            UPDATE confirmd_data.definitions SET release = \(next), checksum = 'theirs';
            DROP FUNCTION confirmd_data.renew_lane;
            """)
        #expect(try await migrator.migrate { Issue.record("applied \($0)") } == .ahead(next))
        #expect(try await database.value("SELECT checksum = 'theirs' FROM confirmd_data.definitions") == "t")
        #expect(try await database.value("SELECT to_regproc('confirmd_data.renew_lane')") == nil)
    }

    @Test("An applied migration that is not this program's is noticed, and so is one that it does not have")
    func checksums() async throws {
        let database = try await PrivatePostgres.shared.createDatabase()
        let migrator = Migrator(try connection(database))
        _ = try await migrator.migrate { _ in }
        let next = Migration.all.count + 1
        try await database.execute("INSERT INTO confirmd_data.migration VALUES (\(next), 'unknown', '')")
        #expect(try await migrator.migrate { Issue.record("applied \($0)") } == .changed("unknown"))
        try await database.execute("UPDATE confirmd_data.migration SET checksum = '' WHERE number = 1")
        #expect(try await migrator.standing() == .changed(Migration.all[0].name))
    }

    @Test("Functions that are no longer as they were are defined anew, and what no file defines is dropped")
    func definitions() async throws {
        let database = try await PrivatePostgres.shared.createDatabase()
        let migrator = Migrator(try connection(database))
        _ = try await migrator.migrate { _ in }
        // As a program of the version before would have left it.
        try await database.execute(
            """
            DROP FUNCTION confirmd_data.renew_lane;
            CREATE FUNCTION confirmd_data.renew_lane(p_lane text) RETURNS boolean LANGUAGE sql AS 'SELECT false';
            CREATE FUNCTION confirmd_data.of_old() RETURNS boolean LANGUAGE sql AS 'SELECT false';
            CREATE OR REPLACE FUNCTION confirmd_data.fee(gross numeric, transfer_fee numeric, service_fee_bps int)
                RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT 0::numeric';
            UPDATE confirmd_data.definitions SET checksum = '';
            """)
        #expect(try await migrator.standing() == .behind(["definitions"]))
        var applied: [String] = []
        #expect(try await migrator.migrate { applied.append($0) } == .current)
        #expect(applied == ["definitions"])
        #expect(try await database.value("SELECT confirmd_data.fee(1000, 10, 100)") == "20")
        let arguments = try await database.value(
            "SELECT string_agg(pronargs::text, ',') FROM pg_proc WHERE proname IN ('renew_lane', 'of_old')")
        #expect(arguments == "4")
        #expect(
            try await database.value("SELECT confirmd_data.renew_lane('', NULL, 0, NULL)", user: "confirmd_daemon")
                == "f")
    }

    @Test(
        "Hosts that introduce one chain at once under several names introduce it once",
        arguments: ["read committed", "serializable", "repeatable read"])
    func race(isolation: String) async throws {
        let migrated = try await MigratedDatabase()
        try await migrated.database.execute(
            "ALTER DATABASE \(migrated.database.name) SET default_transaction_isolation = '\(isolation)'")
        let outcomes = await withTaskGroup(of: String?.self) { group in
            for number in 1...8 {
                group.addTask {
                    do {
                        try await Store(migrated.connect(), lane: "n\(number)").publish(
                            Publication(
                                family: "evm", chain: "1", maximumBlockGap: .seconds(1), arrivalGrace: .zero,
                                thresholds: Thresholds(credit: 1, final: 1), assets: []), from: "test",
                            introducing: true)
                        return nil
                    } catch {
                        return (error as? PostgresError)?.sqlState
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count { $0 == nil } == 1)
        #expect(outcomes.compactMap(\.self).allSatisfy { ["CF007", "40001"].contains($0) }, "\(outcomes)")
        #expect(try await migrated.database.value("SELECT count(*) FROM confirmd.network WHERE chain = '1'") == "1")
    }

    @Test("Every definition is a file of its name, and every file is built in")
    func files() throws {
        let list = try String(
            contentsOfFile: Package.file("Sources/Store/Migrations/migrations.c"), encoding: .utf8)
        for (folder, kind) in [("Functions", "FUNCTION"), ("Views", "VIEW"), ("Comments", "SCHEMA|TABLE|COLUMN")] {
            let path = Package.file("Sources/Store/\(folder)")
            for file in try FileManager.default.contentsOfDirectory(atPath: path).sorted() {
                let text = try String(contentsOfFile: "\(path)/\(file)", encoding: .utf8)
                #expect(list.contains("#embed \"../\(folder)/\(file)\""))
                let name = file.dropLast(".sql".count)
                let names = text.matches(
                    of: try Regex(
                        "(?m)^(?:CREATE OR REPLACE|COMMENT ON) (?:\(kind)) (?:confirmd(?:_data)?\\.)?([a-z_]+)( |\\.|\\(|$)",
                        as: (Substring, Substring, Substring).self))
                #expect(Set(names.map(\.1)) == [name], "\(folder)/\(file)")
            }
        }
    }

    @Test("Migrations are numbered 1, 2, 3 …")
    func numbers() {
        #expect(Migration.all.map(\.number) == Array(1...Int32(Migration.all.count)))
    }
}
