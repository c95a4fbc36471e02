import Foundation
import TestSupport
import Testing

/// Payments on a real chain, seen by the running daemon and told in the outbox. One node serves them in turn; each
/// has a database, a daemon and addresses of its own.
@Suite("Payments", .serialized, .inTurns, .enabled(if: Litecoind.isInstalled, "litecoind is not installed"))
struct PaymentTests {
    private static let starting = Task { try await Litecoind() }
    private let node: Litecoind

    init() async throws {
        node = try await Self.starting.value
    }

    @Test("The exact amount pays an invoice; its story is told step by step")
    func exact() async throws {
        // A look at the mempool between payment and block would tell of the deposit twice, rightly.
        let shop = try await Shop(on: node, settings: "mempool: { interval: 1h }")
        let address = try await shop.invoice("1", of: "1.25")
        try await shop.following { _ in
            try await shop.isRegistered("1")
            try await node.send("1.25", to: address)
            try await node.mine()
            try await shop.event("deposit.detected", of: "1")
            #expect(try await shop.status(of: "1") == "created")
            try await node.mine()
            try await shop.reaches("paid", "1")
            try await node.mine(2)
            try await shop.event("deposit.final", of: "1")
        }
        #expect(
            try await shop.story(of: "1") == [
                "invoice.registered", "deposit.detected", "deposit.credited", "invoice.status_changed", "deposit.final",
            ])
        #expect(try await shop.deposits == [["final", "1.25", "0", "1.25"]])
        #expect(try await shop.balance == ["1.25", "1.25", "0"])
    }

    @Test("Two parts: partial first, paid when both are there")
    func twoParts() async throws {
        let shop = try await Shop(on: node)
        let address = try await shop.invoice("1", of: "1.25")
        try await shop.following { _ in
            try await node.send("0.5", to: address)
            try await node.mine(2)
            try await shop.reaches("partial", "1")
            #expect(
                try await shop.database.rows("SELECT credited, remaining FROM confirmd.invoice_option") == [
                    ["0.5", "0.75"]
                ])
            try await node.send("0.75", to: address)
            try await node.mine(2)
            try await shop.reaches("paid", "1")
        }
    }

    @Test("More than asked overpays")
    func over() async throws {
        let shop = try await Shop(on: node)
        let address = try await shop.invoice("1", of: "1")
        try await shop.following { _ in
            try await node.send("1.00000001", to: address)
            try await node.mine(2)
            try await shop.reaches("overpaid", "1")
        }
    }

    @Test("Tolerances of the project decide what is near enough")
    func tolerances() async throws {
        let shop = try await Shop(
            on: node, terms: "--underpay-tolerance", "1%", "--overpay-tolerance", "2%")
        let under = try await shop.invoice("under", of: "1")
        let over = try await shop.invoice("over", of: "1")
        let beyond = try await shop.invoice("beyond", of: "1")
        try await shop.following { _ in
            try await node.sendMany([under: "0.99", over: "1.02", beyond: "1.02000001"])
            try await node.mine(2)
            try await shop.reaches("paid", "under")
            try await shop.reaches("paid", "over")
            try await shop.reaches("overpaid", "beyond")
        }
    }

    @Test("Two outputs of one transaction to the same invoice are two deposits")
    func twoOutputs() async throws {
        let shop = try await Shop(on: node)
        let address = try await shop.invoice("1", of: "1")
        try await shop.following { _ in
            try await node.sendRaw([.init(address, "0.4"), .init(address, "0.6")])
            try await node.mine(2)
            try await shop.reaches("paid", "1")
        }
        #expect(try await shop.deposits == [["credited", "0.4", "0", "0.4"], ["credited", "0.6", "0", "0.6"]])
        #expect(
            try await shop.database.rows("SELECT locator FROM confirmd.deposit ORDER BY locator") == [
                ["vout:0"], ["vout:1"],
            ])
    }

    @Test("One transaction pays two invoices")
    func twoInvoices() async throws {
        let shop = try await Shop(on: node)
        let first = try await shop.invoice("1", of: "1")
        let second = try await shop.invoice("2", of: "2")
        try await shop.following { _ in
            try await node.sendMany([first: "1", second: "2"])
            try await node.mine(2)
            try await shop.reaches("paid", "1")
            try await shop.reaches("paid", "2")
        }
        #expect(
            try await shop.database.value("SELECT count(DISTINCT transaction) || ' ' || count(*) FROM confirmd.deposit")
                == "1 2")
    }

    @Test("Every form of address is paid: legacy, nested and native witness")
    func addressForms() async throws {
        let shop = try await Shop(on: node)
        let kinds: [Litecoind.AddressKind] = [.legacy, .nestedSegwit, .bech32]
        var amounts: [String: String] = [:]
        for kind in kinds {
            let address = try await node.newAddress(kind)
            amounts[address] = "1"
            try await shop.invoice(kind.rawValue, of: "1", at: address)
        }
        try await shop.following { _ in
            try await node.sendMany(amounts)
            try await node.mine(2)
            for kind in kinds { try await shop.reaches("paid", kind.rawValue) }
        }
    }

    @Test("A static wallet's deposits have the fees taken out; too small ones are told, not credited")
    func staticWallet() async throws {
        let shop = try await Shop(on: node, transferFee: "0.002", terms: "--service-fee", "1.9%")
        let address = try await shop.wallet("customer-7")
        try await shop.following { _ in
            try await shop.walletIsRegistered("customer-7")
            // 0.002 + ⌈2.998 × 1.9 %⌉ = 0.058962
            try await node.sendRaw([.init(address, "3"), .init(address, "0.002"), .init(address, "0.00009999")])
            try await node.mine(4)
            try await shop.event("deposit.final", of: "customer-7")
        }
        #expect(
            try await shop.database.rows(
                "SELECT status, reason, gross, fee, net FROM confirmd.deposit ORDER BY locator") == [
                    ["final", nil, "3", "0.058962", "2.941038"],
                    ["rejected", "below_fee", "0.002", nil, nil],
                    ["rejected", "below_minimum", "0.00009999", nil, nil],
                ])
        #expect(try await shop.balance == ["2.941038", "2.941038", "0.058962"])
    }

    @Test("An invoice whose client bears both fees nets the merchant exactly what he asked")
    func clientPays() async throws {
        let shop = try await Shop(
            on: node, transferFee: "0.002",
            terms: "--service-fee", "1.9%", "--service-fee-payer", "client", "--transfer-fee-payer", "client")
        let address = try await shop.invoice("1", of: "1")
        let due = try #require(try await shop.database.value("SELECT due FROM confirmd.invoice_option"))
        try await shop.following { _ in
            try await node.send(due, to: address)
            try await node.mine(2)
            try await shop.reaches("paid", "1")
        }
        #expect(try await shop.balance[0] == "1")
    }

    @Test("A payment before registration is found, also when the daemon never ran")
    func beforeRegistration() async throws {
        let shop = try await Shop(on: node)
        let address = try await shop.invoice("1", of: "1")
        try await node.send("1", to: address)
        try await node.mine(5)
        try await shop.following { _ in
            try await shop.event("deposit.final", of: "1")
            try await shop.reaches("paid", "1")
        }
    }

    @Test("Payments while the daemon was down are found, to known and to new addresses")
    func whileDown() async throws {
        let shop = try await Shop(on: node)
        let known = try await shop.invoice("known", of: "1")
        try await shop.following { _ in try await shop.isRegistered("known") }
        let new = try await shop.invoice("new", of: "1")
        try await node.sendMany([known: "1", new: "1"])
        try await node.mine(2)
        try await shop.following { _ in
            try await shop.reaches("paid", "known")
            try await shop.reaches("paid", "new")
        }
    }

    @Test("A miner's reward waits for its maturity")
    func reward() async throws {
        let shop = try await Shop(on: node)
        let address = try await shop.wallet("miner")
        try await shop.following { _ in
            try await shop.walletIsRegistered("miner")
            try await node.mine(1, to: address)
            try await shop.event("deposit.detected", of: "miner")
            try await node.mine(98)
            try await shop.cursorReachesTip()
            #expect(
                try await shop.database.rows("SELECT status, confirmations, required FROM confirmd.deposit") == [
                    ["detected", "99", "100"]
                ])
            try await node.mine()
            try await shop.event("deposit.final", of: "miner")
        }
    }

    @Test("A wrong address refuses its invoice and holds nobody up")
    func wrongAddress() async throws {
        let shop = try await Shop(on: node)
        try await shop.invoice("bitcoin's", of: "1", at: "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4")
        let address = try await shop.invoice("good", of: "1")
        try await shop.invoice("taken", of: "1", at: address)
        try await shop.following { _ in
            try await shop.isRegistered("good")
            try await shop.event("invoice.refused", of: "bitcoin's")
            try await shop.event("invoice.refused", of: "taken")
        }
        #expect(
            try await shop.database.rows("SELECT order_id, status, reason FROM confirmd.invoice ORDER BY order_id") == [
                ["bitcoin's", "canceled", "address_of_other_network"], ["good", "created", nil],
                ["taken", "canceled", "address_in_use"],
            ])
    }

    @Test("invoice create and wallet create wait until the address is watched, and fail where it can't be")
    func createWaits() async throws {
        let shop = try await Shop(on: node)
        let invoice = ["invoice", "create", "--project", "shop", "--order"]
        let wallet = ["wallet", "create", "--project", "shop", "--asset", "LTC", "--customer"]
        func run(_ command: [String]) async throws -> Command.Output {
            try await Executable.run(command + ["--config", shop.installation.configuration])
        }
        let address = try await node.newAddress()
        // Without a daemon there is nothing to wait for.
        let early = try await run(invoice + ["early", "--option", "LTC:\(address):1"])
        #expect(early.exit == .status(0) && UUID(uuidString: early.stdout.trimmingCharacters(in: .newlines)) != nil)
        #expect(early.stderr.contains("not watched yet") && early.stderr.contains("start one: confirmd run"))
        try await shop.following { _ in
            for _ in 0..<3 {
                let id = try await shop.installation.succeed(
                    wallet + [UUID().uuidString, "--address", try await node.newAddress(), "--wait", "60s"])
                let watched = try await shop.database.value(
                    "SELECT registered_at IS NOT NULL FROM confirmd.static_wallet WHERE id = :'id'", ["id": id])
                #expect(watched == "t", "what was printed may be shown to the customer at once")
            }
            let taken = try await run(invoice + ["taken", "--option", "LTC:\(address):1", "--wait", "60s"])
            #expect(taken.exit == .status(1) && taken.stderr.contains("address_in_use"), "\(taken.stderr)")
            #expect(UUID(uuidString: taken.stdout.trimmingCharacters(in: .newlines)) != nil, "\(taken.stdout)")
            let wrong = try await run(
                wallet + ["wrong", "--address", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "--wait", "60s"])
            #expect(wrong.exit == .status(1) && wrong.stderr.contains("address_of_other_network"), "\(wrong.stderr)")
        }
    }
}
