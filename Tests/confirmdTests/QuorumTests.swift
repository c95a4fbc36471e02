import Foundation
import TestSupport
import Testing

/// Two nodes that have to agree before money is credited.
@Suite("Quorum", .inTurns)
struct QuorumTests {
    @Test("What too few nodes have is held back, with who said what, and credited once they agree")
    func agreement() async throws {
        let node = try await Litecoind()
        let second = try await Litecoind(blocks: 0)
        try await second.connect(to: node)
        var network = NetworkFile.litecoin([node, second], credit: 1, final: 2, settings: "mempool: { interval: 1h }")
        network.text = network.text.replacing("max_reorg_depth:", with: "quorum: 2\nmax_reorg_depth:")
            .replacing("transfer_fee: \"0\"", with: "transfer_fee: \"0\", quorum_from: \"0.5\"")
        let shop = try await Shop(on: node, network: network)
        let (small, large) = (try await node.foreignAddresses(2)[0], try await node.foreignAddresses(2)[1])
        try await shop.following { daemon in
            try await shop.invoice("small", of: "0.1", at: small)
            try await shop.invoice("large", of: "1", at: large)
            try await shop.isRegistered("small")
            try await shop.isRegistered("large")
            let tip = try await node.tip
            try await eventually("the second follows") { try await second.tip == tip }
            try await second.disconnect(from: node)
            // The second one's block at that height is another.
            try await second.mineEmpty()
            let theirs = try await second.tip
            try await node.send("0.1", to: small)
            try await node.send("1", to: large)
            try await node.mine()
            let ours = try await node.mine()[0]
            try await shop.reaches("paid", "small")
            try await shop.cursorReachesTip()
            #expect(try await shop.status(of: "large") == "created")
            try await daemon.logs("nodes do not agree")

            let reason = try await eventually(
                "the status says who said what",
                look: {
                    try await shop.database.value("SELECT state_reason FROM confirmd.network")
                }, holds: { $0?.contains("1 of 2 nodes") == true })
            #expect(reason?.contains("\(node.url.dropFirst(7)) has it") == true, "\(reason ?? "")")
            #expect(reason?.contains("\(second.url.dropFirst(7)) has \(theirs) there") == true, "\(reason ?? "")")
            #expect(try await shop.installation.succeed("status").contains("1 of 2 nodes have block"))
            let transaction = try #require(
                try await shop.database.value("SELECT transaction FROM confirmd.deposit WHERE gross = 1"))
            let explained = try await shop.installation.succeed("explain", "litecoin", transaction)
            #expect(explained.contains("1 of 2 nodes have block"), "\(explained)")

            try await second.connect(to: node)
            try await shop.reaches("paid", "large")
            #expect(try await second.tip == ours)
            try await daemon.logs("nodes agree again")
        }
    }

    @Test("A reload that asks for one node alone credits what was held, and all is well again")
    func lowered() async throws {
        let node = try await Litecoind()
        let second = try await Litecoind(blocks: 0)
        var network = NetworkFile.litecoin([node, second], credit: 1, final: 2)
        let alone = network
        network.text += "\nquorum: 2\n"
        let shop = try await Shop(on: node, network: network)
        try await shop.following { daemon in
            let address = try await shop.invoice("1", of: "1")
            try await shop.isRegistered("1")
            try await node.send("1", to: address)
            try await node.mine()
            try await daemon.logs("nodes do not agree")
            try shop.installation.write(alone)
            daemon.reload()
            try await shop.reaches("paid", "1")
            try await eventually("nothing is out of order") {
                try await shop.database.value("SELECT state_reason IS NULL FROM confirmd.network") == "t"
            }
        }
    }

    @Test("A quorum needs as many nodes")
    func tooFew() async throws {
        let node = try await Litecoind(blocks: 0)
        var network = NetworkFile.litecoin([node])
        network.text += "\nquorum: 2\n"
        let installation = try Installation(database: "postgresql:///nowhere", networks: [network])
        let outcome = try await installation.run("config", "check", "--no-environment")
        #expect(outcome.status == 78)
        #expect(outcome.stdout.contains("\"quorum\" must not be above the number of nodes (1), not 2"))
    }
}
