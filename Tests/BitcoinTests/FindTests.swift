import Bitcoin
import Chain
import NodeHTTP
import TestSupport
import Testing

/// Where Litecoin Core on regtest has a transaction, with an index of all and without.
@Suite(.enabled(if: Litecoind.isInstalled, "needs litecoind"), .timeLimit(.minutes(30)))
struct FindTests {
    @Test(arguments: [true, false])
    func `a transaction is found in the mempool, in a block, and in one off the chain`(hasIndex: Bool) async throws {
        let litecoind = try await Litecoind(options: hasIndex ? [] : ["-txindex=0"])
        let node = BitcoinNode(
            BitcoinNodeTests.parameters, http: BitcoinNodeTests.http,
            endpoint: try NodeEndpoint(
                url: litecoind.url, credentials: .basic(username: litecoind.username, password: litecoind.password)))
        let nowhere = Hash256(1, 2, 3, 4)
        #expect(try await node.find(nowhere, in: nil) == .unknown(isIndexed: hasIndex))
        #expect(try await node.find(nowhere, in: nowhere) == .unknown(isIndexed: hasIndex))

        let id = try #require(Hash256(hex: try await litecoind.send("1.5", to: try await litecoind.newAddress())))
        let transaction = try #require(try await node.unconfirmed([id]).first)
        #expect(try await node.find(id, in: nil) == .mempool(transaction))

        let hash = try #require(Hash256(hex: try await litecoind.mine()[0]))
        let header = try #require(try await node.header(at: 111))
        let residence = TransactionPlace.Residence(
            block: BlockReference(height: 111, hash: hash), time: header.time, isOnChain: true)
        guard case .block(residence, let mined) = try await node.find(id, in: hash) else {
            Issue.record("the transaction is not found in its block")
            return
        }
        #expect(mined.id == id && mined.spends == transaction.spends)
        #expect(mined.transfers.map(\.recipient) == transaction.transfers.map(\.recipient))
        #expect(mined.transfers.map(\.locator) == transaction.transfers.map(\.locator))
        #expect(mined.transfers.map(\.amount) == transaction.transfers.map(\.amount))
        let unaided = try await node.find(id, in: nil)
        #expect(unaided == (hasIndex ? .block(residence, mined) : .unknown(isIndexed: false)))
        #expect(try await node.find(nowhere, in: hash) == .unknown(isIndexed: hasIndex))

        let reward = try #require(try await node.block(header.reference)?.transfers.first?.transaction)
        guard case .block(residence, let coinbase) = try await node.find(reward, in: hash) else {
            Issue.record("the block's reward is not found")
            return
        }
        #expect(coinbase.transfers.map(\.maturity) == [100] && coinbase.id == reward)

        // Back to the mempool goes the payment; the reward is nowhere but in the block.
        try await litecoind.invalidate(hash.description)
        #expect(try await node.find(id, in: hash) == .mempool(transaction))
        guard case .block(let off, coinbase) = try await node.find(reward, in: hash) else {
            Issue.record("the reward of a block off the chain is not found")
            return
        }
        #expect(off.block == residence.block && !off.isOnChain)
    }
}

/// Answers that no sound node gives.
@Suite(.timeLimit(.minutes(30)))
struct FindAnswerTests {
    private static let http = HTTPClient()

    private static func find(_ answers: [String: String]) async throws -> TransactionPlace? {
        let node = try ScriptedNode { method, _ in answers[method] ?? "\"error\":{\"code\":-5,\"message\":\"none\"}" }
        defer { node.stop() }
        return try await node.node(http: http).find(Hash256(1, 2, 3, 4), in: nil)
    }

    @Test(arguments: [
        "\"result\":{\"hex\":\"xy\"}", "\"result\":{\"hex\":\"00\"}", "\"result\":{}", "\"result\":\"00\"",
    ])
    func `what is not a transaction, or another, is refused`(answer: String) async throws {
        let error = await #expect(throws: NodeError.self) { try await Self.find(["getrawtransaction": answer]) }
        #expect(error?.code == .malformed)
    }

    @Test func `an index that is being built proves nothing`() async throws {
        let message = "No such mempool transaction. Blockchain transactions are still in the process of being indexed."
        #expect(
            try await Self.find(["getrawtransaction": "\"error\":{\"code\":-5,\"message\":\"\(message)\"}"])
                == .unknown(isIndexed: false))
    }
}
