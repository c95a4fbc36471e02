import BigInt
import Chain
import Foundation
import Logging
import Payments
import Postgres
import Store
import Sync
import TestSupport

@testable import Watcher

/// A migrated database, a model chain, and workers that follow it.
struct Watched {
    let database: TestDatabase
    let chain: ModelChain
    let publication: Publication

    init(
        server: PrivatePostgres? = nil, blocks: Int = 20, age: Int64 = 600,
        thresholds: Thresholds = Thresholds(credit: 1, final: 3)
    ) async throws {
        let server = if let server { server } else { try await PrivatePostgres.shared }
        database = try await server.createDatabase()
        chain = ModelChain(blocks: blocks, time: Int64(Date().timeIntervalSince1970) - age)
        publication = Publication(
            family: "model", chain: "test", maximumBlockGap: .seconds(10_800), arrivalGrace: .zero,
            thresholds: thresholds,
            assets: [
                Asset(code: "COIN", contract: nil, decimals: 8, minimumDeposit: .zero, transferFee: .zero)
            ])
        let connection = PostgresConnection(configuration: try PostgresConfiguration(url: database.url))
        _ = try await Migrator(connection).migrate { _ in }
        try await Store(connection, lane: "model").publish(publication, from: "test", introducing: true)
        try await database.execute("SELECT confirmd.set_project('shop')")
    }

    /// A worker whose connections lead straight to the server, or through a proxy.
    func worker(
        start: Start = .tip, preferring other: ModelChain? = nil, through proxy: MeddlingProxy? = nil
    ) throws -> LaneWorker {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return LaneWorker(
            following: NetworkSettings(
                network: "model", publication: publication, start: start, maxReorgDepth: 50,
                pollInterval: .milliseconds(200)),
            nodes: [other, chain].compactMap(\.self), addresses: ModelAddresses(),
            stores: PostgresLaneStore.opener(
                of: "model", in: try configuration(user: "confirmd_daemon", through: proxy), logger: logger),
            host: "test", logger: logger)
    }

    func settlementWorker(through proxy: MeddlingProxy? = nil) throws -> LaneWorker {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return LaneWorker(
            settlementIn: PostgresLaneStore.opener(
                of: Store.settlementLane, in: try configuration(user: "postgres", through: proxy), logger: logger),
            host: "test", logger: logger)
    }

    private func configuration(user: String, through proxy: MeddlingProxy?) throws -> PostgresConfiguration {
        try PostgresConfiguration(url: proxy?.url(database: database.name, user: user) ?? database.url(user: user))
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

    /// Runs a worker while the body does.
    func following(
        start: Start = .tip, through proxy: MeddlingProxy? = nil, _ body: () async throws -> Void
    ) async throws {
        try await running(try worker(start: start, through: proxy), body)
    }

    /// Runs any worker while the body does.
    func running(_ worker: LaneWorker, _ body: () async throws -> Void) async throws {
        let running = Task { await worker.run() }
        do {
            try await body()
        } catch {
            running.cancel()
            await running.value
            throw error
        }
        worker.stop()
        await running.value
    }

    func createInvoice(
        _ order: String, key: UInt32, amount: String = "1", expiresIn: String = "1 hour"
    ) async throws {
        try await database.execute(
            """
            SELECT confirmd.create_invoice('shop', '\(order)',
                '[{"asset":"COIN","address":"model-\(key)","amount":"\(amount)"}]', '\(expiresIn)')
            """)
    }

    func status(of order: String) async throws -> String? {
        try await database.value("SELECT status FROM confirmd.invoice WHERE order_id = '\(order)'")
    }

    func reaches(_ status: String, _ order: String) async throws {
        try await eventually(
            "invoice \(order) is \(status)", look: { try await self.status(of: order) }
        ) {
            $0 == status
        }
    }

    func cursorReachesTip() async throws {
        let tip = try await chain.state().tip.height
        try await eventually(
            "the cursor is at \(tip)",
            look: { try await self.database.value("SELECT tip_height FROM confirmd.network") }
        ) { $0 == String(tip) }
    }

    func isRegistered(_ order: String) async throws {
        try await eventually("invoice \(order) is registered") {
            try await self.database.value(
                "SELECT count(*) FROM confirmd.invoice_option o JOIN confirmd.invoice i ON i.id = o.invoice_id WHERE i.order_id = '\(order)' AND o.registered_at IS NOT NULL"
            ) == "1"
        }
    }
}
