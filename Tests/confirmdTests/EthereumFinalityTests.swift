import TestSupport
import Testing

/// Thresholds that are the chain's own finality.
@Suite(
    "Finality on Ethereum", .inTurns,
    .enabled(if: EthereumNode.isInstalled, "needs .build-python, which deploy/test makes"))
struct EthereumFinalityTests {
    /// A chain of ten blocks whose tags stand at the third.
    private func shop() async throws -> (EthereumNode, EthereumShop) {
        let node = try await EthereumNode(blocks: 10)
        try await node.set(.safe, to: 3)
        try await node.set(.finalized, to: 3)
        return (node, try await EthereumShop(on: node, .ethereum([node], credit: "safe", final: "finalized")))
    }

    @Test("Blocks alone credit nothing: safe does, and finalized makes it final")
    func tags() async throws {
        let (node, shop) = try await shop()
        let address = try await shop.invoice("1", of: "0.005")
        try await shop.following { _ in
            try await shop.isRegistered("1")
            let payment = try await node.send(5 * finney, to: address)
            try await shop.reads(8)
            #expect(try await shop.depositStatuses == ["1": "detected"])
            let finding = try #require(try await shop.explain(payment.transaction).first { $0.what == "waiting" })
            #expect(finding.why.hasPrefix("it takes safe, in block \(payment.height) ("))
            #expect(finding.next == "wait: it is credited once block \(payment.height) is safe")
            try await node.set(.safe, to: payment.height - 1)
            try await stand("safe", at: payment.height - 1, in: shop)
            #expect(try await shop.depositStatuses == ["1": "detected"])
            try await node.set(.safe, to: payment.height)
            try await shop.deposits(become: ["1": "credited"])
            #expect(try await shop.status(of: "1") == "paid")
            try await node.set(.finalized, to: payment.height)
            try await shop.deposits(become: ["1": "final"])
        }
    }

    private func stand(_ tag: String, at height: Int, in shop: EthereumShop) async throws {
        try await eventually("\(tag) is at \(height)") {
            try await shop.database.value(
                "SELECT finality ->> :'tag' FROM confirmd.network", ["tag": tag]) == String(height)
        }
    }

    @Test("A tag that steps back decides nothing, and status says so, until it is where it was")
    func steppingBack() async throws {
        let (node, shop) = try await shop()
        let address = try await shop.invoice("1", of: "0.005")
        try await shop.following { _ in
            try await shop.isRegistered("1")
            let payment = try await node.send(5 * finney, to: address)
            try await node.set(.safe, to: payment.height - 1)
            try await stand("safe", at: payment.height - 1, in: shop)
            try await node.set(.safe, to: payment.height - 4)
            try await eventually("status says why", look: { try await shop.installation.run("status").stdout }) {
                $0.contains("safe") && $0.contains("following: ")
            }
            // Another tag still goes on, and reaching it credits first.
            try await shop.reads(3)
            #expect(try await shop.depositStatuses == ["1": "detected"])
            try await node.set(.safe, to: payment.height - 2)
            try await shop.reads(3)
            #expect(try await shop.depositStatuses == ["1": "detected"])
            try await node.set(.safe, to: payment.height)
            try await shop.deposits(become: ["1": "credited"])
            try await eventually(
                "status has nothing to say", look: { try await shop.installation.run("status").stdout }
            ) {
                !$0.contains("following: ")
            }
        }
    }

    @Test("What a validator takes out is credited once it is final, and names its block")
    func withdrawal() async throws {
        let node = try await EthereumNode(blocks: 10)
        let shop = try await EthereumShop(on: node, .ethereum([node], credit: "1", final: "4"))
        let address = try await shop.invoice("1", of: "0.005")
        try await shop.following { _ in
            try await shop.isRegistered("1")
            let block = try await node.mine(EthereumBlock(withdrawals: [.init(to: address, gwei: 5_000_000)]))
            try await shop.reads(2)
            #expect(try await shop.balance.first ?? "0" == "0")
            #expect(try await shop.status(of: "1") == "created")
            try await node.mine()
            try await shop.reaches("paid", "1")
            #expect(try await shop.payments == [["withdrawal:0", "ETH", "0.005", "final"]])
            #expect(
                try await shop.database.rows("SELECT transaction, block_hash FROM confirmd.deposit") == [
                    [String(block.dropFirst(2)), String(block.dropFirst(2))]
                ])
        }
    }
}
