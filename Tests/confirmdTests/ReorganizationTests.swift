import Foundation
import TestSupport
import Testing

/// The node takes blocks back. Each test has its own node, for its chain is not fit for others afterwards.
@Suite("Reorganizations", .inTurns, .enabled(if: Litecoind.isInstalled, "litecoind is not installed"))
struct ReorganizationTests {
    /// What becomes of a payment on the other branch.
    private enum Fate: String, CaseIterable {
        case mined, doubleSpent, unmined
    }

    private static let sizes = [
        DepositSize(amount: "1", credit: 1, final: 3), DepositSize(amount: "2", credit: 3, final: 12),
        DepositSize(amount: "4", credit: 12, final: 14),
    ]

    @Test(
        "Pitfalls 1, 14 and 20: the same block again, another block, no block; before and after credit, after final",
        arguments: [1, 2, 10])
    func disconnected(depth: Int) async throws {
        let node = try await Litecoind(blocks: 125)
        let network = NetworkFile.litecoin(
            [node], credit: 1, final: 3,
            tiers: ["{ asset: LTC, from: 2, credit: 3, final: 12 }", "{ asset: LTC, from: 4, credit: 12, final: 14 }"],
            // The mempool has tests of its own.
            settings: "mempool: { interval: 1h }")
        let shop = try await Shop(on: node, network: network, terms: "--service-fee", "1%")
        let cases = Fate.allCases.flatMap { fate in Self.sizes.map { (fate: fate, size: $0) } }
        let addresses = try await node.foreignAddresses(cases.count + 1)
        let stranger = addresses[cases.count]
        try await shop.invoices(
            zip(cases, addresses).map { .init(name: name(of: $0), address: $1, amount: $0.size.amount) })
        try await recordNetwork(of: shop)
        try await shop.following { _ in
            try await shop.areRegistered()
            var payments: [String] = []
            for (one, address) in zip(cases, addresses) {
                payments.append(try await node.send(one.size.amount, to: address))
            }
            let first = try await node.mine()[0]
            if depth > 1 { try await node.mine(depth - 1) }
            let tip = try await node.tip
            // Not every block changes a status.
            try await shop.cursorReachesTip()
            let risen = statuses(cases) { $0.size.rise(to: depth, in: first).last?.status ?? "" }
            try await shop.deposits(become: risen)
            let balance = try await shop.balance

            try await node.invalidate(first)
            try await shop.deposits(become: statuses(cases) { $0.size.fall(from: depth, in: first).status })
            #expect(try await shop.balance.allSatisfy { $0 == "0" })
            for one in cases { #expect(try await shop.status(of: name(of: one)) == "created") }
            try await node.reconsider(first)
            #expect(try await node.tip == tip)
            try await shop.cursorReachesTip()
            try await shop.deposits(become: risen)
            #expect(try await shop.balance == balance)

            try await node.invalidate(first)
            var mined: [String] = []
            for (one, payment) in zip(cases, payments) {
                switch one.fate {
                case .mined: mined.append(payment)
                case .doubleSpent: mined.append(try await node.replace(payment, paying: [.init(stranger, "0.5")]))
                case .unmined: break
                }
            }
            let other = try await node.mine(only: mined)
            try await node.mineEmpty(depth)
            try await shop.cursorReachesTip()
            // The block after the last one's final threshold, counted from the block that was disconnected.
            try await node.mineEmpty(14 - depth)
            try await shop.cursorReachesTip()

            for one in cases {
                let fate: [DepositTurn]
                switch one.fate {
                case .mined: fate = one.size.rise(to: 15, in: other)
                case .doubleSpent: fate = [.init(status: "dropped")]
                case .unmined: fate = []
                }
                let there = one.size.rise(to: depth, in: first) + [one.size.fall(from: depth, in: first)]
                let turns = try await shop.turns(of: name(of: one))
                #expect(turns == there + there + fate, "\(name(of: one))")
                let changes = try await shop.changes(of: name(of: one))
                let swing = depth >= one.size.credit ? ["paid", "created"] : []
                let end = one.fate == .mined ? ["paid"] : []
                #expect(changes == swing + swing + end, "\(name(of: one))")
            }
        }
        // 1 + 2 + 4 on the final chain.
        #expect(try await shop.balance == ["6.93", "6.93", "0.07"])
        #expect(try await shop.oddReversals == "0")
        try await expectReorganizations(2, depth: depth, in: shop)
    }

    private func name(of one: (fate: Fate, size: DepositSize)) -> String { "\(one.fate) \(one.size.amount)" }

    private func statuses(
        _ cases: [(fate: Fate, size: DepositSize)], _ status: ((fate: Fate, size: DepositSize)) -> String
    ) -> [String: String] {
        Dictionary(uniqueKeysWithValues: cases.map { (name(of: $0), status($0)) })
    }

    @Test(
        "A payment that a reorganization takes back after the deadline is waited for, canceled, and paid all the same"
    )
    func deadline() async throws {
        let node = try await Litecoind()
        let shop = try await Shop(on: node, settings: "arrival_grace: 0s\nmempool: { interval: 1h }")
        let addresses = try await node.foreignAddresses(2)
        try await shop.invoices([.init(name: "paid", address: addresses[0], amount: "1")], expiringIn: 20)
        try await shop.invoices([.init(name: "unpaid", address: addresses[1], amount: "1")], expiringIn: 5)
        try await recordNetwork(of: shop)
        try await shop.following { _ in
            try await shop.areRegistered()
            let payment = try await node.send("1", to: addresses[0])
            let block = try await node.mine()[0]
            try await node.mine()
            try await shop.reaches("paid", "paid")
            try await shop.reaches("canceled", "unpaid")
            let expired = "SELECT order_id, expired_at FROM confirmd.invoice ORDER BY 1"
            try await eventually(
                "both deadlines are recorded", look: { try await shop.database.rows(expired) },
                holds: { $0.allSatisfy { $0[1] != nil } })
            let before = try await shop.database.rows(expired)

            try await node.invalidate(block)
            try await node.mineEmpty(3)
            try await shop.cursorReachesTip()
            #expect(try await shop.depositStatuses == ["paid": "reversed"])
            // Its place is taken by a block with three confirmations; one more is final.
            try await observed(again: shop)
            #expect(try await shop.changes(of: "paid") == ["paid", "created"])
            #expect(try await shop.changes(of: "unpaid") == ["canceled"])
            #expect(try await shop.database.rows(expired) == before)
            try await node.mineEmpty()
            try await shop.reaches("canceled", "paid")
            try await node.mine(only: [payment])
            try await node.mineEmpty(3)
            try await shop.deposits(become: ["paid": "final"])
            #expect(try await shop.database.value("SELECT late FROM confirmd.deposit") == "f")
            #expect(try await shop.status(of: "paid") == "paid")
            #expect(try await shop.status(of: "unpaid") == "canceled")
            #expect(try await shop.database.rows(expired) == before)
        }
        #expect(try await shop.balance == ["1", "1", "0"])
        let changes = try await shop.changes(of: "paid")
        #expect(changes == ["paid", "created", "canceled", "created", "paid"])
        try await expectReorganizations(1, depth: 2, in: shop)
    }

    /// Waits until the settlement lane has had a watermark beyond now.
    private func observed(again shop: Shop) async throws {
        let now = try await shop.database.value("SELECT clock_timestamp() + interval '2 seconds'") ?? ""
        try await eventually("the tip is confirmed once more") {
            try await shop.database.value(
                "SELECT observed_through > :'now' FROM confirmd.network", ["now": now]) == "t"
        }
    }

    @Test("Pitfall 16: a reorganization right after the first start, of blocks below it")
    func belowTheStart() async throws {
        let node = try await Litecoind()
        let shop = try await Shop(on: node, settings: "mempool: { interval: 1h }")
        let address = try await node.foreignAddresses(1)[0]
        try await shop.invoices([.init(name: "1", address: address, amount: "1")])
        let payment = try await node.send("1", to: address)
        let block = try await node.mine()[0]
        try await node.mine(2)
        // What it spends may be too young a reward for the mempool of the shorter chain.
        let whole = try await node.cli("getrawtransaction", payment)
        let lowest = try await node.block(at: node.height - 4)
        try await shop.following { _ in
            try await shop.deposits(become: ["1": "credited"])
            try await node.invalidate(lowest)
            try await node.mineEmpty(6)
            try await shop.cursorReachesTip()
            #expect(try await shop.depositStatuses == ["1": "reversed"])
            #expect(try await shop.balance == ["0", "0", "0"])
            let other = try await node.mine(only: [whole])
            try await node.mineEmpty(3)
            try await shop.deposits(become: ["1": "final"])
            #expect(
                try await shop.turns(of: "1") == [
                    .init(status: "detected", block: block), .init(status: "credited", block: block),
                    .init(status: "reversed", block: block), .init(status: "detected", block: other),
                    .init(status: "credited", block: other), .init(status: "final", block: other),
                ])
        }
        #expect(
            try await shop.database.value(
                "SELECT payload ->> 'depth' FROM confirmd.outbox WHERE type = 'network.reorganized'") == "5")
    }

    @Test("A second node that lags, or is on a weaker fork, rolls nothing back; the one with more work does")
    func twoNodes() async throws {
        let node = try await Litecoind()
        let second = try await Litecoind(blocks: 0)
        try await second.connect(to: node)
        let shop = try await Shop(on: node, network: .litecoin([node, second], settings: "mempool: { interval: 1h }"))
        let address = try await node.foreignAddresses(1)[0]
        try await shop.invoices([.init(name: "1", address: address, amount: "1")])
        try await shop.following { daemon in
            try await shop.areRegistered()
            let payment = try await node.send("1", to: address)
            let block = try await node.mine()[0]
            try await node.mine(3)
            try await shop.deposits(become: ["1": "final"])
            let tip = try await node.tip
            try await eventually("the second follows") { try await second.tip == tip }
            try await second.disconnect(from: node)

            // It lags, by what the daemon has read.
            try await second.invalidate(block)
            try await stays(tip, shop, daemon, while: "lagging")
            // It mines by itself, but less.
            try await second.mineEmpty(2)
            try await stays(tip, shop, daemon, while: "on a fork")
            // And as much: the first that was seen stays.
            try await second.mineEmpty(2)
            try await stays(tip, shop, daemon, while: "on an equal fork")
            #expect(try await shop.depositStatuses == ["1": "final"])
            #expect(
                try await shop.database.value("SELECT count(*) FROM confirmd.outbox WHERE aggregatetype = 'network'")
                    == "0")

            try await second.mineEmpty()
            try await shop.deposits(become: ["1": "reversed"])
            let stronger = try await second.tip
            try await eventually("the second's tip is ours") {
                try await shop.database.value("SELECT tip_hash FROM confirmd.network") == stronger
            }
            // The first one's branch grows beyond it again.
            try await node.mine(2)
            try await shop.cursorReachesTip()
            #expect(try await shop.depositStatuses == ["1": "final"])
            #expect(
                try await shop.turns(of: "1").map(\.status) == [
                    "detected", "credited", "final", "reversed", "detected", "credited", "final",
                ])
            #expect(try await shop.database.value("SELECT transaction FROM confirmd.deposit") == payment)
        }
        #expect(try await shop.balance == ["1", "1", "0"])
        #expect(
            try await shop.database.rows(
                "SELECT payload ->> 'depth' FROM confirmd.outbox WHERE type = 'network.reorganized' ORDER BY position")
                == [["4"], ["5"]])
    }

    /// Our tip holds for as long as three polls take.
    private func stays(_ tip: String, _ shop: Shop, _ daemon: Daemon, while what: String) async throws {
        let end = ContinuousClock.now + .seconds(16)
        try await eventually("three polls have passed \(what)") {
            let now = try await shop.database.value("SELECT tip_hash FROM confirmd.network")
            if now != tip { throw TestFailure("rolled back while the second node is \(what)", isFinal: true) }
            return ContinuousClock.now > end
        }
        #expect(try await daemon.get("/readyz").status == 200)
    }

    // MARK: The network's own row

    /// Keeps every state of the network's row.
    private func recordNetwork(of shop: Shop) async throws {
        try await shop.database.execute(
            """
            CREATE TABLE watermarks (
                number bigserial, tip_height bigint, was_height bigint, observed timestamptz, was_observed timestamptz);
            CREATE FUNCTION keep_watermark() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
            BEGIN
                INSERT INTO public.watermarks (tip_height, was_height, observed, was_observed)
                VALUES (NEW.tip_height, OLD.tip_height, NEW.observed_through, OLD.observed_through);
                RETURN NULL;
            END $$;
            CREATE TRIGGER keep_watermark AFTER UPDATE ON confirmd_data.network
                FOR EACH ROW EXECUTE FUNCTION keep_watermark();
            """)
    }

    /// Each was told with what it took back, took the watermark back, and ended with one again.
    private func expectReorganizations(_ count: Int, depth: Int, in shop: Shop) async throws {
        let told = try await shop.database.rows(
            """
            SELECT payload ->> 'depth', (payload ->> 'disconnected_height')::int - (payload ->> 'tip_height')::int
            FROM confirmd.outbox WHERE type = 'network.reorganized'
            """)
        #expect(told == Array(repeating: ["\(depth)", "\(depth)"], count: count))
        #expect(
            try await shop.database.rows(
                "SELECT observed, was_height - tip_height FROM watermarks WHERE tip_height < was_height")
                == Array(repeating: [nil, "\(depth)"], count: count))
        #expect(
            try await shop.database.value(
                """
                SELECT count(*) FROM watermarks WHERE observed < was_observed
                OR tip_height >= was_height AND observed IS NULL AND was_observed IS NOT NULL
                """) == "0")
        try await eventually("there is a watermark again") {
            try await shop.database.value("SELECT observed_through FROM confirmd.network") != nil
        }
    }
}
