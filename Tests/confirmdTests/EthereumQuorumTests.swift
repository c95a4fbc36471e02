import TestSupport
import Testing

/// What a chain calls settled itself, where several nodes have to agree.
@Suite(
    "Quorum on Ethereum", .inTurns,
    .enabled(if: EthereumNode.isInstalled, "needs .build-python, which deploy/test makes"))
struct EthereumQuorumTests {
    private static let quorum = "quorum: 2"

    @Test("What waits for finality is credited once as many nodes say that it is final")
    func finality() async throws {
        let node = try await EthereumNode(blocks: 10)
        let (first, second) = (node.peer("first"), node.peer("second"))
        for peer in [first, second] { try await peer.set(.finalized, to: 3) }
        let shop = try await EthereumShop(
            on: node, .ethereum([first, second], credit: "finalized", final: "finalized", settings: Self.quorum))
        let address = try await shop.invoice("1", of: "0.005")
        try await shop.following { daemon in
            try await shop.isRegistered("1")
            let payment = try await node.send(5 * finney, to: address)
            try await first.set(.finalized, to: payment.height)
            try await daemon.logs("nodes do not agree")
            try await eventually("status says what is missing") {
                try await shop.installation.succeed("status").contains("does not call it finalized yet")
            }
            #expect(try await shop.depositStatuses == ["1": "detected"])
            try await second.set(.finalized, to: payment.height)
            try await shop.reaches("paid", "1")
        }
    }

    @Test("One node's longer branch takes back nothing that two others still have and call final, until they leave it")
    func settled() async throws {
        let node = try await EthereumNode(blocks: 10)
        let peers = ["first", "second", "stray"].map(node.peer)
        let shop = try await EthereumShop(
            on: node, .ethereum(peers, credit: "2", final: "finalized", settings: Self.quorum))
        let address = try await shop.invoice("1", of: "0.005")
        try await shop.following { daemon in
            try await shop.isRegistered("1")
            let payment = try await node.send(5 * finney, to: address)
            try await node.mine(1)
            for peer in peers { try await peer.set(.finalized, to: payment.height) }
            try await shop.deposits(become: ["1": "final"])

            for peer in peers[..<2] { try await peer.hold() }
            try await node.reorganize(depth: 2, to: [[], [], [], []])
            try await daemon.logs("a branch that takes back settled blocks is refused")
            // Each block that it adds is another try.
            try await eventually("the stray node is named") {
                try await node.mine(1)
                return try await shop.installation.succeed("status").contains("its branch takes back settled blocks")
            }
            #expect(try await shop.depositStatuses == ["1": "final"])
            #expect(
                try await shop.database.value(
                    "SELECT count(*) FROM confirmd.outbox WHERE type = 'network.reorganized'") == "0")

            for peer in peers[..<2] { try await peer.hold(false) }
            try await shop.event("deposit.reversed", of: "1")
            try await shop.cursorReachesTip()
        }
    }
}
