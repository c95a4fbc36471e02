import Foundation
import TestSupport
import Testing

/// What `confirmd explain` says of payments on a real chain, at each step of their way and off it.
@Suite("Explain", .enabled(if: Litecoind.isInstalled, "litecoind is not installed"))
struct ExplainTests {
    private static let nowhere = String(repeating: "ab", count: 32)

    @Test("From the mempool to final: entries, fees, events, and which consumers have them")
    func way() async throws {
        let node = try await Litecoind()
        let shop = try await Shop(
            on: node, transferFee: "0.01", settings: "mempool: { interval: 1s }", terms: "--service-fee", "1%")
        let address = try await shop.invoice("1", of: "1")
        let stranger = try await node.foreignAddresses(1)[0]
        try await shop.following { _ in
            let unknown = try await shop.explain(Self.nowhere)
            #expect(unknown.map(\.what) == ["unknown"])
            #expect(unknown[0].why.contains("nor in any block"))

            try await shop.isRegistered("1")
            let astray = try await shop.explain(try await node.send("1", to: stranger))
            #expect(astray.map(\.what) == ["mempool", "address_unwatched"])
            #expect(astray[1].about.contains(stranger))
            #expect(astray[1].next?.contains("within 3h of the payment") == true)

            let payment = try await node.send("1", to: address)
            try await shop.event("deposit.detected", of: "1")
            let sighted = try await shop.explain(payment)
            #expect(sighted.has("mempool") && sighted.has("unconfirmed"))
            let block = try await node.mine()[0]
            try await shop.event("deposit.detected", of: "1", count: 2)
            let waiting = try await shop.explain(payment)
            #expect(waiting.first { $0.what == "in_block" }?.why.contains(block) == true)
            let wait = try #require(waiting.first { $0.what == "waiting" })
            #expect(wait.why.hasPrefix("1 of 2 confirmations, in block 111 (\(block))"))
            #expect(wait.next == "wait for 1 block: it is credited with block 112")
            #expect(wait.about.contains("1 LTC to \(address), order 1 of shop"))

            try await node.mine()
            try await shop.event("deposit.credited", of: "1")
            let credited = try #require(try await shop.explain(payment).first { $0.what == "credited" })
            let entries = try await shop.database.rows("SELECT id, kind, amount FROM confirmd.ledger_entry ORDER BY id")
            for entry in entries {
                #expect(credited.why.contains("entry \(entry[0]!) (\(entry[1]!) \(entry[2]!) LTC"))
            }
            #expect(credited.why.contains("0.01 flat and 1% of the rest"))

            let position =
                try await shop.database.value(
                    "SELECT position FROM confirmd.outbox WHERE type = 'deposit.credited'") ?? ""
            try await shop.database.execute(
                """
                SELECT confirmd.acknowledge('accounting', 1, \(position));
                SELECT confirmd.acknowledge('mailer', 1, \(position) - 1)
                """)
            try await node.mine(2)
            try await shop.event("deposit.final", of: "1")
            let final = try await shop.explain(payment)
            #expect(final.has("final"))
            let told = final.filter { $0.what == "event" }
            #expect(
                told.map(\.reason) == ["deposit.detected", "deposit.detected", "deposit.credited", "deposit.final"])
            #expect(told[1].why == "read by accounting, mailer")
            #expect(told[2].why.hasPrefix("read by accounting; still to be read by mailer (at "))
            #expect(told[3].why.hasPrefix("still to be read by accounting"))
            let deposit = try await shop.database.value("SELECT id FROM confirmd.deposit")
            #expect(told.allSatisfy { $0.depositId == deposit })

            let text = try await shop.installation.succeed("explain", "transaction", "litecoin", payment)
            #expect(text.contains("final  vout:"))
            // What the program shows everybody who may read can ask for.
            let reader = try Installation(
                database: shop.database.url(user: "confirmd_reader"), networks: [.litecoin([node])])
            #expect(try await reader.succeed("explain", "litecoin", payment).contains("deposit.final"))
        }
    }

    @Test("A block off the chain, a reversal, a double spend")
    func offTheChain() async throws {
        let node = try await Litecoind()
        let shop = try await Shop(on: node, settings: "mempool: { interval: 1h }")
        let addresses = try await node.foreignAddresses(3)
        try await shop.invoices(
            zip(["credited", "below"], addresses).map { .init(name: $0, address: $1, amount: "1") })
        try await shop.following { _ in
            try await shop.areRegistered()
            let early = try await node.send("1", to: addresses[0])
            let first = try await node.mine()[0]
            let late = try await node.send("1", to: addresses[1])
            try await node.mine()
            try await shop.deposits(become: ["credited": "credited", "below": "detected"])
            try await node.invalidate(first)
            try await shop.deposits(become: ["credited": "reversed", "below": "orphaned"])
            let reversed = try await shop.explain(early)
            #expect(reversed.has("mempool"))
            let reversal =
                try await shop.database.value("SELECT id FROM confirmd.ledger_entry WHERE is_reversal") ?? "-"
            #expect(reversed.first { $0.what == "reversed" }?.why.contains("entries \(reversal) take") == true)
            #expect(try await shop.explain(late).has("orphaned"))

            let winner = try await node.replace(early, paying: [.init(addresses[2], "0.5")])
            try await node.mine(only: [winner])
            try await node.mineEmpty(2)
            try await shop.deposits(become: ["credited": "dropped", "below": "orphaned"])
            let spent = try await shop.explain(early)
            let block = try #require(spent.first { $0.what == "off_chain" })
            #expect(block.why.contains(first))
            let drop = try #require(spent.first { $0.what == "dropped" })
            #expect(drop.reason == "double_spent" && drop.why.contains("can never be mined"))
        }
    }

    @Test("The payment comes first and its change last; while the node is away an invoice says that nobody looks")
    func blind() async throws {
        let node = try await Litecoind()
        let shop = try await Shop(on: node)
        let address = try await shop.invoice("paid", of: "1")
        try await shop.invoice("open", of: "1")
        try await shop.following { _ in
            try await shop.isRegistered("paid")
            try await shop.isRegistered("open")
            let payment = try await node.send("1", to: address)
            try await node.mine(2)
            try await shop.event("deposit.credited", of: "paid")
            let findings = try await shop.explain(payment)
            let paid = try #require(findings.firstIndex { $0.what == "credited" })
            let change = try #require(findings.firstIndex { $0.what == "address_unwatched" })
            #expect(paid < change && change == findings.count - 1)

            #expect(try await shop.explain(order: "open").first?.why == "no payment to it was seen")
            try await node.stop()
            try await eventually("it says that nobody looks", within: .seconds(60)) {
                let first = try await shop.explain(order: "open").first
                return first?.why.contains("litecoin is not being read (known through 20") == true
                    && first?.next?.contains("confirmd status") == true
            }
            try await node.start()
            try await eventually("it looks again", within: .seconds(60)) {
                try await shop.explain(order: "open").first?.why == "no payment to it was seen"
            }
        }
    }

    @Test("Below a wallet's minimum, made known too late, not watched yet, not read yet")
    func uncredited() async throws {
        let node = try await Litecoind(blocks: 0)
        try await node.setClock(to: Date(timeIntervalSinceNow: -18_000))
        try await node.mine(110)
        let late = try await node.newAddress()
        let early = try await node.send("1", to: late)
        try await node.mine()
        try await node.setClock(to: nil)
        try await node.mine()
        let shop = try await Shop(on: node, network: .litecoin([node], minDeposit: "0.1"))
        try await shop.installation.succeed(
            "wallet", "create", "--project", "shop", "--customer", "late", "--asset", "LTC", "--address", late)
        #expect(try await shop.explain(early).first { $0.what == "unregistered" }?.next == "start one: confirmd run")
        let small = try await shop.wallet("small")
        try await shop.following { _ in
            try await shop.walletIsRegistered("late")
            try await shop.walletIsRegistered("small")
            let before = try #require(try await shop.explain(early).first { $0.what == "registered_later" })
            #expect(before.about.contains("customer late of shop"))
            let tooLittle = try await node.send("0.09", to: small)
            try await node.mine(2)
            try await shop.event("deposit.rejected", of: "small")
            let rejected = try #require(try await shop.explain(tooLittle).first { $0.what == "rejected" })
            #expect(rejected.reason == "below_minimum")
            #expect(rejected.why.contains("min_deposit is 0.1 now"))
            #expect(rejected.about.contains("customer small of shop"))
        }
        let missed = try await node.send("1", to: small)
        try await node.mine()
        let unread = try #require(try await shop.explain(missed).first { $0.what == "not_read" })
        #expect(unread.why.contains("no daemon follows litecoin"))
    }

    @Test("A node without an index of transactions tells what is in its mempool, and in the block of a deposit")
    func withoutIndex() async throws {
        let node = try await Litecoind(options: ["-txindex=0"])
        let shop = try await Shop(on: node)
        let address = try await shop.invoice("1", of: "1")
        let stranger = try await node.foreignAddresses(1)[0]
        try await shop.following { _ in
            try await shop.isRegistered("1")
            let payments = [try await node.send("1", to: address), try await node.send("1", to: stranger)]
            let block = try await node.mine()[0]
            try await shop.event("deposit.detected", of: "1")
            let found = try await shop.explain(payments[0])
            #expect(found.first { $0.what == "in_block" }?.why.contains(block) == true)
            #expect(found.has("waiting"))
            // The wallet knows its own transactions; the node without an index does not say so.
            let other = try await shop.explain(payments[1])
            #expect(other.map(\.what) == ["unknown"])
            #expect(other[0].why.contains("-txindex"))
            #expect(other[0].next?.contains("explain invoice") == true)
        }
    }

    @Test("Why an invoice is paid, or is not: what is missing, what it waits for, what was decided")
    func invoice() async throws {
        let node = try await Litecoind()
        let shop = try await Shop(on: node, settings: "arrival_grace: 0s")
        let address = try await shop.invoice("1", of: "1")
        #expect(try await shop.explain(order: "1").map(\.what) == ["created", "unregistered", "open"])
        try await shop.invoice("refused", of: "1", at: "nonsense")
        try await shop.following { _ in
            try await shop.isRegistered("1")
            try await shop.event("invoice.refused", of: "refused")
            let refused = try await shop.explain(order: "refused")
            #expect(refused.map(\.what).prefix(2) == ["canceled", "refused"])
            #expect(refused.contains { $0.what == "event" && $0.reason == "invoice.refused" })
            #expect(refused[0].reason == "malformed_address")

            let created = try await shop.explain(order: "1")
            #expect(created.map(\.what) == ["created", "open", "event"])
            #expect(created[0].why == "no payment to it was seen")
            try await node.send("0.4", to: address)
            try await node.mine()
            try await shop.event("deposit.detected", of: "1")
            let waiting = try await shop.explain(order: "1")
            #expect(waiting[0].why == "nothing is credited yet; 1 deposit on the way")
            #expect(waiting.has("waiting"))
            try await node.mine()
            try await shop.reaches("partial", "1")
            let partial = try await shop.explain(order: "1")
            #expect(partial[0].what == "partial")
            #expect(partial[0].why == "too little is credited: 0.4 of 1 LTC (0.6 missing)")
            #expect(partial.has("credited"))
            let id = try await shop.id(of: "1")
            try await shop.installation.succeed("invoice", "mark-paid", id, "--reason", "the rest in cash")
            try await shop.reaches("paid", "1")
            let paid = try await shop.explain(order: "1")
            #expect(paid[0].what == "paid" && paid[0].reason == "marked_paid")
            let command = try #require(paid.first { $0.what == "command" })
            #expect(command.reason == "mark_paid" && command.why.contains("the rest in cash"))

            try await shop.invoices(
                [.init(name: "2", address: try await node.newAddress(), amount: "1")], expiringIn: 1)
            try await shop.reaches("canceled", "2")
            let expired = try await shop.explain(order: "2")
            #expect(expired[0].reason == "expired")
            #expect(expired.has("expired"))
        }
        // Nobody observes the chain any more: the deadline passes and can't be decided.
        try await shop.invoices([.init(name: "3", address: try await node.newAddress(), amount: "1")], expiringIn: 1)
        try await eventually("its deadline has passed") {
            try await shop.explain(order: "3").has("expiring")
        }
        let held = try #require(try await shop.explain(order: "3").first { $0.what == "expiring" })
        #expect(held.why.contains("option 0 to be registered"))
        #expect(held.why.contains("litecoin to be observed beyond it"))
    }
}

/// Without any node.
@Suite("Explain, wrong questions")
struct ExplainMistakeTests {
    @Test("An unknown network or invoice fails, a malformed id is wrong usage, a silent node is told")
    func mistakes() async throws {
        let desk = try await Desk()
        let id = String(repeating: "ab", count: 32)
        #expect(try await desk.fail(1, "explain", "dogecoin", id).contains("no network \"dogecoin\""))
        for wrong in ["12", String(repeating: "x", count: 64), id + "0", ""] {
            #expect(try await desk.fail(64, "explain", "litecoin", wrong).contains("64 hex digits"))
        }
        #expect(try await desk.fail(64, "explain", "invoice", "17").contains("is not an id"))
        #expect(try await desk.fail(1, "explain", "invoice", UUID().uuidString).contains("there is no invoice"))
        _ = try await desk.fail(64, "explain", "litecoin")
        let silent = try await desk.read([Finding].self, "explain", "litecoin", id)
        #expect(silent.map(\.what) == ["unreachable"])
        #expect(silent[0].about == "http://127.0.0.1:1")
    }
}
