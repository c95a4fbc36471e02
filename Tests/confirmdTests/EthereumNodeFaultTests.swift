import TestSupport
import Testing

/// Nodes that lie, lack methods, or want fewer requests.
@Suite(
    "Ethereum nodes that misbehave", .inTurns,
    .enabled(if: EthereumNode.isInstalled, "needs .build-python, which deploy/test makes"))
struct EthereumNodeFaultTests {
    @Test("Pitfall 3: a block with a lie in it is refused, nothing is credited by it, and status says why")
    func lie() async throws {
        let node = try await EthereumNode()
        let shop = try await EthereumShop(on: node)
        let address = try await shop.invoice("1", of: "0.005")
        try await shop.following { _ in
            try await shop.isRegistered("1")
            try await node.lie(
                .init("eth_getBlockByHash"), at: ["transactions", 0, "value"], saying: "0x7fffffffffffff")
            try await node.send(5 * finney, to: address)
            try await eventually("status says why", look: { try await shop.installation.run("status").stdout }) {
                $0.contains("node \(node.url): failing: ") && $0.contains("is not its hash")
            }
            #expect(try await shop.payments == [])
            try await node.clearFaults()
            try await node.mine()
            try await shop.reaches("paid", "1")
        }
        #expect(try await shop.payments == [["call", "ETH", "0.005", "credited"]])
    }

    @Test("Where one node lies an honest second one carries on")
    func honestPeer() async throws {
        let node = try await EthereumNode()
        let token = try await node.deploy(.token, [.amount(1_000 * finney)])
        let liar = node.peer("liar")
        let shop = try await EthereumShop(on: node, .ethereum([liar, node], tokens: ["TOKEN": token]))
        let address = try await shop.invoice("1", of: "0.005", in: "TOKEN")
        try await shop.following { _ in
            try await shop.isRegistered("1")
            // Ten times as much, to the payer's advantage.
            try await liar.lie(
                .init("eth_getBlockReceipts"), at: [0, "logs", 0, "data"],
                saying: .string("0x" + String(repeating: "0", count: 48) + "00b1a2bc2ec50000"))
            try await node.transfer(5 * finney, of: token, to: address)
            try await node.mine()
            try await shop.reaches("paid", "1")
            #expect(try await shop.payments == [["log:0", "TOKEN", "0.005", "credited"]])
            #expect(try await liar.calls(of: "eth_getBlockReceipts") > 0)
        }
    }

    @Test(
        "Without eth_getBlockReceipts receipts come one by one, in batches as large as the node takes them")
    func receiptsInBatches() async throws {
        let node = try await EthereumNode()
        let token = try await node.deploy(.token, [.amount(1_000 * finney)])
        try await node.disable("eth_getBlockReceipts")
        try await node.setBatchLimit(3)
        let shop = try await EthereumShop(on: node, .ethereum([node], tokens: ["TOKEN": token]))
        let address = try await shop.invoice("1", of: "0.01", in: "TOKEN")
        try await shop.following { _ in
            try await shop.isRegistered("1")
            try await node.mine(
                EthereumBlock((0..<10).map { _ in .new(try! token.transfer(finney, to: address)) }))
            try await node.mine()
            try await shop.reaches("paid", "1")
        }
        #expect(try await shop.payments.count == 10)
        #expect(try await node.calls(of: "eth_getTransactionReceipt") >= 10)
    }

    @Test("Rate limits while it catches up slow it down, and no block is left out")
    func rateLimits() async throws {
        let node = try await EthereumNode(blocks: 5)
        let shop = try await EthereumShop(on: node)
        let address = try await shop.invoice("1", of: "0.06")
        try await shop.following { _ in try await shop.isRegistered("1") }
        for _ in 0..<60 { try await node.send(finney, to: address) }
        try await node.refuse(.init("eth_getBlockByHash", times: 5), status: 429, retryAfter: 1)
        try await node.fail(.init("eth_getBlockReceipts", times: 5), code: -32005, "limit exceeded")
        try await node.mine()
        try await shop.following { _ in
            try await shop.reaches("paid", "1")
        }
        #expect(try await shop.database.value("SELECT count(DISTINCT block_height) FROM confirmd.deposit") == "60")
    }

    @Test("A node of another chain is not followed, and config check and status say so")
    func wrongChain() async throws {
        let node = try await EthereumNode(chainID: 5)
        let shop = try await EthereumShop(on: node, .ethereum([node], chainID: 1337))
        let check = try await shop.installation.run("config", "check")
        #expect(check.exit == .status(78) && check.stdout.contains("serves the chain with the id \"0x5\", not 1337"))
        let daemon = try shop.installation.start()
        try await eventually("status says so", look: { try await shop.installation.run("status").stdout }) {
            $0.contains("node \(node.url): wrong_chain")
        }
        #expect(try await shop.database.value("SELECT tip_height FROM confirmd.network") == nil)
        try await daemon.terminate()
        try await shop.proveBooks()
    }
}
