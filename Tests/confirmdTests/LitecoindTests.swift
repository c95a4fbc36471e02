import TestSupport
import Testing

/// The private Litecoin node does what the end-to-end tests lean on.
@Suite(.inTurns, .enabled(if: Litecoind.isInstalled, "litecoind is not installed"))
struct LitecoindTests {
    struct Transaction: Decodable {
        struct Output: Decodable {
            struct Script: Decodable {
                let addresses: [String]?
            }
            let value: Double
            let scriptPubKey: Script
        }
        let vout: [Output]
        let blockhash: String?
    }

    @Test func outputsComeInTheOrderGiven() async throws {
        let node = try await Litecoind()
        let address = try await node.newAddress()
        let other = try await node.newAddress(.legacy)
        let id = try await node.sendRaw([.init(address, "1.5"), .init(other, "0.25"), .init(address, "0.75")])
        let hash = try await node.mine()[0]
        let transaction = try await node.json(as: Transaction.self, "getrawtransaction", id, "true")
        #expect(transaction.blockhash == hash)
        #expect(transaction.vout.prefix(3).map(\.value) == [1.5, 0.25, 0.75])
        #expect(transaction.vout.prefix(3).map(\.scriptPubKey.addresses) == [[address], [other], [address]])
    }

    @Test func aPaymentIsReplacedByAnother() async throws {
        let node = try await Litecoind()
        let first = try await node.send("1", to: try await node.newAddress())
        let second = try await node.replace(first, paying: [.init(try await node.newAddress(), "2")])
        #expect(try await node.mempool == [second])
    }

    @Test func aReorganizationReturnsPaymentsToTheMempool() async throws {
        let node = try await Litecoind()
        let id = try await node.send("1", to: try await node.newAddress(.nestedSegwit))
        let old = try await node.mine(2)
        let height = try await node.height
        let tip = try await node.reorganize(depth: 2)
        #expect(try await node.height == height + 1)
        #expect(tip != old[1])
        #expect(try await node.mempool == [id])
    }

    @Test func aRestartKeepsChainAndAddress() async throws {
        let node = try await Litecoind(blocks: 3)
        let tip = try await node.tip
        try await node.stop()
        await #expect(throws: Litecoind.Failure.self) { try await node.height }
        try await node.start()
        #expect(try await node.tip == tip)
        #expect(try await node.newAddress().hasPrefix("rltc1"))
    }

    @Test func nodesMeetAndPart() async throws {
        let one = try await Litecoind(blocks: 3)
        let two = try await Litecoind(blocks: 0)
        try await two.connect(to: one)
        let tip = try await one.tip
        try await eventually(
            "the other node follows", within: .seconds(30), look: { try await two.tip }, holds: { $0 == tip })
        try await two.disconnect(from: one)
        try await one.mine()
        #expect(try await two.tip == tip)
    }

    @Test func aPegOutPaysAnOrdinaryAddress() async throws {
        let node = try await Litecoind()
        try await node.activateMWEB()
        #expect(try await node.height == 432)
        let address = try await node.newAddress()
        let pegOut = try await node.pegOut("3", to: address)
        #expect(pegOut.vout >= 1)
        let transaction = try await node.json(as: Transaction.self, "getrawtransaction", pegOut.txid, "true")
        #expect(transaction.vout[pegOut.vout].value == 3)
    }
}
