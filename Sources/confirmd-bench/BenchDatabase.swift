import BigInt
import Chain
import Foundation
import Payments
import Postgres
import Store
import TestSupport

/// A durable PostgreSQL of the benchmark's own, with a migrated database in which the network `litecoin` and the project
/// `shop` are known.
struct BenchDatabase {
    static let network = "litecoin"
    static let asset = Asset(
        code: "LTC", contract: nil, decimals: 8, minimumDeposit: Amount(BigUInt(10_000)), transferFee: .zero)

    let server: PrivatePostgres
    let database: TestDatabase
    /// A superuser's connection that waits for as long as it takes.
    let administration: PostgresConnection

    /// - Parameters:
    ///   - credit: confirmations until a deposit is credited; it is final a hundred later.
    ///   - server: one that is running; nil starts one.
    init(credit: Int32, on server: PrivatePostgres? = nil) async throws {
        let server = if let server { server } else { try await Self.start() }
        self.server = server
        database = try await server.createDatabase()
        var configuration = try PostgresConfiguration(url: database.url)
        configuration.statementTimeout = nil
        administration = PostgresConnection(configuration: configuration)
        _ = try await Migrator(administration).migrate { _ in }
        try await Store(administration, lane: Self.network).publish(
            Self.publication(credit: credit), from: "bench", introducing: true)
        try await administration.executeScript("SELECT confirmd.set_project('shop', service_fee_bps => 100)")
    }

    /// With what an installation of any size would set; the rest is as PostgreSQL comes.
    private static func start() async throws -> PrivatePostgres {
        try await PrivatePostgres(
            durable: true,
            settings: """
                shared_buffers = 1GB
                max_wal_size = 16GB
                checkpoint_timeout = 1h
                maintenance_work_mem = 512MB

                """)
    }

    static func publication(credit: Int32) -> Publication {
        Publication(
            family: "bitcoin", chain: "litecoin/regtest", maximumBlockGap: .seconds(10_800), arrivalGrace: .seconds(60),
            thresholds: Thresholds(credit: credit, final: credit + 100), assets: [asset])
    }

    /// A further connection, as the role that the daemon has.
    func connect() throws -> PostgresConnection { PostgresConnection(configuration: try configuration) }

    var configuration: PostgresConfiguration {
        get throws { try PostgresConfiguration(url: database.url(user: "confirmd_daemon")) }
    }

    func number(_ query: String) async throws -> Int64 {
        try await administration.query("SELECT (\(query))::bigint AS number").only.decode("number")
    }
}
