import Foundation
import Glibc
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
        #expect(outcome.stdout.contains("\"quorum\" must not be above the number of different nodes (1), not 2"))
    }

    @Test(
        "Careless: one node written twice is one word, under any of its names",
        arguments: ["127.0.0.1", "localhost", "[::1]"])
    func twice(name: String) async throws {
        let node = try await Litecoind(blocks: 0)
        var network = NetworkFile.litecoin([node, node])
        let url = node.url.replacing("127.0.0.1", with: name)
        let second = try #require(network.text.ranges(of: node.url).last)
        network.text.replaceSubrange(second, with: url)
        network.text += "\nquorum: 2\n"
        let database = try await PrivatePostgres.shared.createDatabase()
        let installation = try Installation(database: database.url, networks: [network])
        for command in [["config", "check"], ["config", "check", "--no-environment"], ["migrate"], ["run"]] {
            let outcome = try await Executable.run(command + ["--config", installation.configuration])
            #expect(outcome.status == 78, "\(command)")
            let said = outcome.stdout + outcome.stderr
            #expect(said.contains("the number of different nodes (1), not 2"), "\(command)")
        }
        network.text = network.text.replacing("quorum: 2", with: "quorum: 1")
        try installation.write(network)
        try await installation.succeed("migrate")
        let outcome = try await installation.run("config", "check")
        let warning = #/warning: \S+litecoin\.yaml:7:5: this is the same node as \S+litecoin\.yaml:6: /#
        #expect(outcome.stdout.contains(warning), "\(outcome.stdout)")
    }

    /// Whether this process may show one of its children another /etc/hosts than the machine has.
    static let mayHideHosts =
        geteuid() == 0 && FileManager.default.isExecutableFile(atPath: "/usr/bin/unshare")

    @Test(
        "A name that leads to a node of the quorum only later adds no word either",
        .enabled(if: mayHideHosts, "needs root and mount namespaces"))
    func later() async throws {
        let node = try await Litecoind()
        var network = NetworkFile.litecoin([node, node], credit: 1, final: 2)
        let second = try #require(network.text.ranges(of: node.url).last)
        network.text.replaceSubrange(second, with: node.url.replacing("127.0.0.1", with: "second.invalid"))
        let alone = NetworkFile.litecoin([node], credit: 1, final: 2)
        network.text += "\nquorum: 2\n"
        let shop = try await Shop(on: node, network: network)
        let hosts = try Scratch.folder("hosts") + "/hosts"
        try FileManager.default.copyItem(atPath: "/etc/hosts", toPath: hosts)
        let daemon = try shop.installation.start(
            wrapper: [
                "unshare", "--mount", "--propagation", "private", "sh", "-c",
                "mount --bind \(hosts) /etc/hosts && exec \"$@\"", "sh",
            ])
        try await daemon.ready()
        let address = try await shop.invoice("1", of: "1")
        try await shop.isRegistered("1")
        try await node.send("1", to: address)
        try await node.mine()
        func says(_ words: String) async throws {
            try await eventually(
                "status says \(words)", within: .seconds(120),
                look: { try await shop.database.value("SELECT state_reason FROM confirmd.network") },
                holds: { $0?.contains(words) == true })
        }
        try await says("1 of 2 nodes have block")
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: hosts))
        try file.seekToEnd()
        try file.write(contentsOf: Data("\n127.0.0.1 second.invalid\n".utf8))
        try file.close()
        try await says("second.invalid:\(node.url.split(separator: ":").last ?? "") is the same node as")
        #expect(try await shop.status(of: "1") == "created")
        try shop.installation.write(alone)
        daemon.reload()
        try await shop.reaches("paid", "1")
        try await shop.terminate(daemon)
    }
}
