import BigInt
import Chain
import Foundation
import Payments
import Postgres
import Store
import TestSupport

/// A migrated database with the network `litecoin`, the asset LTC and the project `shop`. The store works as the role
/// that the daemon has in production.
struct MigratedDatabase {
    static let litecoin = Asset(
        code: "LTC", contract: nil, decimals: 8, minimumDeposit: Amount(BigUInt(10_000)), transferFee: .zero)

    let database: TestDatabase
    let connection: PostgresConnection
    let store: Store

    /// A copy of one migrated database, on the server that suites share.
    init() async throws {
        try await self.init(
            PrivatePostgres.shared.createDatabase(template: Self.template.value), isMigrated: true)
    }

    /// A database of the caller's, migrated here.
    init(_ database: TestDatabase, isMigrated: Bool = false) async throws {
        self.database = database
        if !isMigrated { try await Self.migrate(database) }
        connection = PostgresConnection(
            configuration: try PostgresConfiguration(url: database.url(user: "confirmd_daemon")))
        store = Store(connection, lane: "litecoin")
        try await publish(introducing: true)
        try await database.execute("SELECT confirmd.set_project('shop')")
    }

    private static let template = Task {
        let database = try await PrivatePostgres.shared.createDatabase()
        try await migrate(database)
        // Roles belong to the whole server, so they are made once: two services, and somebody without any right.
        try await database.execute(
            """
            CREATE ROLE billing LOGIN IN ROLE confirmd_reader;
            CREATE ROLE mailing LOGIN IN ROLE confirmd_reader;
            CREATE ROLE stranger LOGIN;
            """)
        try await eventually("nobody is connected to the template") {
            try await PrivatePostgres.shared.administration.value(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = :'name'", ["name": database.name]) == "0"
        }
        return database
    }

    private static func migrate(_ database: TestDatabase) async throws {
        let connection = PostgresConnection(configuration: try PostgresConfiguration(url: database.url))
        _ = try await Migrator(connection).migrate { _ in }
        await connection.close()
    }

    @discardableResult
    func publish(
        _ thresholds: Thresholds = Thresholds(credit: 1, final: 3), introducing: Bool = false,
        assets: [Asset] = [Self.litecoin], chain: String = "regtest"
    ) async throws -> Int64 {
        try await store.publish(
            Publication(
                family: "bitcoin", chain: chain, maximumBlockGap: .seconds(10_800), arrivalGrace: .seconds(60),
                thresholds: thresholds, assets: assets),
            from: "test", introducing: introducing)
    }

    /// Another connection to the same database.
    func connect() throws -> PostgresConnection {
        PostgresConnection(configuration: try PostgresConfiguration(url: database.url))
    }

    /// The SQLSTATE with which a statement is refused; nil when it is not.
    func refusal(of sql: String, as user: String = "postgres") async -> String? {
        do {
            try await database.execute(sql, user: user)
            return nil
        } catch let failure as TestDatabase.Failure {
            return failure.sqlState
        } catch {
            return "\(error)"
        }
    }

    /// Does something while another session has a transaction open in which it ran a script.
    /// `ending` is what it ends with before it commits what is left.
    func whileOpen<Value>(
        _ script: String, ending: String = "", as user: String = "postgres", _ work: () async throws -> Value
    ) async throws -> Value {
        let key = Int64.random(in: 1...Int64.max)
        let holder = try connect()
        _ = try await holder.query("SELECT pg_advisory_lock($1)::text AS locked", [.int8(key)])
        async let session: Void = database.execute(
            "BEGIN; \(script); SELECT pg_advisory_lock(\(key))\(ending); COMMIT", user: user)
        try await eventually("the other session waits with its transaction open") {
            try await database.value(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory'"
            ) == "1"
        }
        let value = try await work()
        _ = try await holder.query("SELECT pg_advisory_unlock($1)::text AS unlocked", [.int8(key)])
        try await session
        return value
    }

    /// Writes events as a step does, without anything that they tell of: `count` transactions of one event each.
    func writeEvents(_ count: Int) async throws {
        try await database.execute(
            """
            DO $$ BEGIN FOR n IN 1..\(count) LOOP
                PERFORM confirmd_data.incarnation();
                UPDATE confirmd_data.outbox_counter SET position = position + 1;
                INSERT INTO confirmd.outbox (position, incarnation, id, aggregatetype, aggregateid, type, payload,
                    aggregate_version, schema_version, occurred_at)
                SELECT position, incarnation, gen_random_uuid(), 'invoice', 'i', 'deposit.credited',
                    jsonb_build_object('asset', 'LTC', 'net', position::text), position, 1, clock_timestamp()
                FROM confirmd_data.outbox_counter;
                COMMIT;
            END LOOP; END $$
            """)
    }

    /// Has the next event be the one behind `position`, as if so many had been written.
    func skip(to position: Int64) async throws {
        try await database.execute("UPDATE confirmd_data.outbox_counter SET position = \(position)")
    }
}
