import Foundation
import TestSupport
import Testing

/// Thresholds that are raised after signs of trouble on a chain.
@Suite("Caution", .inTurns, .enabled(if: Litecoind.isInstalled, "litecoind is not installed"))
struct CautionTests {
    private func network(_ nodes: [Litecoind], caution: String, credit: Int = 2, settings: String = "") -> NetworkFile {
        .litecoin(
            nodes, credit: credit, final: 4, settings: "mempool: { interval: 1h }\ncaution: { \(caution) }\n\(settings)"
        )
    }

    private func isInForce(_ thresholds: String, causes: String?, in shop: Shop) async throws {
        try await eventually("\(thresholds) is in force for \(causes ?? "nothing")") {
            try await shop.database.rows(
                """
                SELECT thresholds ->> 'credit' || ' ' || (thresholds ->> 'final'), thresholds -> 'caution' ->> 'causes'
                FROM confirmd.policy ORDER BY number DESC LIMIT 1
                """) == [[thresholds, causes]]
        }
    }

    /// A node whose last blocks came at the pace of the main chain, by its clock, which stands ahead then: blocks of a test
    /// chain come as fast as they are asked for.
    private func slowNode() async throws -> Litecoind {
        let node = try await Litecoind()
        for block in 1...20 { try await mine(on: node, at: block) }
        return node
    }

    /// One block, so many times two and a half minutes from now.
    private func mine(on node: Litecoind, at block: Int) async throws {
        try await node.setClock(to: Date(timeIntervalSinceNow: Double(block) * 150))
        try await node.mine()
    }

    @Test("Pitfall: a deep reorganization raises what is asked of the next payment, across a restart, until it is over")
    func deepReorg() async throws {
        let node = try await slowNode()
        let shop = try await Shop(on: node, network: network([node], caution: "factor: 2, for: 6h"))
        let first = try await shop.invoice("1", of: "1")
        let second = try await shop.invoice("2", of: "1")
        try await shop.following { daemon in
            try await shop.isRegistered("1")
            try await shop.isRegistered("2")
            try await node.send("1", to: first)
            for block in 21...22 { try await mine(on: node, at: block) }
            try await shop.reaches("paid", "1")
            try await isInForce("2 4", causes: nil, in: shop)

            try await node.setClock(to: Date(timeIntervalSinceNow: 24 * 150))
            try await node.reorganize(depth: 2)
            try await shop.reaches("created", "1")
            try await isInForce("4 8", causes: "[\"deep_reorg\"]", in: shop)
            try await daemon.logs("caution")
            let events = try await shop.database.rows(
                """
                SELECT payload ->> 'required' FROM confirmd.outbox
                WHERE type = 'deposit.reversed' AND payload ->> 'order_id' = '1'
                """)
            #expect(events == [["4"]], "the policy was raised before the blocks were disconnected")
            let status = try await shop.installation.succeed("status")
            #expect(
                status.contains("thresholds are raised, because many blocks were disconnected at once"), "\(status)")
            #expect(
                status.contains("confirmations: 4 instead of 2 to credit, 8 instead of 4 to be final; raised until 20"),
                "\(status)")
            #expect(daemon.log.contains("raised=\"credit 2 → 4, final 4 → 8\""), "\(daemon.log)")
            let metrics = try await daemon.get("/metrics").body
            #expect(metrics.contains("confirmd_thresholds_raised{network=\"litecoin\"} 1"))
        }
        // A daemon that starts goes on with it.
        try await shop.following { daemon in
            try await node.send("1", to: second)
            try await node.mine(2)
            try await shop.cursorReachesTip()
            #expect(try await shop.status(of: "2") == "created")
            try await isInForce("4 8", causes: "[\"deep_reorg\"]", in: shop)
            let shown = try await shop.installation.succeed("policy", "show", "litecoin")
            #expect(shown.contains("credit 2 → 4, final 4 → 8, caution none → deep_reorg"), "\(shown)")

            // None lasts longer than is configured. It is over soon, and what is due by then is booked at once, by the policy.
            try shop.installation.write(network([node], caution: "factor: 2, for: 1s"))
            daemon.reload()
            try await isInForce("2 4", causes: nil, in: shop)
            try await shop.reaches("paid", "2")
            try await daemon.logs("thresholds are as configured again")
            let cause = try await shop.database.value(
                """
                SELECT payload ->> 'cause' FROM confirmd.outbox
                WHERE type = 'deposit.credited' AND payload ->> 'order_id' = '2'
                """)
            let policy = try await shop.database.value("SELECT max(number) FROM confirmd.policy")
            #expect(cause == policy.map { "policy:\($0)" })
            #expect(try await shop.database.value("SELECT state_reason IS NULL FROM confirmd.network") == "t")
        }
    }

    @Test("A shallow reorganization raises nothing, a burst of blocks does, and a reload without caution ends it")
    func burst() async throws {
        let node = try await slowNode()
        let cautious = network([node], caution: "factor: 3, for: 6h")
        let shop = try await Shop(on: node, network: cautious)
        let address = try await shop.invoice("1", of: "1")
        try await shop.following { daemon in
            try await shop.isRegistered("1")
            try await mine(on: node, at: 21)
            try await shop.cursorReachesTip()
            try await node.invalidate(try await node.tip)
            try await node.send("1", to: address)
            for block in 22...23 { try await mine(on: node, at: block) }
            try await shop.reaches("paid", "1")
            try await isInForce("2 4", causes: nil, in: shop)

            try await node.mineEmpty(16)
            try await isInForce("6 12", causes: "[\"block_burst\"]", in: shop)
            try shop.installation.write(.litecoin([node], credit: 2, final: 4, settings: "mempool: { interval: 1h }"))
            daemon.reload()
            try await isInForce("2 4", causes: nil, in: shop)
        }
    }

    @Test("A node that has another block where one is due raises thresholds, too")
    func disagreement() async throws {
        let node = try await Litecoind()
        let second = try await Litecoind(blocks: 0)
        try await second.connect(to: node)
        let shop = try await Shop(
            on: node, network: network([node, second], caution: "factor: 2, for: 6h", credit: 1, settings: "quorum: 2"))
        let address = try await shop.invoice("1", of: "1")
        try await shop.following { _ in
            try await shop.isRegistered("1")
            let tip = try await node.tip
            try await eventually("the second follows") { try await second.tip == tip }
            try await second.disconnect(from: node)
            try await second.mineEmpty()
            try await node.send("1", to: address)
            try await node.mine(2)
            try await isInForce("2 8", causes: "[\"node_disagreement\"]", in: shop)
            try await second.connect(to: node)
            try await shop.reaches("paid", "1")
        }
    }
}

/// The same where a chain says itself how far it is settled.
@Suite(
    "Caution on Ethereum", .inTurns,
    .enabled(if: EthereumNode.isInstalled, "needs .build-python, which deploy/test makes"))
struct EthereumCautionTests {
    @Test("A node that takes back what it called safe has finality itself waited for")
    func regress() async throws {
        let node = try await EthereumNode(blocks: 10)
        try await node.set(.safe, to: 8)
        try await node.set(.finalized, to: 3)
        let shop = try await EthereumShop(
            on: node, .ethereum([node], credit: "safe", final: "finalized", settings: "caution: { for: 6h }"))
        let address = try await shop.invoice("1", of: "0.005")
        try await shop.following { _ in
            try await shop.isRegistered("1")
            try await node.set(.safe, to: 5)
            try await eventually("finality is waited for") {
                try await shop.database.value(
                    "SELECT thresholds ->> 'credit' FROM confirmd.policy ORDER BY number DESC LIMIT 1") == "finalized"
            }
            let payment = try await node.send(5 * finney, to: address)
            try await shop.reads(1)
            try await node.set(.safe, to: payment.height)
            try await shop.cursorReachesTip()
            #expect(try await shop.depositStatuses == ["1": "detected"])
            try await node.set(.finalized, to: payment.height)
            try await shop.reaches("paid", "1")
        }
    }

    @Test("A plain tag, by which usual deposits are credited, has blocks waited for on top of it, as status says")
    func plainTag() async throws {
        let node = try await EthereumNode(blocks: 10)
        try await node.set(.finalized, to: 8)
        let shop = try await EthereumShop(
            on: node,
            .ethereum(
                [node], credit: "finalized", final: "finalized",
                tiers: ["{ asset: ETH, from: 5, credit: finalized+3, final: finalized+9 }"],
                settings: "caution: { for: 6h, factor: 2, on_top: 4 }"))
        let address = try await shop.invoice("1", of: "0.005")
        try await shop.following { daemon in
            try await shop.isRegistered("1")
            try await node.set(.finalized, to: 5)
            try await daemon.logs("raised=\"credit finalized → finalized+4, final finalized → finalized+4, one tier\"")
            let payment = try await node.send(5 * finney, to: address)
            try await node.set(.finalized, to: payment.height)
            try await shop.reads(1)
            try await stand(at: payment.height, in: shop)
            #expect(try await shop.depositStatuses == ["1": "detected"])
            let status = try await shop.installation.succeed("status")
            #expect(
                status.contains(
                    """
                    confirmations: finalized+4 instead of finalized to credit, finalized+4 instead of finalized to be final; \
                    ETH from 5: finalized+7 instead of finalized+3 and finalized+18 instead of finalized+9; raised until 20
                    """), "\(status)")
            #expect(status.contains("credit finalized → finalized+4"), "\(status)")
            let metrics = try await daemon.get("/metrics").body
            #expect(metrics.contains("confirmd_thresholds_raised{network=\"ethereum\"} 1"))
            try await node.mine(4)
            try await node.set(.finalized, to: payment.height + 3)
            try await stand(at: payment.height + 3, in: shop)
            #expect(try await shop.depositStatuses == ["1": "detected"])
            try await node.set(.finalized, to: payment.height + 4)
            try await shop.deposits(become: ["1": "final"])
        }
    }

    private func stand(at height: Int, in shop: EthereumShop) async throws {
        try await eventually("finality is at \(height)") {
            try await shop.database.value("SELECT finality ->> 'finalized' FROM confirmd.network") == String(height)
        }
    }

    @Test("Where everything is at its ceiling nothing is raised, and nothing says that it is")
    func ceiling() async throws {
        let node = try await EthereumNode(blocks: 10)
        let shop = try await EthereumShop(
            on: node,
            .ethereum([node], credit: "4", final: "4", maxReorgDepth: 5, settings: "caution: { reorg_depth: 1 }"))
        try await shop.following { daemon in
            try await node.reorganize(depth: 1)
            try await daemon.logs("thresholds can't be raised")
            try await shop.cursorReachesTip()
            let metrics = try await daemon.get("/metrics").body
            #expect(metrics.contains("confirmd_thresholds_raised{network=\"ethereum\"} 0"))
            #expect(try await shop.database.value("SELECT count(*) FROM confirmd.policy") == "1")
            #expect(try await !shop.installation.succeed("status").contains("raised"))
        }
    }
}
