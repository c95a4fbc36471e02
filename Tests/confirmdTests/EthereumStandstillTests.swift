import TestSupport
import Testing

/// A chain that goes on while what it has can't be had, and what it costs to follow one.
@Suite(
    "An Ethereum network that stands", .inTurns,
    .enabled(if: EthereumNode.isInstalled, "needs .build-python, which deploy/test makes"))
struct EthereumStandstillTests {
    @Test("One block that can't be read, readable ones after it: status, log and metric say why, and then it goes on")
    func unexplained() async throws {
        let node = try await EthereumNode()
        let watched = node.peer("watched")
        let shop = try await EthereumShop(on: node, .ethereum([watched]))
        let address = try await shop.invoice("1", of: "0.005")
        try await shop.following { daemon in
            try await shop.isRegistered("1")
            for method in ["eth_getBlockReceipts", "eth_getTransactionReceipt"] {
                try await watched.fail(.init(method), code: -32000, "leveldb: corrupted block receipts")
            }
            try await node.send(5 * finney, to: address)
            try await node.mine(2)
            let status = try await eventually(
                "status says why", look: { try await shop.installation.run("status").stdout }
            ) { $0.contains("syncing: no node answers properly: ") && $0.contains("failing: ") }
            #expect(status.contains("leveldb: corrupted block receipts"), "\(status)")
            #expect(
                try await shop.database.value("SELECT state_reason FROM confirmd.network")?
                    .contains("leveldb: corrupted block receipts") == true)
            try await daemon.logs("leveldb: corrupted block receipts")
            #expect(try await daemon.get("/metrics").body.contains("confirmd_network_stuck{network=\"ethereum\"} 1\n"))
            #expect(try await daemon.get("/readyz").body.contains("leveldb: corrupted block receipts"))

            try await watched.clearFaults()
            try await shop.reaches("paid", "1")
            try await shop.cursorReachesTip()
            try await eventually("all is well", look: { try await daemon.get("/metrics").body }) {
                $0.contains("confirmd_network_stuck{network=\"ethereum\"} 0\n")
            }
            try await eventually("nothing is out of order") {
                try await shop.database.value("SELECT state_reason FROM confirmd.network") == nil
            }
        }
    }

    @Test("As many headers are asked for as are missing", arguments: [2, 20])
    func calls(missing: Int) async throws {
        let node = try await EthereumNode(blocks: 10)
        let altering = try AlteringNode(of: node.url)
        var network = NetworkFile.ethereum([node])
        network.text = network.text.replacing(node.url, with: altering.url)
        let shop = try await EthereumShop(on: node, network)
        try await shop.following { _ in try await shop.cursorReachesTip() }
        try await node.mine(missing)
        altering.forget()
        try await shop.following { _ in try await shop.cursorReachesTip() }
        // And the block that they follow.
        #expect(altering.batches(of: "eth_getBlockByNumber") == [missing + 1])
    }
}
