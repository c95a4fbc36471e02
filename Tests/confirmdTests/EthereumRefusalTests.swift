import TestSupport
import Testing

/// Nodes and providers that refuse what is asked in words of their own, or say things beside the point.
@Suite(
    "Ethereum nodes in other words", .inTurns,
    .enabled(if: EthereumNode.isInstalled, "needs .build-python, which deploy/test makes"))
struct EthereumRefusalTests {
    @Test("A node at the head that indexes its past is followed; one that is behind is waited for, in its own words")
    func syncing() async throws {
        let node = try await EthereumNode(blocks: 3)
        let shop = try await EthereumShop(on: node)
        try await node.setSyncing([
            "currentBlock": "0x3", "highestBlock": "0x2", "startingBlock": "0x1", "txIndexFinishedBlocks": "0x23dd0",
            "txIndexRemainingBlocks": "0x1b00000",
        ])
        let address = try await shop.invoice("1", of: "0.005")
        try await shop.following { daemon in
            try await shop.isRegistered("1")
            try await node.send(5 * finney, to: address)
            try await node.mine()
            try await shop.reaches("paid", "1")

            try await node.setSyncing(["currentBlock": "0x4", "highestBlock": "0x5000"])
            try await eventually(
                "status says what the node says", within: .seconds(90),
                look: { try await shop.installation.run("status").stdout }
            ) {
                $0.contains("downloading: it is at block 4 of 20480 (eth_syncing)")
                    && $0.contains("the nodes are still downloading the chain")
            }
            try await eventually(
                "readyz does, too", within: .seconds(90), look: { try await daemon.get("/readyz").body }
            ) {
                $0.contains("it is at block 4 of 20480 (eth_syncing)")
            }
            let check = try await shop.installation.run("config", "check")
            #expect(check.stdout.contains("still downloading the chain: it is at block 4 of 20480"), "\(check)")
            try await node.setSyncing(.null)
            try await daemon.ready()
        }
    }

    @Test(
        "Batches refused in whatever words become as small as the node takes them",
        arguments: [
            (3, 500, #"{"id":null,"jsonrpc":"2.0","error":{"code":31,"message":"Batch of more than 3 requests"}}"#),
            (
                1, 200,
                #"[{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"Batch requests are not allowed"}}]"#
            ),
            (1, 400, "Batch requests are disabled"), (1, 405, "Method Not Allowed"), (1, 413, ""),
            (2, 200, #"{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}}"#),
        ])
    func batches(limit: Int, status: Int, body: String) async throws {
        let node = try await EthereumNode(blocks: 30)
        try await node.setBatchLimit(limit, refusal: (status, body))
        let shop = try await EthereumShop(on: node)
        let address = try await shop.invoice("1", of: "0.005")
        try await shop.following { _ in
            try await shop.isRegistered("1")
            try await node.mine(20)
            try await node.send(5 * finney, to: address)
            try await node.mine()
            try await shop.reaches("paid", "1")
        }
    }

    @Test(
        "eth_getBlockReceipts refused in whatever words is replaced by single receipts",
        arguments: [(35, "method is not available on freetier"), (-32_000, "method handler crashed")])
    func receipts(code: Int, message: String) async throws {
        let node = try await EthereumNode()
        let shop = try await EthereumShop(on: node)
        try await node.fail(.init("eth_getBlockReceipts"), code: code, message)
        let address = try await shop.invoice("1", of: "0.005")
        try await shop.following { _ in
            try await shop.isRegistered("1")
            try await node.send(5 * finney, to: address)
            try await node.mine()
            try await shop.reaches("paid", "1")
        }
        #expect(try await node.calls(of: "eth_getTransactionReceipt") > 0)
    }

    @Test("Logs numbered anew in each transaction stop nothing where roots prove them, and stop what is linked")
    func logIndex() async throws {
        let node = try await EthereumNode()
        let token = try await node.deploy(.token, [.amount(1_000 * finney)])
        let shop = try await EthereumShop(on: node, .ethereum([node], tokens: ["TOKEN": token]))
        let linked = try await EthereumShop(
            on: node, .ethereum([node], tokens: ["TOKEN": token], settings: "verification: linked"))
        let (first, second) = (try await shop.invoice("1", of: "0.005", in: "TOKEN"), EthereumShop.newAddress())
        try await shop.invoice("2", of: "0.005", in: "TOKEN", at: second)
        try await linked.invoice("1", of: "0.005", in: "TOKEN", at: second)
        try await linked.following { _ in
            try await linked.isRegistered("1")
            try await shop.following { _ in
                for order in ["1", "2"] { try await shop.isRegistered(order) }
                try await node.lie(.init("eth_getBlockReceipts"), at: [1, "logs", 0, "logIndex"], saying: "0x0")
                try await node.mine(
                    EthereumBlock([first, second].map { .new(try! token.transfer(5 * finney, to: $0)) }))
                try await node.mine()
                for order in ["1", "2"] { try await shop.reaches("paid", order) }
                try await eventually("status says why", look: { try await linked.installation.run("status").stdout }) {
                    $0.contains("it is not number 1 of the block, so that some are missing")
                }
                #expect(try await linked.payments == [])
                try await node.clearFaults()
                try await linked.reaches("paid", "1")
            }
        }
        #expect(try await shop.payments.map { $0[0] } == ["log:0", "log:0"])
    }

    @Test("What BSC and Polygon pay is proved by roots: a lie about an amount stops them", arguments: [97, 80_002])
    func roots(chainID: Int) async throws {
        let node = try await EthereumNode(chainID: chainID)
        let token = try await node.deploy(.token, [.amount(1_000 * finney)])
        let shop = try await EthereumShop(on: node, .ethereum([node], tokens: ["TOKEN": token], chainID: chainID))
        let address = try await shop.invoice("1", of: "0.005", in: "TOKEN")
        try await shop.following { _ in
            try await shop.isRegistered("1")
            try await node.lie(
                .init("eth_getBlockReceipts"), at: [0, "logs", 0, "data"],
                saying: .string("0x" + String(repeating: "0", count: 48) + "00b1a2bc2ec50000"))
            try await node.transfer(5 * finney, of: token, to: address)
            try await node.mine()
            try await eventually("status says why", look: { try await shop.installation.run("status").stdout }) {
                $0.contains("the receipts are not those of the header's root")
            }
            #expect(try await shop.payments == [])
            try await node.clearFaults()
            try await shop.reaches("paid", "1")
        }
        #expect(try await shop.payments.map { $0[2] } == ["0.005"])
    }
}
