import Foundation
import TestSupport
import Testing

/// Somebody with confirmd: a database with the schema and the project `shop`, a configuration of one network, and what
/// is done with them whatever the node. Everything goes through the executable, as it would outside.
protocol Merchant {
    var database: TestDatabase { get }
    var installation: Installation { get }
    var network: NetworkFile { get }
    /// The asset that is asked for where none is named.
    static var coin: String { get }
    /// The hash of the node's last block.
    var tip: String { get async throws }
}

/// An invoice to be made.
struct Order {
    let name: String
    let address: String
    let amount: String
}

extension Merchant {
    /// Makes the schema and the project.
    /// - Parameter terms: further arguments of `confirmd project set shop`.
    func open(terms: [String]) async throws {
        try await installation.succeed("migrate")
        try await installation.succeed(["project", "set", "shop"] + terms)
    }

    /// Another host's configuration for the same database.
    func otherHost() throws -> Installation {
        try Installation(database: database.url, networks: [network])
    }

    // MARK: The daemon

    /// Runs the daemon while the body does, and then proves the books.
    func following(_ body: (Daemon) async throws -> Void) async throws {
        let daemon = try installation.start()
        try await daemon.ready()
        do {
            try await body(daemon)
        } catch {
            throw TestFailure("\(error)\nThe daemon's last lines:\n\(daemon.log.suffix(3_000))")
        }
        try await terminate(daemon)
        try await proveBooks()
    }

    /// SIGTERM ends it cleanly, within what it promises; where the database can be told, the lease is given up.
    func terminate(_ daemon: Daemon) async throws {
        let exit = try await daemon.terminate()
        #expect(exit == .status(0), "\(daemon.log.suffix(3_000))")
        #expect(
            daemon.log.contains("gave up the lane") || daemon.log.contains("standing by"), "\(daemon.log.suffix(3_000))"
        )
    }

    /// A consumer that read the whole outbox knows exactly what the tables say.
    func proveBooks(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let books = try await Books(of: database)
        let consumer = Consumer(reading: books.outbox, incarnations: books.incarnations)
        #expect(consumer.objections == [], sourceLocation: sourceLocation)
        #expect(consumer.deposits == books.deposits, sourceLocation: sourceLocation)
        #expect(consumer.balances == books.balances, sourceLocation: sourceLocation)
        #expect(books.ledger == books.balances.mapValues(\.withoutFinal), sourceLocation: sourceLocation)
        // What is not registered yet was never told.
        let told = books.invoices.filter { consumer.invoices[$0.key] != nil || $0.value.status != "created" }
        #expect(consumer.invoices == told, sourceLocation: sourceLocation)
    }

    // MARK: What the shop does

    /// Asks for payment by any of these options, as the command line takes them.
    func invoice(_ order: String, options: [String]) async throws {
        try await installation.succeed(
            ["invoice", "create", "--no-wait", "--project", "shop", "--order", order]
                + options.flatMap { ["--option", $0] })
    }

    func wallet(_ customer: String, asset: String, at address: String) async throws {
        try await installation.succeed(
            "wallet", "create", "--no-wait", "--project", "shop", "--customer", customer, "--asset", asset, "--address",
            address)
    }

    // MARK: What is waited for

    func isRegistered(_ order: String) async throws {
        try await event("invoice.registered", of: order)
    }

    func walletIsRegistered(_ customer: String) async throws {
        try await event("wallet.registered", of: customer)
    }

    /// Waits until the outbox has so many events of that type about an order or customer.
    func event(_ type: String, of reference: String, count: Int = 1) async throws {
        try await eventually(
            "\(count) \(type) of \(reference)", within: .seconds(60),
            look: {
                try await database.value(
                    """
                    SELECT count(*) FROM confirmd.outbox WHERE type = :'type'
                    AND coalesce(payload ->> 'order_id', payload ->> 'customer_id') = :'reference'
                    """, ["type": type, "reference": reference])
            },
            holds: { $0.flatMap { Int($0) } ?? 0 >= count })
    }

    func reaches(_ status: String, _ order: String) async throws {
        try await eventually(
            "invoice \(order) is \(status)", within: .seconds(60), look: { try await self.status(of: order) },
            holds: { $0 == status })
    }

    func status(of order: String) async throws -> String? {
        try await database.value(
            "SELECT max(status) FROM confirmd.invoice WHERE order_id = :'order'", ["order": order])
    }

    /// Waits until the daemon has read the node's last block.
    func cursorReachesTip() async throws {
        let tip = try await tip
        try await eventually(
            "the cursor is at \(tip)", within: .seconds(90),
            look: { try await database.value("SELECT tip_hash FROM confirmd.network") }, holds: { $0 == tip })
    }

    // MARK: What is looked at

    /// Status, gross, fee and net of every deposit, by time of block and place in it.
    var deposits: [[String?]] {
        get async throws {
            try await database.rows(
                "SELECT status, gross, fee, net FROM confirmd.deposit ORDER BY block_height, block_index")
        }
    }

    /// Locator, asset, gross and status of every deposit, by its place on the chain.
    var payments: [[String?]] {
        get async throws {
            try await database.rows(
                "SELECT locator, asset, gross, status FROM confirmd.deposit ORDER BY block_height, block_index")
        }
    }

    /// What the project has: credited, final, fees.
    var balance: [String?] {
        get async throws {
            try await database.rows("SELECT credited, final, fees FROM confirmd.balance WHERE project = 'shop'")
                .first ?? []
        }
    }

    /// The types of all events about an order or customer, in their order.
    func story(of reference: String) async throws -> [String?] {
        try await database.rows(
            """
            SELECT type FROM confirmd.outbox
            WHERE coalesce(payload ->> 'order_id', payload ->> 'customer_id') = :'reference' ORDER BY position
            """, ["reference": reference]
        ).map { $0[0] }
    }
}
