import Foundation
import TestSupport
import Testing

/// Payments that are in no block yet, or no longer: seen, replaced, forgotten, double spent. One node serves those that
/// leave it as it was; the others have their own.
@Suite("Mempool", .serialized, .inTurns, .enabled(if: Litecoind.isInstalled, "litecoind is not installed"))
struct MempoolTests {
    private static let starting = Task { try await Litecoind(blocks: 125) }
    private let node: Litecoind

    init() async throws {
        node = try await Self.starting.value
    }

    private func shop(on node: Litecoind, _ settings: String = "") async throws -> Shop {
        try await Shop(on: node, settings: "mempool: { interval: 1s }\n" + settings)
    }

    private static let sighted = DepositTurn(status: "detected")

    @Test("A payment is detected before it is in a block, also by keys and daemons that came after it")
    func sighted() async throws {
        let shop = try await shop(on: node)
        let addresses = try await node.foreignAddresses(3, from: 0)
        try await shop.invoices([.init(name: "first", address: addresses[0], amount: "1")])
        try await node.send("1", to: addresses[0])
        let daemon = try shop.installation.start()
        try await shop.deposits(become: ["first": "detected"])
        #expect(
            try await shop.database.rows(
                "SELECT confirmations, block_height, block_hash, block_time, block_index FROM confirmd.deposit")
                == [["0", nil, nil, nil, nil]])
        #expect(
            try await shop.database.value(
                "SELECT payload ->> 'confirmations' FROM confirmd.outbox WHERE type = 'deposit.detected'") == "0")

        try await shop.invoices([.init(name: "known", address: addresses[1], amount: "1")])
        try await shop.areRegistered()
        // The daemon has looked at this one before it knows whose it is.
        try await node.send("1", to: addresses[2])
        try await node.send("1", to: addresses[1])
        try await shop.deposits(become: ["first": "detected", "known": "detected"])
        try await shop.invoices([.init(name: "after", address: addresses[2], amount: "1")])
        try await shop.deposits(become: ["first": "detected", "known": "detected", "after": "detected"])
        try await shop.terminate(daemon)
        try await shop.proveBooks()
        let seen = try await shop.database.rows("SELECT id, seen_at FROM confirmd.deposit ORDER BY 1")

        try await shop.following { _ in
            let last = try await node.newAddress()
            try await shop.invoice("last", of: "1", at: last)
            try await shop.areRegistered()
            try await node.send("1", to: last)
            // When this one is seen, those before it have been looked at again too.
            try await shop.event("deposit.detected", of: "last")
            for name in ["first", "known", "after"] { #expect(try await shop.turns(of: name) == [Self.sighted]) }
            #expect(
                try await shop.database.rows(
                    """
                    SELECT d.id, seen_at FROM confirmd.deposit d JOIN confirmd.invoice i ON i.id = d.invoice_id
                    WHERE order_id <> 'last' ORDER BY 1
                    """) == seen)
            let block = try await node.mine()[0]
            try await node.mine()
            for name in ["first", "known", "after", "last"] {
                try await shop.reaches("paid", name)
                #expect(
                    try await shop.turns(of: name) == [
                        Self.sighted, .init(status: "detected", block: block), .init(status: "credited", block: block),
                    ])
            }
        }
    }

    @Test("Pitfall 18: replaced by a payment to another invoice, to nobody of ours, to the same invoice")
    func replaced() async throws {
        let shop = try await shop(on: node)
        let addresses = try await node.foreignAddresses(5, from: 10)
        let names = ["from", "to", "away", "same"]
        try await shop.invoices(zip(names, addresses).map { .init(name: $0, address: $1, amount: "1") })
        try await shop.following { _ in
            try await shop.areRegistered()
            let between = try await node.send("1", to: addresses[0])
            let away = try await node.send("1", to: addresses[2])
            let same = try await node.send("1", to: addresses[3])
            try await shop.deposits(become: ["from": "detected", "away": "detected", "same": "detected"])
            let seen = try await shop.database.value(
                "SELECT seen_at FROM confirmd.deposit WHERE transaction = :'id'", ["id": same])
            // The clock that sightings are stamped with has whole seconds.
            try await eventually("a later second") {
                try await shop.database.value(
                    "SELECT clock_timestamp() > :'seen'::timestamptz + interval '2 s'", ["seen": seen ?? ""]) == "t"
            }

            let winner = try await node.replace(between, paying: [.init(addresses[1], "1")])
            try await node.replace(away, paying: [.init(addresses[4], "1")])
            let again = try await node.replace(same, paying: [.init(addresses[3], "1")])
            try await shop.deposits(
                become: ["from": "dropped", "to": "detected", "away": "dropped", "same": "dropped detected"])
            #expect(
                try await shop.database.rows("SELECT DISTINCT reason FROM confirmd.deposit WHERE status = 'dropped'")
                    == [["replaced"]])
            #expect(
                try await shop.database.value(
                    "SELECT seen_at FROM confirmd.deposit WHERE transaction = :'id'", ["id": again]) == seen)
            #expect(
                try await shop.database.value(
                    "SELECT seen_at > :'seen' FROM confirmd.deposit WHERE transaction = :'id'",
                    ["seen": seen ?? "", "id": winner]) == "t")

            let block = try await node.mine()[0]
            try await node.mine(3)
            try await shop.deposits(
                become: ["from": "dropped", "to": "final", "away": "dropped", "same": "dropped final"])
            // A block has decided what the mempool only told.
            #expect(
                try await shop.database.rows("SELECT DISTINCT reason FROM confirmd.deposit WHERE status = 'dropped'")
                    == [["double_spent"]])
            let dropped = DepositTurn(status: "dropped")
            #expect(try await shop.turns(of: "from") == [Self.sighted, dropped, dropped])
            #expect(try await shop.turns(of: "to").map(\.block) == [nil, block, block, block])
            for (name, status) in zip(names, ["created", "paid", "created", "paid"]) {
                #expect(try await shop.status(of: name) == status)
            }
        }
        #expect(try await shop.balance == ["2", "2", "0"])
    }

    @Test("A replacement that is mined before it is seen double spends; the same block tells both")
    func minedUnseen() async throws {
        let shop = try await shop(on: node)
        let addresses = try await node.foreignAddresses(3, from: 20)
        try await shop.invoices(zip(["old", "new"], addresses).map { .init(name: $0, address: $1, amount: "1") })
        let daemon = try shop.installation.start()
        try await shop.areRegistered()
        let first = try await node.send("1", to: addresses[0])
        try await shop.deposits(become: ["old": "detected"])
        try await shop.terminate(daemon)
        let second = try await node.replace(first, paying: [.init(addresses[1], "1")])
        let block = try await node.mine(only: [second])
        try await shop.following { _ in
            try await shop.deposits(become: ["old": "dropped", "new": "detected"])
            #expect(
                try await shop.database.value("SELECT reason FROM confirmd.deposit WHERE status = 'dropped'")
                    == "double_spent")
            #expect(try await shop.turns(of: "old") == [Self.sighted, .init(status: "dropped")])
            #expect(try await shop.turns(of: "new") == [.init(status: "detected", block: block)])
            try await node.mineEmpty()
            try await shop.reaches("paid", "new")
        }
    }

    @Test(
        "Seen before the deadline and replaced after it: in time when it still pays the invoice, expired once it can't")
    func deadline() async throws {
        let shop = try await shop(on: node, "arrival_grace: 0s")
        let addresses = try await node.foreignAddresses(3, from: 30)
        try await shop.invoices(
            zip(["same", "away"], addresses).map { .init(name: $0, address: $1, amount: "1") }, expiringIn: 10)
        try await shop.following { _ in
            try await shop.areRegistered()
            let same = try await node.send("1", to: addresses[0])
            let away = try await node.send("1", to: addresses[1])
            try await shop.deposits(become: ["same": "detected", "away": "detected"])
            try await eventually("the deadline is passed and more") {
                try await shop.database.value(
                    """
                    SELECT bool_and(observed_through > expires_at + interval '2 s')
                    FROM confirmd.network, confirmd.invoice
                    """) == "t"
            }
            try await node.replace(same, paying: [.init(addresses[0], "1")])
            let last = try await node.replace(away, paying: [.init(addresses[2], "1")])
            try await shop.deposits(become: ["same": "dropped detected", "away": "dropped"])
            // What a replacement takes away may come back until a block has decided.
            #expect(
                try await shop.database.rows("SELECT DISTINCT status, expired_at, reason FROM confirmd.invoice")
                    == [["created", nil, nil]])
            try await node.mine(only: [last])
            try await shop.reaches("canceled", "away")
            #expect(try await shop.status(of: "same") == "created")
            try await node.mine(2)
            try await shop.reaches("paid", "same")
        }
        #expect(try await shop.database.rows("SELECT late, count(*) FROM confirmd.deposit GROUP BY 1") == [["f", "3"]])
    }

    @Test("An empty block instead, then a fee bump: the payment counts once, as what it was bumped to")
    func feeBump() async throws {
        let node = try await Litecoind()
        let shop = try await shop(on: node)
        let address = try await node.newAddress()
        try await shop.invoice("1", of: "1", at: address)
        try await shop.following { _ in
            try await shop.isRegistered("1")
            let payment = try await node.send("1", to: address)
            let block = try await node.mine()[0]
            try await node.mine()
            try await shop.deposits(become: ["1": "credited"])
            try await node.invalidate(block)
            try await node.mineEmpty(3)
            // Reversed, and in the mempool again.
            try await shop.deposits(become: ["1": "detected"])
            #expect(try await shop.status(of: "1") == "created")
            #expect(try await shop.balance == ["0", "0", "0"])
            let bumped = try await node.replace(payment, paying: [.init(address, "1")])
            try await shop.deposits(become: ["1": "dropped detected"])
            try await node.mine(4)
            try await shop.deposits(become: ["1": "dropped final"])
            #expect(
                try await shop.database.value("SELECT transaction FROM confirmd.deposit WHERE status = 'final'")
                    == bumped)
            let turns = try await shop.turns(of: "1").map(\.status)
            #expect(turns.filter { $0 == "credited" }.count == 2)
            #expect(turns.filter { $0 == "reversed" }.count == 1)
            #expect(turns.filter { $0 == "dropped" }.count == 2)
            #expect(try await shop.changes(of: "1") == ["paid", "created", "paid"])
        }
        #expect(try await shop.balance == ["1", "1", "0"])
    }

    @Test("Pitfall 19: what the mempool forgets is dropped as evicted, as expired when it is old, and may come back")
    func forgotten() async throws {
        // A wallet that sends again by itself would let nothing be forgotten.
        let node = try await Litecoind(options: ["-persistmempool=0", "-walletbroadcast=0", "-mempoolexpiry=1"])
        let shop = try await Shop(on: node, settings: "mempool: { interval: 1s, expiry: 1h }")
        let addresses = try await node.foreignAddresses(3)
        try await shop.invoices(
            zip(["evicted", "expired"], addresses).map { .init(name: $0, address: $1, amount: "1") })
        try await shop.following { daemon in
            try await shop.areRegistered()
            let payment = try await node.sendRaw([.init(addresses[0], "1")])
            let whole = try await node.cli("getrawtransaction", payment)
            try await shop.deposits(become: ["evicted": "detected"])
            try await node.stop()
            try await node.start()
            try await shop.deposits(become: ["evicted": "dropped"])
            #expect(try await shop.database.value("SELECT reason FROM confirmd.deposit") == "evicted")
            try await node.cli("sendrawtransaction", whole)
            try await shop.deposits(become: ["evicted": "detected"])

            try await node.sendRaw([.init(addresses[1], "1")])
            try await shop.deposits(become: ["evicted": "detected", "expired": "detected"])
            // Two hours pass, for the node by its clock and for the daemon by the database's.
            try await shop.database.execute(
                "UPDATE confirmd_data.deposit SET seen_at = seen_at - interval '2 hours'")
            try await node.setClock(to: Date(timeIntervalSinceNow: 7200))
            try await node.sendRaw([.init(addresses[2], "1")])
            try await shop.deposits(become: ["evicted": "dropped", "expired": "dropped"])
            #expect(try await shop.database.rows("SELECT DISTINCT reason FROM confirmd.deposit") == [["expired"]])
            try await node.setClock(to: nil)
            try await node.cli("sendrawtransaction", whole)
            try await node.mine(2)
            try await shop.deposits(become: ["evicted": "credited", "expired": "dropped"])
            #expect(
                try await shop.turns(of: "evicted").map(\.status).prefix(4)
                    == ["detected", "dropped", "detected", "dropped"])
            try await daemon.ready()
        }
    }
}
