import Foundation
import TestSupport
import Testing

/// The node leaves our chain further down than a rollback may go: only an operator's word mends that.
@Suite("Deep reorganizations", .inTurns, .enabled(if: Litecoind.isInstalled, "litecoind is not installed"))
struct DeepReorganizationTests {
    @Test("Pitfall 25: deeper than the limit it halts and says why; an operator's resynchronization mends it")
    func tooDeep() async throws {
        let node = try await Litecoind()
        let shop = try await Shop(
            on: node, network: .litecoin([node], maxReorgDepth: 101, settings: "mempool: { interval: 1h }"))
        let addresses = try await node.foreignAddresses(4)
        try await shop.invoices(
            zip(["mined again", "lost", "new"], addresses).map { .init(name: $0, address: $1, amount: "1") })
        try await shop.following { daemon in
            try await shop.areRegistered()
            let payments = [try await node.send("1", to: addresses[0]), try await node.send("1", to: addresses[1])]
            // What is more than ten blocks deep does not come back into the mempool.
            let whole = try await node.cli("getrawtransaction", payments[0])
            let lost = try await node.cli("getrawtransaction", payments[1])
            let first = try await node.mine()[0]
            try await node.mine(109, to: addresses[3])
            try await shop.deposits(become: ["mined again": "final", "lost": "final"])
            try await shop.cursorReachesTip()
            let books = try await shop.database.rows("SELECT position, id FROM confirmd.outbox ORDER BY 1")

            try await node.invalidate(first)
            try await node.cli("sendrawtransaction", lost)
            let replacement = try await node.replace(payments[1], paying: [.init(addresses[2], "1")])
            let other = try await node.mine(only: [whole, replacement])
            try await node.mineEmpty(110)
            try await halted(shop, daemon)
            #expect(
                try await shop.database.rows(
                    "SELECT position, id FROM confirmd.outbox WHERE type <> 'network.halted' ORDER BY 1") == books)
            #expect(try await shop.balance == ["2", "2", "0"])
            #expect(try await shop.status(of: "new") == "created")

            try await shop.installation.succeed("network", "resume", "litecoin", "--reason", "try it")
            try await daemon.logs("an operator resumed the network")
            try await eventually("it halts again") {
                daemon.log.components(separatedBy: "deeper than max_reorg_depth").count > 2
            }
            try await halted(shop, daemon)
            #expect(try await shop.balance == ["2", "2", "0"])

            try await shop.installation.succeed("network", "resume", "litecoin", "--resync", "--reason", "seen, right")
            try await daemon.ready(within: .seconds(60))
            try await shop.cursorReachesTip()
            #expect(
                try await shop.depositStatuses == ["mined again": "final", "lost": "dropped", "new": "final"])
            #expect(
                try await shop.turns(of: "mined again").map(\.status) == [
                    "detected", "credited", "final", "reversed", "detected", "credited", "final",
                ])
            #expect(try await shop.turns(of: "mined again").last?.block == other)
            #expect(try await shop.status(of: "lost") == "created")
            #expect(try await shop.status(of: "new") == "paid")
            #expect(try await shop.installation.run("status").status == 0)
        }
        #expect(try await shop.balance == ["2", "2", "0"])
        #expect(try await shop.oddReversals == "0")
        let told = try await shop.database.rows(
            "SELECT type FROM confirmd.outbox WHERE aggregatetype = 'network' ORDER BY position"
        ).compactMap { $0[0] }
        #expect(told == ["network.halted", "network.reorganized", "network.resumed"])
    }

    /// As Bitcoin Core's `invalidateblock` shows it: each piece is seen and believed on the way.
    @Test("Deeper than the limit in several pieces, with restarts between them, it halts as if it were one")
    func deepInPieces() async throws {
        let node = try await Litecoind()
        let shop = try await Shop(
            on: node, network: .litecoin([node], maxReorgDepth: 101, settings: "mempool: { interval: 1h }"))
        let addresses = try await node.foreignAddresses(2)
        try await shop.invoices([.init(name: "final", address: addresses[0], amount: "1")])
        try await shop.following { _ in
            try await shop.areRegistered()
            try await node.send("1", to: addresses[0])
            try await node.mine(104, to: addresses[1])
            try await shop.deposits(become: ["final": "final"])
            try await shop.cursorReachesTip()
        }
        let top = try await node.height
        for depth in [33, 66, 99] {
            try await node.invalidate(try await node.block(at: top - depth + 1))
            try await shop.following { _ in try await shop.cursorReachesTip() }
        }
        let floor = try await shop.database.value(
            "SELECT floor_height FROM confirmd_data.network WHERE network = 'litecoin'")
        #expect(floor == String(top - 101))
        try await shop.following { daemon in
            try await shop.cursorReachesTip()
            try await node.invalidate(try await node.block(at: top - 109))
            try await eventually("it waits for nodes that are as high as it was") {
                try await shop.installation.run("status").stdout.contains("below the last block read")
            }
            try await node.mineEmpty(120)
            try await halted(shop, daemon)
            #expect(try await shop.depositStatuses == ["final": "final"])
            #expect(try await shop.balance == ["1", "1", "0"])

            try await shop.installation.succeed("network", "resume", "litecoin", "--resync", "--reason", "seen, right")
            try await daemon.ready(within: .seconds(60))
            try await shop.cursorReachesTip()
            #expect(try await shop.depositStatuses == ["final": "reversed"])
        }
        #expect(try await shop.balance == ["0", "0", "0"])
    }

    @Test("A chain that leaves ours below the first block ever read: payments are found where they stand in it")
    func belowTheFirstBlock() async throws {
        let node = try await Litecoind()
        let shop = try await Shop(
            on: node, network: .litecoin([node], maxReorgDepth: 101, settings: "mempool: { interval: 1h }"))
        let addresses = try await node.foreignAddresses(2)
        try await shop.invoices([.init(name: "1", address: addresses[0], amount: "1")])
        // So that the wallet has coins for earlier blocks as well.
        try await node.mine(210, to: addresses[1])
        let first = try await node.height
        try await shop.following { daemon in
            try await shop.areRegistered()
            // What the wallet sends is locked to the next block; what replaces it is fit for an earlier one.
            let sent = try await node.send("1", to: addresses[1])
            let payment = try await node.replace(sent, paying: [.init(addresses[0], "1")])
            let whole = try await node.cli("getrawtransaction", payment)
            try await node.mine(10, to: addresses[1])
            try await shop.deposits(become: ["1": "final"])
            try await shop.cursorReachesTip()

            // Headers are stored from 101 blocks below the first one that is read.
            try await node.invalidate(try await node.block(at: first - 103))
            let other = try await node.mine(only: [whole])
            try await node.mine(115, to: addresses[1])
            try await halted(shop, daemon)
            try await shop.installation.succeed("network", "resume", "litecoin", "--resync", "--reason", "seen, right")
            try await daemon.ready(within: .seconds(60))
            try await shop.cursorReachesTip()
            #expect(try await shop.depositStatuses == ["1": "final"])
            #expect(try await shop.turns(of: "1").last?.block == other)
        }
        #expect(try await shop.balance == ["1", "1", "0"])
    }

    private func halted(_ shop: Shop, _ daemon: Daemon) async throws {
        struct Network: Decodable {
            let state: String
            let state_reason: String?
        }
        struct Status: Decodable { let networks: [Network] }
        let status = try await eventually(
            "status says halted", look: { try await shop.installation.run("status", "--json") },
            holds: { $0.stdout.contains("halted") && $0.stdout.contains("deeper than max_reorg_depth") })
        #expect(status.status == 1)
        let network = try JSONDecoder().decode(Status.self, from: Data(status.stdout.utf8)).networks.first
        #expect(network?.state == "halted")
        #expect(network?.state_reason?.contains("run `confirmd network resume NETWORK --resync`") == true)
        #expect(try await shop.installation.run("status").stdout.contains("deeper than max_reorg_depth"))
        let readiness = try await eventually(
            "readiness is gone", look: { try await daemon.get("/readyz") }, holds: { $0.status == 503 })
        #expect(readiness.body.contains("halted"))
        #expect(try await daemon.get("/healthz").status == 200)
    }
}
