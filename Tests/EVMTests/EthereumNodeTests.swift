import TestSupport
import Testing

@Suite(
    "The private Ethereum node", .enabled(if: EthereumNode.isInstalled, "needs .build-python, which deploy/test makes"))
struct EthereumNodeTests {
    let receiver = "0x00000000000000000000000000000000000000aa"
    let other = "0x00000000000000000000000000000000000000bb"

    @Test("Its own test in Python, which verifies each block's hash and roots, has nothing to object to")
    func selfTest() async throws {
        let node = try await EthereumNode()
        let output = try await Command.succeed(
            Python.command("Tests/Python/evm/selftest.py", node.url), within: .seconds(300))
        #expect(output.hasSuffix("blocks verified"))
    }

    @Test("A payment is mined at once and raises the balance from its block on")
    func payment() async throws {
        let node = try await EthereumNode(chainID: 5, blocks: 2)
        let before = try await node.tip
        let receipt = try await node.send(25, to: receiver)
        #expect(receipt.succeeded && receipt.height == 3 && receipt.logs.isEmpty)
        #expect(try await node.height == 3)
        #expect(try await node.block(at: .init(receipt.block))["parentHash"] == .string(before))
        #expect(try await node.balance(of: receiver) == 25)
        #expect(try await node.balance(of: receiver, at: .init(before)) == 0)
        #expect(try await node.call("eth_chainId") == "0x5")
    }

    @Test("Without automatic mining payments wait, and one block takes them all")
    func pool() async throws {
        let node = try await EthereumNode()
        try await node.setAutomaticMining(false)
        var hashes: [String] = []
        for amount in 1...3 {
            hashes.append(try await node.submit(EthereumTransaction(to: receiver, value: UInt128(amount))))
        }
        #expect(try await node.receipt(of: hashes[0]) == nil)
        try await node.mine()
        #expect(try await node.block(at: 1)["transactions"] == .array(hashes.map(JSON.string)))
        #expect(try await node.balance(of: receiver) == 6)
    }

    @Test("Tokens log what they move; the odd ones too little, otherwise or nothing at all")
    func tokens() async throws {
        let node = try await EthereumNode()
        var shapes: [EthereumContract.Name: [[Int]]] = [:]
        for name in [EthereumContract.Name.token, .tether, .refusing, .unindexed] {
            let token = try await node.deploy(name, [.amount(1_000_000)])
            let receipt = try await node.transfer(25, of: token, to: receiver)
            #expect(receipt.succeeded && receipt.logs.allSatisfy { $0.address == token.address })
            shapes[name] = receipt.logs.map { [$0.topics.count, ($0.data.count - 2) / 2] }
        }
        #expect(shapes == [.token: [[3, 32]], .tether: [[3, 32]], .refusing: [], .unindexed: [[1, 96]]])
    }

    @Test("Contracts pay by calls that only a trace shows")
    func innerCalls() async throws {
        let node = try await EthereumNode()
        let forwarder = try await node.deploy(.forwarder)
        let split = try await node.send("split(address[])", of: forwarder, [.addresses([receiver, other])], value: 10)
        let traces = try await node.call("debug_traceBlockByHash", .string(split.block), ["tracer": "callTracer"])
        #expect(traces[0]["result"]["calls"].array?.map { $0["to"] } == [.string(receiver), .string(other)])
        #expect(try await node.balance(of: other) == 5)
        let attempt = try await node.send("attempt(address)", of: forwarder, [.address(receiver)], value: 10)
        #expect(attempt.succeeded)
        #expect(try await node.balance(of: receiver) == 5, "an inner call that failed pays nobody")
        let mortal = try await node.deploy(.mortal, [.address("0x" + String(repeating: "0", count: 40))], value: 7)
        try await node.send("destroy(address)", of: mortal, [.address(receiver)])
        #expect(try await node.balance(of: receiver) == 12)
    }

    @Test("Withdrawals pay without a transaction")
    func withdrawals() async throws {
        let node = try await EthereumNode()
        let hash = try await node.mine(EthereumBlock(withdrawals: [.init(to: receiver, gwei: 3)], time: 2_000_000_000))
        let block = try await node.block(at: .init(hash))
        #expect(block["withdrawals"][0]["address"] == .string(receiver))
        #expect(block["timestamp"].quantity == 2_000_000_000)
        #expect(try await node.balance(of: receiver) == 3_000_000_000)
    }
}
