import Chain
import EVM
import NodeHTTP
import TestSupport
import Testing

/// The adapter against a node that executes what it serves.
@Suite(
    .enabled(if: EthereumNode.isInstalled, "needs .build-python, which deploy/test makes"), .timeLimit(.minutes(30)))
struct ExecutedChainTests {
    private let receiver = "0x00000000000000000000000000000000000000aa"
    private let other = "0x00000000000000000000000000000000000000bb"
    private let nobody = "0x" + String(repeating: "0", count: 40)

    private func adapter(
        _ node: EthereumNode, _ native: EVMNode.NativeTransfers = .traces, unindexed: [String] = []
    ) throws -> EVMNode {
        EVMNode(
            EVMChain(id: 1_337), nativeTransfers: native, unindexed: Set(try unindexed.map(EVMAddress().watchKey)),
            http: ScriptedNode.http, endpoint: try NodeEndpoint(url: node.url))
    }

    private func block(_ receipt: EthereumReceipt) throws -> BlockReference {
        BlockReference(height: Int64(receipt.height), hash: try #require(Hash256(hex: receipt.block.dropFirst(2))))
    }

    /// All blocks up to the tip.
    private func blocks(_ adapter: EVMNode) async throws -> [Block] {
        let genesis = try #require(try await adapter.header(at: 0))
        var blocks: [Block] = []
        for header in try #require(try await adapter.headers(after: genesis.reference, limit: 500)) {
            blocks.append(try #require(try await adapter.block(header.reference)))
        }
        #expect(blocks.last?.header == (try await adapter.state().tip))
        return blocks
    }

    /// Pays in every way there is.
    private func pay(_ node: EthereumNode) async throws -> (token: String, old: String) {
        try await node.send(1_000, to: receiver)
        try await node.send(
            EthereumTransaction(to: receiver, value: 2_000, others: ["gasPrice": "0x77359400"]))
        let token = try await node.deploy(.token, [.amount(1_000_000)])
        try await node.transfer(25, of: token, to: receiver)
        let tether = try await node.deploy(.tether, [.amount(1_000_000)])
        try await node.transfer(26, of: tether, to: receiver)
        let old = try await node.deploy(.unindexed, [.amount(1_000_000)])
        try await node.transfer(27, of: old, to: receiver)
        let forwarder = try await node.deploy(.forwarder)
        let second = try await node.deploy(.forwarder)
        try await node.send("forward(address)", of: forwarder, [.address(receiver)], value: 3_000)
        try await node.send("split(address[])", of: forwarder, [.addresses([receiver, other, receiver])], value: 9_000)
        try await node.send(
            "relay(address,address)", of: forwarder, [.address(second.address), .address(receiver)], value: 4_000)
        try await node.send(
            "delegate(address,address)", of: forwarder, [.address(second.address), .address(receiver)], value: 5_000)
        // What this leaves with the forwarder is not the receiver's.
        try await node.send("attempt(address)", of: forwarder, [.address(receiver)], value: 6_000)
        let mortal = try await node.deploy(.mortal, [.address(nobody)], value: 7_000)
        try await node.send("destroy(address)", of: mortal, [.address(receiver)])
        _ = try await node.deploy(.mortal, [.address(receiver)], value: 8_000)
        try await node.setAutomaticMining(false)
        try await node.submit(
            try forwarder.call("swallow(address)", [.address(receiver)], value: 9_000))
        try await node.submit(EthereumTransaction(to: receiver, value: 10_000))
        try await node.submit(try forwarder.call("forward(address)", [.address(receiver)], value: 11_000))
        try await node.mine()
        try await node.mine(EthereumBlock(withdrawals: [.init(to: receiver, gwei: 3), .init(to: other, gwei: 1)]))
        try await node.setAutomaticMining(true)
        return (token.address, old.address)
    }

    @Test func `who pays himself gets nothing`() async throws {
        let node = try await EthereumNode(blocks: 2)
        let holder = try await node.accounts[1]
        let token = try await node.deploy(.token, [.amount(1_000_000)])
        let old = try await node.deploy(.unindexed, [.amount(1_000_000)])
        for token in [token, old] {
            try await node.transfer(25, of: token, to: holder)
            try await node.transfer(20, of: token, to: holder, from: holder)
        }
        try await node.send(EthereumTransaction(from: holder, to: holder, value: 1_000))
        try await node.send(7, to: holder)
        let key = try EVMAddress().watchKey(of: holder)
        let found = try await blocks(try adapter(node, unindexed: [old.address])).flatMap(\.transfers)
            .filter { $0.recipient == key }
        #expect(found.map(\.amount) == [UInt256(25), UInt256(25), UInt256(7)])
    }

    /// What the blocks say that an address got is what it has: nothing is missing, and nothing counted twice.
    @Test(arguments: [true, false])
    func `transfers add up to the balance, by either kind of trace`(hasCallTracer: Bool) async throws {
        let node = try await EthereumNode(blocks: 2)
        let contracts = try await pay(node)
        if !hasCallTracer { try await node.disable("debug_traceBlockByHash") }
        let adapter = try adapter(node, unindexed: [contracts.old])
        let blocks = try await blocks(adapter)
        for address in [receiver, other] {
            let key = try EVMAddress().watchKey(of: address)
            let mine = blocks.flatMap(\.transfers).filter { $0.recipient == key }
            let coin = mine.filter { $0.contract == nil }.reduce(UInt128(0)) { $0 + $1.amount.low }
            #expect(coin == (try await node.balance(of: address)))
        }
        let key = try EVMAddress().watchKey(of: receiver)
        let tokens = blocks.flatMap(\.transfers).filter { $0.recipient == key && $0.contract != nil }
        #expect(tokens.map(\.amount) == [UInt256(25), UInt256(26), UInt256(27)])
        #expect(tokens.first?.contract == (try EVMAddress().watchKey(of: contracts.token)))
        // Each that only a trace tells of is borne out by the balances.
        var confirmed = 0
        for block in blocks {
            let doubtful = block.transfers.filter { !$0.isProved }
            guard !doubtful.isEmpty else { continue }
            #expect(try await adapter.confirms(doubtful, of: block.reference), "block \(block.reference)")
            confirmed += doubtful.count
        }
        #expect(confirmed >= 8)
    }

    @Test func `without traces exactly the inner payments are missing`() async throws {
        let node = try await EthereumNode()
        _ = try await pay(node)
        let all = try await blocks(try adapter(node)).flatMap(\.transfers)
        let proved = try await blocks(try adapter(node, .topLevel)).flatMap(\.transfers)
        func plain(_ transfers: [Transfer]) -> [String] { transfers.map { Movement($0).description } }
        #expect(plain(all.filter(\.isProved)) == plain(proved))
        #expect(all.count > proved.count)
    }

    @Test func `a reorganization is seen, and the orphaned block is still proved`() async throws {
        let node = try await EthereumNode(blocks: 5)
        let paid = try await node.send(25, to: receiver)
        let adapter = try adapter(node)
        let before = try await adapter.state().tip
        #expect(before.reference == (try block(paid)))
        try await node.reorganize(depth: 2)
        let after = try await adapter.state().tip
        #expect(after.height == before.height + 1)
        #expect(try await adapter.headers(after: before.reference, limit: 10) == nil)
        let trunk = try #require(try await adapter.header(at: before.height - 2))
        #expect(try await adapter.headers(after: trunk.reference, limit: 10)?.last == after)
        #expect(try await adapter.block(before.reference)?.transfers.count == 1)
        #expect(try await adapter.knows(before.reference))
        let id = try #require(Hash256(hex: paid.transaction.dropFirst(2)))
        if case .block(let residence, _)? = try await adapter.find(id, in: before.hash) {
            #expect(!residence.isOnChain)
        }
    }

    @Test func `tags stand where the node says, and not where it has none`() async throws {
        let node = try await EthereumNode(blocks: 20)
        let adapter = try adapter(node)
        try await node.set(.safe, to: 12)
        try await node.set(.finalized, to: 9)
        #expect(try await adapter.finality().mapValues(\.height) == [.safe: 12, .finalized: 9])
        try await node.set(.finalized, to: nil)
        #expect(try await adapter.finality().mapValues(\.height) == [.safe: 12])
    }

    /// pitfalls 3, 4 and 8, at a node that otherwise works.
    @Test func `what the node leaves out or changes is found`() async throws {
        let node = try await EthereumNode()
        let token = try await node.deploy(.token, [.amount(1_000_000)])
        let paid = try block(try await node.transfer(25, of: token, to: receiver))
        let adapter = try adapter(node, .topLevel)
        let sound = try #require(try await adapter.block(paid))
        for path in [[0, "logs", 0], [0]] as [[JSON]] {
            let fault = try await node.omit(.init("eth_getBlockReceipts"), at: path)
            #expect(await code { _ = try await adapter.block(paid) } == .malformed)
            try await node.clear(fault)
        }
        for (path, value) in [
            ([0, "logs", 0, "data"], .string("0x" + String(repeating: "0", count: 63) + "1")),
            ([0, "logs", 0, "address"], .string(receiver)), ([0, "status"], "0x0"),
        ] as [([JSON], JSON)] {
            let fault = try await node.lie(.init("eth_getBlockReceipts"), at: path, saying: value)
            #expect(await code { _ = try await adapter.block(paid) } == .malformed, "\(path)")
            try await node.clear(fault)
        }
        try await node.disable("eth_getBlockReceipts")
        try await node.setBatchLimit(1)
        #expect(try await adapter.block(paid)?.transfers == sound.transfers)
    }

    /// The Kraken case: an inner call that was undone, in a transaction that succeeded, told without its error.
    @Test func `a trace without its errors is not confirmed`() async throws {
        let node = try await EthereumNode()
        let forwarder = try await node.deploy(.forwarder)
        let attempt = try block(
            try await node.send("attempt(address)", of: forwarder, [.address(receiver)], value: 500))
        let adapter = try adapter(node)
        #expect(try await adapter.block(attempt)?.transfers.filter { !$0.isProved } == [])
        try await node.omit(
            .init("debug_traceBlockByHash"), at: [0, "result", "calls", 0, "error"])
        let forged = try #require(try await adapter.block(attempt)).transfers.filter { !$0.isProved }
        #expect(!forged.isEmpty)
        #expect(try await !adapter.confirms(forged, of: attempt))
    }
}
