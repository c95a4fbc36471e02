import Foundation
import TestSupport
import Testing

/// `confirmd policy try` against what a reload of the very same file then does.
@Suite("Policy", .enabled(if: Litecoind.isInstalled, "litecoind is not installed"))
struct PolicyTests {
    struct Trial: Decodable {
        struct Deposit: Decodable {
            struct Required: Decodable, Equatable {
                let credit: Int
                let final: Int
            }
            let depositId: String
            let owner: String
            let reference: String
            let amount: String
            let confirmations: Int
            let status: String
            let becomes: String
            let required: Required
            let requiredThen: Required
            let effect: String
            let invoiceBecomes: String?

            /// The events that it foresees at once.
            var events: [String] {
                switch (status, becomes) {
                case ("detected", "final"): ["deposit.credited", "deposit.final"]
                case (status, status): []
                default: ["deposit.\(becomes)"]
                }
            }
        }
        struct Total: Decodable, Equatable {
            let asset: String
            let effect: String
            let deposits: Int
            let amount: String
        }
        let policyNumber: Int
        let tipHeight: Int
        let dissent: String?
        let deposits: [Deposit]
        let totals: [Total]
    }

    /// A shop with a deposit at each depth: `1` has one confirmation, and so on; `0` waits in the mempool.
    private func shop(_ network: NetworkFile, on node: Litecoind, depths: Int) async throws -> Shop {
        let shop = try await Shop(on: node, network: network)
        let names = (0...depths).map(String.init)
        try await shop.invoices(
            zip(names, try await node.foreignAddresses(names.count)).map { .init(name: $0, address: $1, amount: "1") })
        return shop
    }

    private func pay(_ shop: Shop, _ node: Litecoind, depths: Int) async throws {
        for depth in (0...depths).reversed() {
            let address = try await shop.database.value(
                """
                SELECT address FROM confirmd.invoice_option o JOIN confirmd.invoice i ON i.id = o.invoice_id
                WHERE order_id = :'order'
                """, ["order": "\(depth)"])
            try await node.send("1", to: address ?? "")
            if depth > 0 { try await node.mine() }
        }
        try await shop.cursorReachesTip()
        try await shop.event("deposit.detected", of: "0")
    }

    /// Tries a file, then reloads it and proves that what it says is what happens.
    private func prove(
        _ network: NetworkFile, as number: Int, _ shop: Shop, _ daemon: Daemon
    ) async throws -> [String: Trial.Deposit] {
        let path = try Scratch.folder("trial") + "/other.yaml"
        try network.text.write(toFile: path, atomically: true, encoding: .utf8)
        let before = try await books(shop)
        let json = try await shop.installation.succeed("policy", "try", path, "--json")
        #expect(try await books(shop) == before, "a trial writes nothing")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let trial = try decoder.decode(Trial.self, from: Data(json.utf8))
        #expect(trial.policyNumber == number - 1)
        let position = try await shop.database.value("SELECT coalesce(max(position), 0) FROM confirmd.outbox") ?? "0"

        try shop.installation.write(network)
        daemon.reload()
        try await daemon.logs("policy=\(number)")
        let rows = try await shop.database.rows(
            """
            SELECT payload ->> 'deposit_id', string_agg(type, ' ' ORDER BY position) FROM confirmd.outbox
            WHERE payload ->> 'cause' = 'policy:\(number)' AND type LIKE 'deposit.%' AND position > \(position) GROUP BY 1
            """)
        let happened = Dictionary(uniqueKeysWithValues: rows.map { ($0[0] ?? "", $0[1] ?? "") })
        let foreseen = trial.deposits.filter { !$0.events.isEmpty }
        #expect(
            happened
                == Dictionary(uniqueKeysWithValues: foreseen.map { ($0.depositId, $0.events.joined(separator: " ")) }))
        for deposit in trial.deposits {
            let now = try await shop.database.rows(
                "SELECT status, required, final_required FROM confirmd.deposit WHERE id = :'id'",
                ["id": deposit.depositId])
            #expect(
                now == [[deposit.becomes, "\(deposit.requiredThen.credit)", "\(deposit.requiredThen.final)"]],
                "\(deposit.reference)")
            if let status = deposit.invoiceBecomes {
                #expect(try await shop.status(of: deposit.reference) == status)
            }
        }
        return Dictionary(uniqueKeysWithValues: trial.deposits.map { ($0.reference, $0) })
    }

    private func books(_ shop: Shop) async throws -> [[String?]] {
        try await shop.database.rows(
            """
            SELECT n.version, n.policy_number, (SELECT max(position) FROM confirmd.outbox),
                   (SELECT count(*) FROM confirmd.ledger_entry), (SELECT count(*) FROM confirmd.policy)
            FROM confirmd_data.network n
            """)
    }

    @Test("Lower thresholds credit and finalize at once what the trial said, higher ones put off, tiers too")
    func trial() async throws {
        let node = try await Litecoind()
        let mempool = "mempool: { interval: 1s }"
        let shop = try await shop(.litecoin([node], credit: 4, final: 6, settings: mempool), on: node, depths: 5)
        try await shop.following { daemon in
            try await shop.areRegistered()
            try await pay(shop, node, depths: 5)
            try await shop.deposits(
                become: [
                    "0": "detected", "1": "detected", "2": "detected", "3": "detected", "4": "credited",
                    "5": "credited",
                ])

            let lower = try await prove(.litecoin([node], credit: 2, final: 5, settings: mempool), as: 2, shop, daemon)
            #expect(lower["1"]?.effect == "earlier" && lower["1"]?.required == .init(credit: 4, final: 6))
            #expect(lower["2"]?.effect == "credited" && lower["2"]?.confirmations == 2)
            #expect(lower["2"]?.invoiceBecomes == "paid")
            #expect(lower["3"]?.effect == "credited")
            #expect(lower["4"]?.effect == "earlier")
            #expect(lower["5"]?.effect == "final" && lower["5"]?.becomes == "final")

            // Thresholds once passed stay passed.
            let higher = try await prove(.litecoin([node], credit: 8, final: 9, settings: mempool), as: 3, shop, daemon)
            #expect(Set(higher.keys) == ["1", "2", "3", "4"])
            #expect(higher.values.allSatisfy { $0.effect == "later" })
            #expect(higher["2"]?.becomes == "credited" && higher["2"]?.required.final == 5)

            // The tier takes in what one owner was paid in all.
            let tiers = ["{ asset: LTC, from: 1, credit: 1, final: 2 }"]
            let tiered = try await prove(
                .litecoin([node], credit: 8, final: 9, tiers: tiers, settings: mempool), as: 4, shop, daemon)
            #expect(tiered["1"]?.effect == "credited")
            #expect(["2", "3", "4"].allSatisfy { tiered[$0]?.effect == "final" })
            #expect(tiered["5"] == nil)

            let shown = try await shop.installation.succeed("policy", "show", "litecoin").split(separator: "\n")
            #expect(shown.count == 5)
            #expect(shown[2].contains("credit 4 → 2, final 6 → 5"))
            #expect(shown[4].contains("yes") && shown[4].contains("LTC from 1: 1, 2"))
        }
    }

    @Test("With a quorum the nodes are asked: what they agree to is credited at once, what they do not have is held")
    func quorum() async throws {
        let node = try await Litecoind()
        let second = try await Litecoind(blocks: 0)
        try await second.connect(to: node)
        func network(credit: Int, quorum: Int) -> NetworkFile {
            .litecoin(
                [node, second], credit: credit, final: 9, settings: "mempool: { interval: 1h }\nquorum: \(quorum)")
        }
        let shop = try await Shop(on: node, network: network(credit: 6, quorum: 2))
        let addresses = try await node.foreignAddresses(2)
        try await shop.following { daemon in
            for (order, address) in zip(["met", "unmet"], addresses) {
                try await shop.invoice(order, of: "1", at: address)
                try await shop.isRegistered(order)
            }
            try await node.send("1", to: addresses[0])
            try await node.mine(3)
            let tip = try await node.tip
            try await eventually("the second follows") { try await second.tip == tip }
            try await shop.deposits(become: ["met": "detected"])
            try await shop.cursorReachesTip()
            let met = try await prove(network(credit: 3, quorum: 2), as: 2, shop, daemon)
            #expect(met["met"]?.effect == "credited" && met["met"]?.invoiceBecomes == "paid")

            // The second one has another block where the next payment is.
            try await second.disconnect(from: node)
            try await second.mineEmpty()
            try await node.send("1", to: addresses[1])
            try await node.mine(2)
            try await shop.deposits(become: ["met": "credited", "unmet": "detected"])
            try await shop.cursorReachesTip()
            let unmet = try await prove(network(credit: 1, quorum: 2), as: 3, shop, daemon)
            #expect(unmet["unmet"]?.effect == "held" && unmet["unmet"]?.becomes == "detected")
            #expect(try await shop.status(of: "unmet") == "created")
            let path = try Scratch.folder("trial") + "/other.yaml"
            try network(credit: 1, quorum: 2).text.replacing("final: 9", with: "final: 8")
                .write(toFile: path, atomically: true, encoding: .utf8)
            let text = try await shop.installation.succeed("policy", "try", path)
            #expect(text.contains("1 of 2 nodes have block"), "\(text)")
            #expect(text.contains("credited once enough nodes have its block"), "\(text)")

            // Fewer words credit what was held.
            let alone = try await prove(network(credit: 1, quorum: 1), as: 4, shop, daemon)
            #expect(alone["unmet"]?.effect == "credited" && alone["unmet"]?.invoiceBecomes == "paid")
        }
    }

    @Test("A trial takes a wallet's limits and fees from the file as well, and sums up by asset")
    func limits() async throws {
        let node = try await Litecoind()
        let shop = try await Shop(on: node, network: .litecoin([node], credit: 6, final: 8))
        let wallets = [try await shop.wallet("small"), try await shop.wallet("large")]
        try await shop.following { daemon in
            try await shop.walletIsRegistered("small")
            try await shop.walletIsRegistered("large")
            try await node.sendMany([wallets[0]: "0.05", wallets[1]: "2"])
            try await node.mine(2)
            try await shop.event("deposit.detected", of: "small")
            try await shop.event("deposit.detected", of: "large")
            try await shop.cursorReachesTip()
            let other = NetworkFile.litecoin([node], credit: 2, final: 3, transferFee: "0.01", minDeposit: "0.1")
            let path = try Scratch.folder("trial") + "/other.yaml"
            try other.text.write(toFile: path, atomically: true, encoding: .utf8)
            let text = try await shop.installation.succeed("policy", "try", path)
            #expect(text.contains("rejected at once (below_minimum)"))
            #expect(text.contains(/LTC +credited at once +1 +2\n/))
            let effects = try await prove(other, as: 2, shop, daemon)
            #expect(effects["small"]?.effect == "rejected" && effects["large"]?.effect == "credited")
            #expect(
                try await shop.database.value("SELECT fee FROM confirmd.deposit WHERE status = 'credited'") == "0.01")
        }
    }
}

/// Without any node.
@Suite("Policy, wrong questions")
struct PolicyMistakeTests {
    @Test("Broken files, unknown networks and other chains are refused; without a daemon there is no policy")
    func mistakes() async throws {
        let desk = try await Desk()
        #expect(try await desk.fail(1, "policy", "show", "dogecoin").contains("no network \"dogecoin\""))
        _ = try await desk.fail(64, "policy", "try")
        #expect(try await desk.fail(78, "policy", "try", "/nowhere.yaml").contains("can't be read"))
        let path = try Scratch.folder("trial") + "/other.yaml"
        func attempt(_ from: String, _ to: String) async throws {
            try Desk.network.text.replacingOccurrences(of: from, with: to)
                .write(toFile: path, atomically: true, encoding: .utf8)
        }
        try await attempt("credit: 2", "credit: 5")
        #expect(try await desk.fail(78, "policy", "try", path).contains("other.yaml:7:"))
        try await attempt("network: litecoin", "network: other")
        #expect(try await desk.fail(1, "policy", "try", path).contains("no network \"other\""))
        try await attempt("chain: regtest", "chain: main")
        #expect(try await desk.fail(1, "policy", "try", path).contains("litecoin/main"))
        try await attempt("credit: 2", "credit: 1")
        #expect(try await desk.fail(1, "policy", "try", path).contains("no block of litecoin"))
        // A policy is what a daemon has published.
        #expect(try await desk.installation.succeed("policy", "show").split(separator: "\n").count == 1)
    }
}
