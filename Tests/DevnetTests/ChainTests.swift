import Chain
import Hashing
import NodeHTTP
import Testing

@testable import Devnet

@Suite("The chain") struct ChainTests {
    private static let receiver = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"
    private static let commands: [(String, [String: String])] = [
        ("pay", ["to": receiver, "amount": "12.5", "asset": "USDT"]), ("mine", ["blocks": "2"]),
        ("fill", ["transactions": "7"]), ("mine", [:]), ("fork", ["depth": "2", "payments": "last"]),
    ]

    @Test("The same seed and the same commands give the same block ids, another seed gives none of them")
    func determinism() throws {
        func ids(seed: UInt64) throws -> [Hash256] {
            var node = Node.made(seed: seed)
            for (name, parameters) in Self.commands { try node.perform(name, parameters) }
            return node.chain.blocks.map(\.id)
        }
        let ids = try [ids(seed: 1), ids(seed: 1), ids(seed: 2)]
        #expect(ids[0].count == 35)
        #expect(ids[0] == ids[1])
        #expect(Set(ids[0]).isDisjoint(with: ids[2]))
    }

    @Test("The genesis block is the seed's alone, whatever the time")
    func genesis() {
        let chains = [1_700_000_000_000, 1_800_000_000_000].map { TronChain(seed: Seed(number: 1), start: $0) }
        #expect(chains[0].tip.id == chains[1].tip.id)
        #expect(chains[0].tip.height == 0)
    }

    @Test("Blocks follow the clock in slots of three seconds, and each other where the clock has not moved")
    func time() {
        var chain = TronChain(seed: Seed(number: 1), start: 1_700_000_001_000)
        for now: Int64? in [nil, nil, 1_700_000_102_999, 1_700_000_102_999] { chain.mine(now: now) }
        let times: [Int64] = [0, 1_700_000_001_000, 1_700_000_004_000, 1_700_000_100_000, 1_700_000_103_000]
        #expect(chain.blocks.map(\.time) == times)
    }

    @Test("What has no neighbor in the tree goes up as it is, not twice")
    func tree() {
        let leaves = (UInt8(0)..<5).map { SHA256.digest([$0]).bytes }
        func pair(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] { SHA256.digest(left + right).bytes }
        #expect(MerkleTree.root(of: []) == [UInt8](repeating: 0, count: 32))
        #expect(MerkleTree.root(of: [leaves[0]]) == leaves[0])
        #expect(
            MerkleTree.root(of: Array(leaves.prefix(3))) == pair(pair(leaves[0], leaves[1]), leaves[2]))
        #expect(
            MerkleTree.root(of: leaves)
                == pair(pair(pair(leaves[0], leaves[1]), pair(leaves[2], leaves[3])), leaves[4]))
    }

    @Test("A fork has other blocks, and its transactions where they are asked for", arguments: ForkedPayments.allCases)
    func fork(payments: ForkedPayments) throws {
        var node = Node.made()
        for amount in 1...3 {
            try node.perform("pay", ["to": Self.receiver, "amount": String(amount)])
            try node.perform("mine")
        }
        let before = node.chain
        try node.perform("fork", ["depth": "3", "payments": payments.rawValue])
        let after = node.chain
        #expect(after.blocks.count == before.blocks.count + 1)
        #expect(after.blocks[30].id == before.blocks[30].id)
        #expect(Set(after.blocks[31...].map(\.id)).isDisjoint(with: before.blocks[31...].map(\.id)))
        #expect(
            zip(after.blocks, after.blocks.dropFirst()).allSatisfy {
                $0.id == $1.parent && $0.time < $1.time || $0.height == 0
            })
        let counts = after.blocks[31...].map(\.transactions.count)
        let receiver = try #require(Address(Self.receiver))
        let balance = after.ledger.balance(of: receiver, in: .trx)
        let old = before.blocks[32].transactions[0].id
        switch payments {
        case .same:
            #expect(counts == [1, 1, 1, 0])
            #expect(after.find(old)?.block.height == 32)
        case .last:
            #expect(counts == [0, 0, 0, 3])
            #expect(after.find(old)?.block.height == 34)
        case .none:
            #expect(counts == [0, 0, 0, 0])
            #expect(after.find(old) == nil)
        }
        #expect(balance == (payments == .none ? 0 : 6_000_000))
    }

    @Test("A solidified block can't be replaced")
    func solid() throws {
        var node = Node.made()
        #expect(node.chain.solidHeight == 12)
        #expect(throws: (any Error).self) { try node.perform("fork", ["depth": "19"]) }
        try node.perform("fork", ["depth": "18", "length": "18"])
        #expect(node.chain.blocks.count == 31)
        // A shorter branch takes nothing back of what was solidified.
        try node.perform("fork", ["depth": "5", "length": "1"])
        #expect(node.chain.solidHeight == 12)
    }

    @Test("The first transfer to an address activates it at the payer's expense, whole amount or not")
    func activation() throws {
        var node = Node.made()
        for _ in 0..<2 { try node.perform("pay", ["to": Self.receiver, "amount": "5"]) }
        try node.perform("mine")
        let fees = node.chain.tip.outcomes.map(\.fee)
        #expect(fees == [1_100_000, 0])
        let receiver = try #require(Address(Self.receiver))
        #expect(node.chain.ledger.balance(of: receiver, in: .trx) == 10_000_000)
    }

    @Test("A call that fails costs its fee and moves nothing", arguments: ["REVERT", "OUT_OF_ENERGY"])
    func failure(result: String) throws {
        var node = Node.made()
        let before = node.chain.ledger
        for kind in ["internal", "call"] {
            try node.perform("pay", ["to": Self.receiver, "amount": "5", "kind": kind, "result": result])
        }
        try node.perform("pay", ["to": Self.receiver, "amount": "5", "asset": "USDT", "result": result])
        try node.perform("mine")
        let (payer, token) = (node.chain.participants.payer, node.chain.participants.tokens[0])
        let fees = node.chain.tip.outcomes.map(\.fee).reduce(0, +)
        #expect(fees > 0)
        #expect(node.chain.ledger.balance(of: payer, in: .trx) == before.balance(of: payer, in: .trx) - UInt128(fees))
        #expect(
            node.chain.ledger.balance(of: payer, in: .trc20(token.address))
                == before.balance(of: payer, in: .trc20(token.address)))
        for info in try node.infos(at: 31) {
            #expect(info["result"] == "FAILED")
            #expect(info["log"] == nil)
            #expect(info["receipt"]?["result"] == .string(result))
        }
    }

    @Test("Nobody can pay more than there is, however much waits")
    func funds() throws {
        var node = Node.made()
        try node.perform("pay", ["to": Self.receiver, "amount": "60000000000"])
        #expect(throws: (any Error).self) {
            try node.perform("pay", ["to": Self.receiver, "amount": "60000000000"])
        }
        try node.perform("mine")
        #expect(throws: (any Error).self) {
            try node.perform("pay", ["to": Self.receiver, "amount": "60000000000"])
        }
    }
}
