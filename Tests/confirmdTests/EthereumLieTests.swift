import Foundation
import TestSupport
import Testing

/// Two nodes of which one lies. It comes first in the configuration and has every block first, so that it is asked.
@Suite(
    "Ethereum nodes of which one lies", .inTurns, .timeLimit(.minutes(30)),
    .enabled(if: EthereumNode.isInstalled, "needs .build-python, which deploy/test makes"))
struct EthereumLieTests {
    private let node: EthereumNode
    private let liar: EthereumNode
    private let honest: EthereumNode
    private let token: EthereumContract
    private let forwarder: EthereumContract

    init() async throws {
        node = try await EthereumNode()
        (liar, honest) = (node.peer("liar"), node.peer("honest"))
        token = try await node.deploy(.token, [.amount(1_000_000 * finney)])
        forwarder = try await node.deploy(.forwarder)
    }

    /// Nodes are told apart by host and port, as paths may hold keys.
    private static let liarsHost = "localhost"

    private func network(settings: String = "", credit: String = "2") -> NetworkFile {
        var network = NetworkFile.ethereum(
            [liar, honest], tokens: ["TOKEN": token], nativeTransfers: "traces", credit: credit, settings: settings)
        network.text = network.text.replacing(liar.url, with: liar.url.replacing("127.0.0.1", with: Self.liarsHost))
        return network
    }

    /// How often the liar was asked for blocks, with this outcome.
    private func count(_ outcome: String, _ method: String = "block", of daemon: Daemon) async throws -> Int {
        // What is answered may be a second old.
        try await Task.sleep(for: .milliseconds(1_100))
        let metrics = try await daemon.get("/metrics").body
        let lines = metrics.split(separator: "\n").filter {
            $0.hasPrefix("confirmd_rpc_requests_total{") && $0.contains(Self.liarsHost)
                && $0.contains("method=\"\(method)\"") && $0.contains("outcome=\"\(outcome)\"")
        }
        return lines.compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }.reduce(0) { $0 + Int($1) }
    }

    @Test("Every field of every answer is in the table")
    func table() async throws {
        let hash = try await node.mine(
            EthereumLie.content(to: node.accounts[1], token, to: node.accounts[2], by: forwarder))
        let block = try await node.call("eth_getBlockByHash", .string(hash), true)
        let receipts = try await node.call("eth_getBlockReceipts", .string(hash))
        let traces = try await node.call("debug_traceBlockByHash", .string(hash), ["tracer": "callTracer"])
        func expect(_ object: JSON, _ method: String, _ path: [JSON], but others: Set<String> = []) {
            #expect(
                Set(object.members.keys).subtracting(others) == EthereumLie.names(method, path).subtracting(others),
                "\(path)")
        }
        expect(block, "eth_getBlockByHash", [])
        // What one type's decoration is, and that of the other types.
        for type in 0..<5 {
            expect(
                block["transactions"][type], "eth_getBlockByHash", ["transactions", .number(type)],
                but: ["blockTimestamp", "gasPrice", "v", "chainId"])
        }
        expect(block["withdrawals"][0], "eth_getBlockByHash", ["withdrawals", 0])
        expect(
            block["transactions"][4]["authorizationList"][0], "eth_getBlockByHash",
            ["transactions", 4, "authorizationList", 0])
        expect(receipts[5], "eth_getBlockReceipts", [5])
        expect(receipts[5]["logs"][0], "eth_getBlockReceipts", [5, "logs", 0])
        expect(traces[6], "debug_traceBlockByHash", [6], but: ["result"])
        expect(traces[6]["result"]["calls"][0], "debug_traceBlockByHash", [6, "result", "calls", 0], but: ["error"])
        #expect(receipts.array?.allSatisfy { $0["status"] == "0x1" } == true)
    }

    @Test("A lie in any field that is read is noticed, and every payment is credited once, from the other node")
    func everyField() async throws {
        let shop = try await EthereumShop(on: node, network())
        let (coin, holder) = (EthereumShop.newAddress(), EthereumShop.newAddress())
        var blocks = 0
        try await shop.following { daemon in
            try await shop.wallet("coin", asset: "ETH", at: coin)
            try await shop.wallet("token", asset: "TOKEN", at: holder)
            try await shop.walletIsRegistered("coin")
            try await shop.walletIsRegistered("token")
            let content = try EthereumLie.content(to: coin, token, to: holder, by: forwarder)

            /// Mines a block for each lie, of which the liar alone knows at first, and has it tell them.
            func tell(_ lies: ArraySlice<EthereumLie>) async throws {
                for peer in [liar, honest] { try await peer.hold() }
                for lie in lies {
                    let hash = try await node.mine(content)
                    try await lie.tell(of: hash, by: liar, knowing: node)
                }
                blocks += lies.count
                try await liar.hold(false)
            }

            /// The other node has them, too; after that the first one tells the truth and is asked again.
            func relent() async throws {
                try await honest.hold(false)
                try await shop.cursorReachesTip()
                try await liar.clearFaults()
                try await honest.hold()
                let before = try await count("ok", of: daemon)
                try await node.mine()
                try await shop.cursorReachesTip()
                #expect(try await count("ok", of: daemon) > before)
                try await honest.hold(false)
            }

            for group in EthereumLie.noticed.groups(of: 16) {
                let before = (refused: try await count("malformed", of: daemon), ok: try await count("ok", of: daemon))
                try await tell(group)
                try await eventually(
                    "each of \(group.map(\.path)) is noticed", within: .seconds(60),
                    look: { try await count("malformed", of: daemon) - before.refused }, holds: { $0 >= group.count })
                #expect(try await count("ok", of: daemon) == before.ok, "\(group.map(\.path))")
                try await relent()
            }

            try await tell([EthereumLie.doubted])
            try await eventually("status says why", look: { try await shop.installation.run("status").stdout }) {
                $0.contains("node http://\(Self.liarsHost)") && $0.contains("do not bear out")
            }
            try await relent()

            let before = (refused: try await count("malformed", of: daemon), ok: try await count("ok", of: daemon))
            try await tell(EthereumLie.irrelevant[...])
            try await shop.cursorReachesTip()
            #expect(try await count("malformed", of: daemon) == before.refused)
            #expect(try await count("ok", of: daemon) >= before.ok + EthereumLie.irrelevant.count)
            try await liar.clearFaults()
            try await honest.hold(false)
            try await node.mine(4)
            try await shop.cursorReachesTip()
            let status = try await daemon.get("/status.json").body
            #expect(status.contains("\"demerits\":[\"erring\""), "\(status)")
        }
        // Each block's eight payments, a finney each, once each.
        let rows = try await shop.database.rows(
            """
            SELECT asset, count(*), count(DISTINCT (transaction, locator)), count(DISTINCT block_height), min(gross),
                   max(gross), min(status), max(status)
            FROM confirmd.deposit GROUP BY asset ORDER BY asset
            """)
        let expected = [
            ("ETH", EthereumLie.paymentsOfABlock.coin), ("TOKEN", EthereumLie.paymentsOfABlock.token),
        ].map { asset, each in
            [asset, "\(each * blocks)", "\(each * blocks)", "\(blocks)", "0.001", "0.001", "final", "final"]
        }
        #expect(rows == expected)
    }

    @Test("A lie about its tip is noticed, and status names it; the other node is followed meanwhile")
    func tip() async throws {
        let shop = try await EthereumShop(on: node, network())
        let address = try await shop.invoice("1", of: "0.006")
        try await shop.following { daemon in
            try await shop.isRegistered("1")
            for name in ["hash", "number", "parentHash", "timestamp", "stateRoot", "logsBloom"] {
                let before = (
                    try await count("malformed", "state", of: daemon), try await count("ok", "state", of: daemon)
                )
                let lie = EthereumLie(method: "eth_getBlockByNumber", path: [.string(name)])
                try await lie.tell(of: "latest", by: liar, knowing: node)
                try await node.send(finney, to: address)
                try await eventually("a lie about \(name) is noticed") {
                    try await count("malformed", "state", of: daemon) > before.0
                }
                try await shop.cursorReachesTip()
                try await liar.clearFaults()
                try await eventually("it is believed again") {
                    try await count("ok", "state", of: daemon) > before.1 + 1
                }
            }
            try await liar.lie(.init("eth_getBlockByNumber", "latest"), at: ["number"], saying: "0x7fffffffffff")
            try await eventually("status says why", look: { try await shop.installation.run("status").stdout }) {
                $0.contains("node http://\(Self.liarsHost)") && $0.contains("failing: ") && $0.contains("hash to")
            }
            try await node.mine()
            try await shop.reaches("paid", "1")
        }
        #expect(try await shop.payments.map { $0[2] } == Array(repeating: "0.001", count: 6))
    }

    /// Its hashes, roots, traces and balances all fit together: by its answers alone nobody can tell.
    @Test(
        "A node with a whole chain of its own is held back by a quorum of two, which no single node's answers could do")
    func anotherChain() async throws {
        let shop = try await EthereumShop(on: node, network(settings: "quorum: 2", credit: "1"))
        let address = try await shop.invoice("1", of: "0.005")
        try await shop.following { daemon in
            try await shop.isRegistered("1")
            try await honest.hold()
            let paid = try await node.send(5 * finney, to: address)
            try await liar.hold()
            try await shop.event("deposit.detected", of: "1")
            try await daemon.logs("nodes do not agree")
            // Of the same height, so that nobody's chain outweighs the other's.
            let theirs = try await node.reorganize(depth: 1, to: [[]])
            try await honest.hold(false)
            try await eventually(
                "status says who said what", look: { try await shop.installation.run("status").stdout }
            ) {
                $0.contains("http://\(Self.liarsHost)") && $0.contains("1 of 2 nodes have block")
                    && $0.contains("has \(theirs.dropFirst(2)) there")
            }
            #expect(try await shop.status(of: "1") == "created")
            #expect(try await shop.payments == [["call", "ETH", "0.005", "detected"]])
            #expect(
                try await shop.database.value("SELECT tip_hash FROM confirmd.network")
                    == String(paid.block.dropFirst(2)))
            try await node.mine()
            try await shop.event("deposit.orphaned", of: "1")
            try await shop.cursorReachesTip()
            try await daemon.logs("nodes agree again")
            // It comes to the chain that all have, and is credited there.
            try await liar.hold(false)
            try await node.mine([.known(paid.transaction)])
            try await shop.reaches("paid", "1")
        }
        #expect(try await shop.payments == [["call", "ETH", "0.005", "credited"]])
        #expect(try await shop.balance[0] == "0.005")
        #expect(try await shop.database.value("SELECT count(*) FROM confirmd.ledger_entry WHERE is_reversal") == "0")
    }
}

extension [EthereumLie] {
    func groups(of count: Int) -> [ArraySlice<EthereumLie>] {
        stride(from: 0, to: self.count, by: count).map { self[$0..<Swift.min($0 + count, self.count)] }
    }
}
