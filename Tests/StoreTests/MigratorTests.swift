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

    @Test("A database in which two networks are one chain is migrated whole, and both are refused until one is retired")
    func chains() async throws {
        let database = try await PrivatePostgres.shared.createDatabase()
        let connection = try connection(database)
        try await connection.executeScript(
            """
            CREATE SCHEMA confirmd_data;
            CREATE TABLE confirmd_data.migration (number int PRIMARY KEY, name text NOT NULL, checksum bytea NOT NULL,
                applied_at timestamptz NOT NULL DEFAULT clock_timestamp());
            """)
        for migration in Migration.all where migration.name < "0015" {
            try await connection.executeScript("BEGIN; \(migration.script) COMMIT;")
        }
        let chains = [("a", "1"), ("b", "1"), ("c", "1"), ("d", "2")]
        for (network, chain) in chains {
            try await database.execute(
                """
                INSERT INTO confirmd_data.network (network, family, chain, max_block_gap, arrival_grace, state)
                VALUES ('\(network)', 'evm', '\(chain)', '1 hour', '1 minute', '\(network == "a" ? "retired" : "following")')
                """)
        }
        #expect(try await Migrator(connection).migrate { _ in } == .current)
        #expect(
            try await database.rows("SELECT network, shares_chain FROM confirmd_data.network ORDER BY network")
                == [["a", "t"], ["b", "f"], ["c", "t"], ["d", "f"]])

        func publish(_ network: String, _ chain: String) async throws {
            try await Store(connection, lane: network).publish(
                Publication(
                    family: "evm", chain: chain, maximumBlockGap: .seconds(1), arrivalGrace: .zero,
                    thresholds: Thresholds(credit: 1, final: 1), assets: []), from: "test", introducing: false)
        }
        func refusal(_ network: String, _ chain: String) async -> String? {
            do {
                try await publish(network, chain)
                return nil
            } catch {
                return (error as? PostgresError).map { "\($0.sqlState ?? "") \($0.message)" }
            }
        }
        #expect(await refusal("b", "1") == "CF007 networks \"b\" and \"c\" are both 1: a payment counts for both")
        #expect(await refusal("c", "1") == "CF007 networks \"c\" and \"b\" are both 1: a payment counts for both")
        #expect(await refusal("e", "1") == "CF007 network \"e\" can't be 1, for network \"b\" is")
        #expect(await refusal("a", "1") == nil)
        try await publish("d", "2")
        try await publish("e", "3")
        try await database.execute("UPDATE confirmd_data.network SET state = 'retired' WHERE network = 'c'")
        try await publish("b", "1")
    }

    @Test(
        "More consumers of one role than there may be, and commands that were asked for twice, are migrated as they are"
    )
    func crowded() async throws {
        let database = try await PrivatePostgres.shared.createDatabase()
        let connection = try connection(database)
        try await connection.executeScript(
            """
            CREATE SCHEMA confirmd_data;
            CREATE TABLE confirmd_data.migration (number int PRIMARY KEY, name text NOT NULL, checksum bytea NOT NULL,
                applied_at timestamptz NOT NULL DEFAULT clock_timestamp());
            """)
        for migration in Migration.all where migration.name < "0018" {
            try await connection.executeScript("BEGIN; \(migration.script) COMMIT;")
        }
        try await database.execute(
            """
            INSERT INTO confirmd_data.network (network, family, chain, max_block_gap, arrival_grace)
            VALUES ('a', 'evm', '1', '1 hour', '1 minute'), ('b', 'evm', '2', '1 hour', '1 minute');
            INSERT INTO confirmd_data.operator_command (kind, network, reason, outcome, decided_at) VALUES
                ('resume_network', 'a', 'done', 'applied', now()), ('resume_network', 'a', 'first', NULL, NULL),
                ('resume_network', 'a', 'second', NULL, NULL), ('resync_network', 'a', 'other', NULL, NULL),
                ('resume_network', 'b', 'elsewhere', NULL, NULL), ('resume_network', 'a', 'third', NULL, NULL);
            INSERT INTO confirmd_data.outbox_consumer (consumer, role, incarnation, position)
            SELECT role || n, role, 1, 0 FROM generate_series(1, 147) n, unnest(ARRAY['postgres', 'other']) role
            WHERE role = 'postgres' OR n < 3;
            """)
        #expect(try await Migrator(connection).migrate { _ in } == .current)
        #expect(
            try await database.rows("SELECT reason, outcome, detail FROM confirmd.operator_command ORDER BY number")
                == [
                    ["done", "applied", nil], ["first", nil, nil], ["second", "refused", "asked for before"],
                    ["other", nil, nil], ["elsewhere", nil, nil], ["third", "refused", "asked for before"],
                ])
        try await database.execute("SELECT confirmd.acknowledge('postgres147', 1, 0)")
        await #expect { try await database.execute("SELECT confirmd.acknowledge('new', 1, 0)") } throws: {
            ($0 as? TestDatabase.Failure)?.sqlState == "CF015"
        }
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
        for folder in ["Functions", "Views"] {
            let path = Package.file("Sources/Store/\(folder)")
            for file in try FileManager.default.contentsOfDirectory(atPath: path).sorted() {
                let text = try String(contentsOfFile: "\(path)/\(file)", encoding: .utf8)
                #expect(list.contains("#embed \"../\(folder)/\(file)\""))
                let name = file.dropLast(".sql".count)
                let names = text.matches(of: /(?m)^CREATE OR REPLACE (?:FUNCTION|VIEW) confirmd(?:_data)?\.([a-z_]+)/)
                #expect(names.map(\.1) == [name], "\(folder)/\(file)")
            }
        }
    }

    @Test("Migrations are numbered 1, 2, 3 …")
    func numbers() {
        #expect(Migration.all.map(\.number) == Array(1...Int32(Migration.all.count)))
    }
}
