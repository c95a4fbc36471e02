import Foundation
import TestSupport
import Testing

/// What it takes of a node to look back for the payments of new invoices, on a chain with a block in every second.
@Suite(
    "Looking back on Ethereum", .inTurns, .timeLimit(.minutes(30)),
    .enabled(if: EthereumNode.isInstalled, "needs .build-python, which deploy/test makes"))
struct EthereumLookBackTests {
    private static let methods = ["eth_getBlockByHash", "eth_getBlockReceipts", "eth_getHeaderByNumber"]

    /// How often the node was asked for blocks so far.
    private func asked(_ node: EthereumNode) async throws -> Int {
        var count = 0
        for method in Self.methods { count += try await node.calls(of: method) }
        return count
    }

    @Test("The first invoice has the blocks of ten minutes read, the next ones none but those that may pay them")
    func shared() async throws {
        let age = 1_500
        let node = try await EthereumNode(blocks: age, genesisTime: Int(Date().timeIntervalSince1970) - age)
        let shop = try await EthereumShop(on: node)
        try await shop.following { _ in
            try await shop.cursorReachesTip()
            var before = try await node.calls(of: "eth_getBlockByHash")
            try await shop.invoice("first", of: "0.001")
            try await shop.isRegistered("first")
            let first = try await node.calls(of: "eth_getBlockByHash") - before
            // A block a second: ten minutes of them at the most, fewer where the test has taken long to get here.
            #expect((1..<700).contains(first))

            for number in 2...4 {
                before = try await asked(node)
                try await shop.invoice("\(number)", of: "0.001")
                try await shop.isRegistered("\(number)")
                #expect(try await asked(node) == before)
            }

            // Paid before anybody knew of it: its block is read again, and no other.
            let address = EthereumShop.newAddress()
            try await node.send(finney, to: address)
            try await node.mine(2)
            try await shop.cursorReachesTip()
            before = try await node.calls(of: "eth_getBlockByHash")
            try await shop.invoice("paid before", of: "0.001", at: address)
            try await shop.reaches("paid", "paid before")
            try await shop.isRegistered("paid before")
            #expect(try await node.calls(of: "eth_getBlockByHash") == before + 1)
        }
    }
}
