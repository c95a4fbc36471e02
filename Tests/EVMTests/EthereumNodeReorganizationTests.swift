import TestSupport
import Testing

@Suite(
    "Branches of the private Ethereum node",
    .enabled(if: EthereumNode.isInstalled, "needs .build-python, which deploy/test makes"))
struct EthereumNodeReorganizationTests {
    let receiver = "0x00000000000000000000000000000000000000aa"
    let other = "0x00000000000000000000000000000000000000bb"

    @Test("A transaction moves to another place, another is left out", arguments: [1, 2, 10])
    func depth(_ depth: Int) async throws {
        let node = try await EthereumNode()
        let accounts = try await node.accounts
        let token = try await node.deploy(.token, [.amount(1_000_000)])
        for account in accounts[1...2] { try await node.transfer(100, of: token, to: account) }
        let old = try await node.mine([
            .new(try token.transfer(5, to: receiver, from: accounts[1])),
            .new(try token.transfer(6, to: other, from: accounts[2])),
        ])
        let hashes = try #require(try await node.block(at: .init(old))["transactions"].array?.compactMap(\.string))
        let before = try #require(try await node.receipt(of: hashes[0]))
        if depth > 1 { try await node.mine(depth - 1) }
        let height = try await node.height

        let empty = [EthereumBlock](repeating: [], count: depth - 1)
        try await node.reorganize(
            depth: depth,
            to: empty + [[.new(try token.transfer(7, to: other)), .known(hashes[0])], []])
        #expect(try await node.height == height + 1)
        let after = try #require(try await node.receipt(of: hashes[0]))
        #expect(after.succeeded && after.block != before.block && after.height == before.height + depth - 1)
        #expect([before.index, before.logs[0].index] == [0, 0] && [after.index, after.logs[0].index] == [1, 1])
        #expect(try await node.receipt(of: hashes[1]) == nil)
        let dropped = try await node.call("eth_getBlockReceipts", ["blockHash": .string(old)])
        #expect(dropped.array?.count == 2, "by its hash the old block is still there")
    }

    @Test("What one peer holds on to, the others have left")
    func peers() async throws {
        let node = try await EthereumNode(blocks: 5)
        let stuck = node.peer("stuck"), slow = node.peer("slow")
        try await stuck.hold()
        try await slow.lag(2)
        let (tip, before) = (try await node.tip, try await slow.tip)
        try await node.reorganize(depth: 1)
        #expect(try await stuck.tip == tip)
        #expect(try await node.block(at: 5)["hash"] != .string(tip))
        #expect(try await slow.height == 4)
        #expect(try await slow.tip != before, "it follows, two blocks behind")
        try await stuck.hold(false)
        #expect(try await stuck.tip == node.tip)
    }

    @Test("A snapshot brings back chain and pool")
    func snapshot() async throws {
        let node = try await EthereumNode(blocks: 1)
        try await node.setAutomaticMining(false)
        let hash = try await node.submit(EthereumTransaction(to: receiver, value: 5))
        let snapshot = try await node.snapshot()
        let paid = try await node.mine()
        try await node.revert(to: snapshot)
        #expect(try await node.height == 1)
        #expect(try await node.receipt(of: hash) == nil)
        #expect(try await node.balance(of: receiver, at: .init(paid)) == 5)
        let again = try await node.mine()
        #expect(again != paid)
        #expect(try await node.receipt(of: hash)?.block == again)
    }
}
