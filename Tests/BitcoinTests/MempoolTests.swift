import Bitcoin
import Chain
import NodeHTTP
import TestSupport
import Testing

/// What waits in the mempool of Litecoin Core on regtest, against what it says of that itself.
@Suite(.enabled(if: Litecoind.isInstalled, "needs litecoind"), .timeLimit(.minutes(30)))
struct MempoolTests {
    /// With an index of all transactions, a node also gives those that are in blocks.
    @Test(arguments: [true, false])
    func `what waits is listed and read as the node reads it, until it is mined`(hasIndex: Bool) async throws {
        let litecoind = try await Litecoind(blocks: 110, options: hasIndex ? [] : ["-txindex=0"])
        let node = try node(of: litecoind)
        #expect(try await node.mempool() == [])
        #expect(try await node.unconfirmed([]) == [])

        var sent: [Hash256] = []
        for kind in [Litecoind.AddressKind.legacy, .nestedSegwit, .bech32] {
            sent.append(try id(try await litecoind.send("1.5", to: try await litecoind.newAddress(kind))))
        }
        // Rewards are 50 each: these need several inputs.
        let addresses = try await litecoind.foreignAddresses(3)
        sent.append(try id(try await litecoind.send("120", to: addresses[0])))
        sent.append(
            try id(
                try await litecoind.sendRaw([
                    .init(addresses[1], "60.00000001"), .init(addresses[2], "0.5"), .init(addresses[1], "0.25"),
                ])))
        #expect(Set(try #require(try await node.mempool())) == Set(sent))

        let found = try await node.unconfirmed(sent)
        #expect(found.map(\.id) == sent)
        for transaction in found {
            let verbose = try await litecoind.verbose(transaction.id)
            #expect(transaction.spends == verbose.outpoints)
            #expect(transaction.payments == verbose.payments)
            #expect(
                transaction.transfers.allSatisfy {
                    $0.transaction == transaction.id && $0.maturity == 0 && $0.contract == nil
                        && $0.locator == .output($0.blockIndex)
                })
        }
        #expect(found[3].spends.count >= 3)
        #expect(found[4].spends.count >= 2)
        #expect(
            found[4].transfers.prefix(3).map(\.amount.low) == [6_000_000_001, 50_000_000, 25_000_000])

        // More than one batch, and most of it is not there.
        let unknown = (0..<UInt64(150)).map { Hash256(7, 7, 7, $0) }
        #expect(try await node.unconfirmed(unknown) == [])
        #expect(try await node.unconfirmed(unknown + [sent[2]] + unknown + [sent[0]]) == [found[2], found[0]])

        try await litecoind.mine()
        #expect(try await node.mempool() == [])
        #expect(try await node.unconfirmed(sent) == (hasIndex ? found : []))
        let block = try #require(try await node.block(try await node.state().tip.reference))
        let verbose = try await litecoind.json(
            as: VerboseBlock.self, "getblock", block.reference.hash.description, "2")
        #expect(try block.spends == verbose.spends)
        #expect(block.spends.count >= 8)
        for transaction in found {
            #expect(
                block.spends.filter { $0.transaction == transaction.id }.map(\.outpoint) == transaction.spends)
        }
    }

    @Test func `a replacement spends what the replaced transaction spent, which is gone`() async throws {
        let litecoind = try await Litecoind(blocks: 110, options: ["-txindex=0"])
        let node = try node(of: litecoind)
        let addresses = try await litecoind.foreignAddresses(2)
        let first = try id(try await litecoind.sendRaw([.init(addresses[0], "1")]))
        let replaced = try #require(try await node.unconfirmed([first]).first)
        let second = try id(try await litecoind.replace(first.description, paying: [.init(addresses[1], "2")]))
        #expect(try await node.mempool() == [second])
        let found = try await node.unconfirmed([first, second])
        #expect(found.map(\.id) == [second])
        #expect(!replaced.spends.isEmpty)
        #expect(Set(found[0].spends).isSuperset(of: replaced.spends))
        #expect(found[0].transfers.first?.amount == UInt256(200_000_000))
        #expect(replaced.transfers.first?.amount == UInt256(100_000_000))
    }

    /// What a reorganization puts back into the mempool is the same transaction again.
    @Test func `what a block held waits again when the block is gone`() async throws {
        let litecoind = try await Litecoind(blocks: 110)
        let node = try node(of: litecoind)
        let sent = try id(try await litecoind.send("1", to: try await litecoind.newAddress()))
        let before = try await node.unconfirmed([sent])
        try await litecoind.mine()
        try await litecoind.reorganize(depth: 1)
        #expect(try await node.mempool() == [sent])
        #expect(try await node.unconfirmed([sent]) == before)
    }

    @Test(arguments: [[], ["-rpcserialversion=1"]])
    func `a peg-in is read, and what stays in the extension block is left out`(options: [String]) async throws {
        let litecoind = try await Litecoind(blocks: 110, options: options)
        try await litecoind.activateMWEB()
        let node = try node(of: litecoind)
        let hidden = try await litecoind.newAddress(.mweb)
        let inside = [
            try id(try await litecoind.sendFromMWEB("1", to: hidden)),
            try id(try await litecoind.sendFromMWEB("2", to: try await litecoind.newAddress())),
        ]
        let ordinary = try id(try await litecoind.send("3", to: try await litecoind.newAddress()))
        let pegIn = try id(try await litecoind.send("4", to: hidden))
        #expect(Set(try #require(try await node.mempool())) == Set(inside + [ordinary, pegIn]))

        let found = try await node.unconfirmed(inside + [ordinary, pegIn])
        #expect(found.map(\.id) == [ordinary, pegIn])
        for transaction in found {
            let verbose = try await litecoind.verbose(transaction.id)
            #expect(transaction.spends == verbose.outpoints)
            #expect(transaction.payments == verbose.payments)
            #expect(!transaction.spends.isEmpty)
        }

        try await litecoind.mine()
        let block = try #require(try await node.block(try await node.state().tip.reference))
        let verbose = try await litecoind.json(
            as: VerboseBlock.self, "getblock", block.reference.hash.description, "2")
        #expect(try block.spends == verbose.spends)
        // The HogEx spends its predecessor and the peg-in.
        #expect(block.spends.suffix(2).contains { $0.outpoint.transaction == pegIn })
    }

    private func id(_ text: String) throws -> Hash256 {
        try #require(Hash256(hex: text))
    }

    private func node(of litecoind: Litecoind) throws -> BitcoinNode {
        let endpoint = try NodeEndpoint(
            url: litecoind.url, credentials: .basic(username: litecoind.username, password: litecoind.password))
        return BitcoinNode(BitcoinNodeTests.parameters, http: BitcoinNodeTests.http, endpoint: endpoint)
    }
}

extension Litecoind {
    /// What the node says of a transaction.
    fileprivate func verbose(_ id: Hash256) async throws -> VerboseTransaction {
        try await json(as: VerboseTransaction.self, "getrawtransaction", id.description, "true")
    }
}
