import BigInt
import Chain
import Foundation
import Payments
import Postgres
import Store
import TestSupport

/// A migrated database with the network `litecoin`, the asset LTC and the project `shop`.
struct MigratedDatabase {
    static let litecoin = Asset(
        code: "LTC", contract: nil, decimals: 8, minimumDeposit: Amount(BigUInt(10_000)), transferFee: .zero)

    let database: TestDatabase
    let connection: PostgresConnection
    let store: Store

    init() async throws {
        database = try await PrivatePostgres.shared.createDatabase()
        connection = PostgresConnection(configuration: try PostgresConfiguration(url: database.url))
        _ = try await Migrator(connection).migrate { _ in }
        store = Store(connection, lane: "litecoin")
        try await publish(introducing: true)
        try await database.execute("SELECT confirmd.set_project('shop')")
    }

    @discardableResult
    func publish(
        introducing: Bool = false, credit: Int32 = 1, assets: [Asset] = [Self.litecoin], chain: String = "regtest"
    ) async throws -> Int64 {
        try await store.publish(
            Publication(
                family: "bitcoin", chain: chain, maximumBlockGap: .seconds(10_800), arrivalGrace: .seconds(60),
                thresholds: Thresholds(credit: credit, final: credit + 2), assets: assets),
            from: "test", introducing: introducing)
    }

    /// Another connection to the same database.
    func connect() throws -> PostgresConnection {
        PostgresConnection(configuration: try PostgresConfiguration(url: database.url))
    }

    /// The SQLSTATE with which a statement is refused; nil when it is not.
    func refusal(of sql: String) async -> String? {
        do {
            try await database.execute(sql)
            return nil
        } catch let failure as TestDatabase.Failure {
            return failure.sqlState
        } catch {
            return "\(error)"
        }
    }
}
