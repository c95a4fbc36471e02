import Foundation
import TestSupport
import Testing

/// One row that can't be read or written concerns its owner, and nobody else.
@Suite("Poison", .serialized, .inTurns, .enabled(if: Litecoind.isInstalled, "litecoind is not installed"))
struct PoisonTests {
    private static let starting = Task { try await Litecoind() }
    private let node: Litecoind

    init() async throws {
        node = try await Self.starting.value
    }

    private func metric(_ name: String, of daemon: Daemon) async throws -> String? {
        try await daemon.get("/metrics").body.split(separator: "\n").first { $0.hasPrefix(name + " ") }
            .map { String($0.dropFirst(name.count + 1)) }
    }

    private func haltedReason(_ order: String, in shop: Shop) async throws -> String? {
        try await shop.database.value(
            "SELECT halted_reason FROM confirmd.invoice WHERE order_id = :'order'", ["order": order])
    }

    @Test("Case marked 59: a paid ratio of more than a hundred digits stops neither its network nor settlement")
    func longRatio() async throws {
        let settings = "arrival_grace: 0s\nmax_block_gap: 30d\npoll_interval: 500ms"
        let shop = try await Shop(on: node, settings: settings)
        let whole = "1" + String(repeating: "0", count: 50)
        let (one, two) = (try await node.newAddress(), try await node.newAddress())
        try await shop.invoice("large", options: ["LTC:\(one):\(whole).00000001", "LTC:\(two):\(whole).00000003"])
        let innocent = try await shop.invoice("innocent", of: "1")
        try await shop.following { _ in
            try await shop.areRegistered()
            try await node.send("0.001", to: one)
            try await node.send("0.0013", to: two)
            try await node.mine(2)
            try await shop.reaches("partial", "large")
            try await shop.database.execute(
                "SELECT confirmd.mark_paid(id, 'by bank transfer') FROM confirmd.invoice WHERE order_id = 'large'")
            try await shop.reaches("paid", "large")
            let digits = try await shop.database.value(
                "SELECT max(length(marked_denominator::text)) FROM confirmd_data.invoice")
            #expect(digits.flatMap { Int($0) } ?? 0 > 100)
            // Its deposits become final: the network looks at it again.
            try await node.send("1", to: innocent)
            try await node.mine(3)
            try await shop.reaches("paid", "innocent")
            try await shop.cursorReachesTip()
            try await shop.database.execute(
                """
                SELECT confirmd.create_invoice('shop', 'deadline',
                    '[{"asset":"LTC","address":"\(try await node.newAddress())","amount":"1"}]', '1 second');
                UPDATE confirmd_data.invoice SET expires_at = date_trunc('second', clock_timestamp()) WHERE order_id = 'large';
                UPDATE confirmd_data.owner SET check_at = clock_timestamp();
                """)
            try await shop.reaches("canceled", "deadline")
            #expect(try await shop.status(of: "large") == "paid")
        }
    }

    @Test("An invoice that can't be read is set aside alone, and decided about once it can be again")
    func unreadable() async throws {
        let shop = try await Shop(on: node)
        let poisoned = try await shop.invoice("poison", of: "1")
        let innocent = try await shop.invoice("innocent", of: "1")
        try await shop.following { daemon in
            try await shop.areRegistered()
            try await shop.database.execute(
                "UPDATE confirmd_data.invoice SET late_policy = 'nonsense' WHERE order_id = 'poison'")
            try await node.send("1", to: poisoned)
            try await node.send("1", to: innocent)
            try await node.mine(2)
            try await shop.reaches("paid", "innocent")
            try await shop.cursorReachesTip()
            #expect(try await shop.status(of: "poison") == "created")
            // In whichever order they are in the block.
            #expect(try await Set(shop.deposits) == [["detected", "1", nil, nil], ["credited", "1", "0", "1"]])
            let reason = try #require(try await haltedReason("poison", in: shop))
            #expect(reason.contains("late policy nonsense"))
            try await eventually("the metric says so") { try await metric("confirmd_set_aside", of: daemon) == "1" }
            #expect(try await shop.installation.succeed("status").contains("is set aside: "))
            // Its block goes and comes again: that is recorded, too.
            let block = try await node.block(at: Int(node.cli("getblockcount"))! - 1)
            try await node.invalidate(block)
            try await shop.deposits(become: ["poison": "orphaned", "innocent": "reversed"])
            try await node.reconsider(block)
            try await shop.reaches("paid", "innocent")
        }
        try await shop.database.execute(
            "UPDATE confirmd_data.invoice SET late_policy = 'credit' WHERE order_id = 'poison'")
        try await shop.following { _ in
            try await shop.reaches("paid", "poison")
            #expect(try await haltedReason("poison", in: shop) == nil)
        }
    }

    @Test("An invoice whose decision can't be written is set aside alone: the culprit is found among many")
    func unwritable() async throws {
        let shop = try await Shop(on: node, settings: "arrival_grace: 0s\nmax_block_gap: 30d\npoll_interval: 500ms")
        var amounts: [String: String] = [:]
        for order in 1...9 { amounts[try await shop.invoice("order-\(order)", of: "1")] = "1" }
        try await shop.following { _ in
            try await shop.areRegistered()
            try await shop.database.execute(
                """
                ALTER TABLE confirmd_data.invoice ADD CONSTRAINT poison
                    CHECK (order_id NOT IN ('order-4', 'order-5') OR status = 'created');
                """)
            try await node.sendMany(amounts)
            try await node.mine(2)
            for order in 1...9 where ![4, 5].contains(order) { try await shop.reaches("paid", "order-\(order)") }
            try await shop.cursorReachesTip()
            for order in ["order-4", "order-5"] {
                #expect(try await shop.status(of: order) == "created")
                #expect(try await haltedReason(order, in: shop)?.contains("23514") == true)
            }
            // Time and operators concern them as little.
            try await shop.database.execute(
                """
                UPDATE confirmd_data.invoice SET expires_at = date_trunc('second', clock_timestamp());
                UPDATE confirmd_data.owner SET check_at = clock_timestamp();
                SELECT confirmd.mark_paid(id, 'because') FROM confirmd.invoice WHERE order_id = 'order-4';
                """)
            try await eventually("the command is refused") {
                try await shop.database.value("SELECT detail FROM confirmd.operator_command") == "set_aside"
            }
        }
        try await shop.database.execute("ALTER TABLE confirmd_data.invoice DROP CONSTRAINT poison")
        try await shop.following { _ in
            try await shop.reaches("paid", "order-4")
            try await shop.reaches("paid", "order-5")
        }
    }

    @Test("Hundreds of invoices whose deadline can't be decided hold up no other's")
    func undecidable() async throws {
        let shop = try await Shop(on: node, settings: "arrival_grace: 0s\nmax_block_gap: 30d\npoll_interval: 500ms")
        let addresses = try await node.foreignAddresses(301)
        try await shop.invoices(
            addresses.enumerated().map { place, address in
                .init(name: "order-\(place)", address: address, amount: "1")
            }, expiringIn: 86_400)
        try await shop.following { daemon in
            try await shop.areRegistered()
            // They have been due for longer, and wait for a deposit that a reorganization took out of its block.
            try await shop.database.execute(
                """
                INSERT INTO confirmd_data.deposit (deposit_id, network, asset, owner_id, ordinal, transaction, locator, key,
                    gross, status, late, seen_at, disconnected_height, maturity, credit_required, final_required)
                SELECT gen_random_uuid(), 'litecoin', 'LTC', invoice_id, 0, sha256(order_id::bytea), 'vout:0', '\\x01',
                    1, 'orphaned', false, clock_timestamp(), 1000000000, 0, 1, 1
                FROM confirmd_data.invoice WHERE order_id <> 'order-300';
                UPDATE confirmd_data.invoice SET expires_at = date_trunc('second', clock_timestamp())
                    - CASE order_id WHEN 'order-300' THEN interval '0' ELSE interval '1 minute' END;
                UPDATE confirmd_data.owner SET check_at = expires_at FROM confirmd_data.invoice WHERE invoice_id = owner_id;
                """)
            try await shop.reaches("canceled", "order-300")
            let series = #"confirmd_undecided_invoices{question="expiry",waits_for="pending",network="litecoin"}"#
            try await eventually("what the others wait for is counted") {
                try await metric(series, of: daemon) == "300"
            }
            let status = try await shop.installation.succeed("status")
            #expect(
                status.contains("300 invoices past the deadline are not expired: a deposit on litecoin may still"),
                "\(status)")
            let json = try await shop.installation.succeed("status", "--json")
            #expect(json.contains(#""waits_for":"pending""#), "\(json)")
            // Nobody looks at them again for that.
            #expect(try await shop.database.value("SELECT count(*) FROM confirmd_data.due_invoices(1000)") == "0")
            try await shop.database.execute("DELETE FROM confirmd_data.deposit WHERE disconnected_height = 1000000000")
        }
    }
}
