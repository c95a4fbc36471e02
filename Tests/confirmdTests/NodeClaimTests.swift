import TestSupport
import Testing

/// What a node says of itself that no node can have.
@Suite("Nodes that claim", .inTurns, .enabled(if: Litecoind.isInstalled, "needs litecoind"))
struct NodeClaimTests {
    private static let blocks = AlteringNode.Place("getblockchaininfo", "result", "blocks")
    private static let headers = AlteringNode.Place("getblockchaininfo", "result", "headers")
    /// Of a block whose place is asked for.
    private static let height = AlteringNode.Place("getblockheader", "result", "height")

    /// A shop over an honest node and one whose answers can be altered.
    private static func shop(
        _ node: Litecoind, _ altering: AlteringNode, isPreferred: Bool
    ) async throws -> Shop {
        var network = NetworkFile.litecoin([node], credit: 1, settings: "poll_interval: 500ms\narrival_grace: 0s")
        let line =
            "  - { url: \"\(altering.url)\", username: \(node.username), password_file: \"\(node.passwordFile)\" }\n"
        network.text =
            isPreferred
            ? network.text.replacing("nodes:\n", with: "nodes:\n" + line)
            : network.text.replacing("confirmations:\n", with: line + "confirmations:\n")
        return try await Shop(on: node, network: network)
    }

    @Test(
        "No number of blocks ends the process, from whichever of two nodes it comes",
        arguments: [false, true], ["9223372036854775807", "-9223372036854775808"])
    func impossibleHeight(isPreferred: Bool, blocks: String) async throws {
        let node = try await Litecoind()
        let altering = try AlteringNode(of: node.url)
        let shop = try await Self.shop(node, altering, isPreferred: isPreferred)
        let address = try await shop.invoice("1", of: "1")
        try await shop.following { daemon in
            try await shop.isRegistered("1")
            altering.alter([Self.blocks: blocks])
            try await eventually("the node is asked") { altering.altered > 3 }
            try await node.send("1", to: address)
            try await node.mine(2)
            try await shop.reaches("paid", "1")
            try await eventually("status says why", look: { try await shop.installation.run("status").stdout }) {
                $0.contains("node \(altering.url): failing: ") && $0.contains("is outside the range of a block height")
            }
            #expect(daemon.exit == nil)
            #expect(try await daemon.get("/metrics").status == 200)
        }
    }

    @Test("A tip that is claimed and never shown holds no expiry up, and is that node's failure")
    func ahead() async throws {
        let node = try await Litecoind()
        let altering = try AlteringNode(of: node.url)
        let shop = try await Self.shop(node, altering, isPreferred: false)
        try await shop.following { daemon in
            let claim = String(try await node.height + 1_000)
            altering.alter([Self.blocks: claim, Self.headers: claim, Self.height: claim])
            try await shop.installation.succeed(
                "invoice", "create", "--no-wait", "--project", "shop", "--order", "1", "--option",
                "LTC:\(try await node.newAddress()):1", "--expires-in", "2s")
            try await shop.reaches("canceled", "1")
            #expect(try await daemon.get("/readyz").status == 200)
            try await eventually("status says why", look: { try await shop.installation.run("status").stdout }) {
                $0.contains("node \(altering.url): failing: ")
            }
            #expect(
                try await shop.database.value("SELECT head_height = tip_height FROM confirmd.network") == "t",
                "the head is taken without it")
        }
    }
}
