import TestSupport
import Testing

/// What contracts pay, by traces that no hash commits to.
@Suite(
    "Contracts that pay", .serialized, .inTurns,
    .enabled(if: EthereumNode.isInstalled, "needs .build-python, which deploy/test makes"))
struct EthereumTraceTests {
    private struct Chain {
        let node: EthereumNode
        let forwarder: EthereumContract
        let other: EthereumContract

        init() async throws {
            node = try await EthereumNode()
            forwarder = try await node.deploy(.forwarder)
            other = try await node.deploy(.forwarder)
        }
    }

    private static let starting = Task { try await Chain() }
    private static let nobody = "0x" + String(repeating: "0", count: 40)
    private let node: EthereumNode
    private let forwarder: EthereumContract
    private let other: EthereumContract

    init() async throws {
        let chain = try await Self.starting.value
        (node, forwarder, other) = (chain.node, chain.forwarder, chain.other)
    }

    private func shop(on nodes: [EthereumNode]? = nil) async throws -> EthereumShop {
        try await EthereumShop(on: node, .ethereum(nodes ?? [node], nativeTransfers: "traces"))
    }

    @Test(
        "Pitfall 24: calls pay, at any depth; each is found at its place, by either kind of trace",
        arguments: ["debug_traceBlockByHash", "trace_block"])
    func innerCalls(method: String) async throws {
        let peer = node.peer(method)
        if method == "trace_block" { try await peer.disable("debug_traceBlockByHash") }
        let shop = try await shop(on: [peer])
        let address = try await shop.invoice("1", of: "0.003")
        try await shop.following { _ in
            try await shop.isRegistered("1")
            try await node.send("forward(address)", of: forwarder, [.address(address)], value: finney)
            try await node.send(
                "relay(address,address)", of: forwarder, [.address(other.address), .address(address)], value: finney)
            let someone = EthereumShop.newAddress()
            try await node.send(
                "split(address[])", of: forwarder, [.addresses([someone, someone, address])], value: 3 * finney)
            try await node.mine()
            try await shop.reaches("paid", "1")
        }
        #expect(
            try await shop.payments == [
                ["call:0", "ETH", "0.001", "final"], ["call:0.0", "ETH", "0.001", "credited"],
                ["call:2", "ETH", "0.001", "credited"],
            ])
        #expect(try await peer.calls(of: method) > 0)
    }

    @Test("One contract pays two invoices in one transaction")
    func split() async throws {
        let shop = try await shop()
        let addresses = [try await shop.invoice("1", of: "0.005"), try await shop.invoice("2", of: "0.005")]
        try await shop.following { _ in
            try await shop.isRegistered("1")
            try await shop.isRegistered("2")
            try await node.send("split(address[])", of: forwarder, [.addresses(addresses)], value: 10 * finney)
            try await node.mine()
            try await shop.reaches("paid", "1")
            try await shop.reaches("paid", "2")
        }
        #expect(
            try await shop.payments == [
                ["call:0", "ETH", "0.005", "credited"], ["call:1", "ETH", "0.005", "credited"],
            ])
    }

    @Test("A contract that destroys itself pays all that it has")
    func selfDestruction() async throws {
        let mortal = try await node.deploy(.mortal, [.address(Self.nobody)], value: 5 * finney)
        let shop = try await shop()
        let address = try await shop.invoice("1", of: "0.005")
        try await shop.following { _ in
            try await shop.isRegistered("1")
            try await node.send("destroy(address)", of: mortal, [.address(address)])
            try await node.mine()
            try await shop.reaches("paid", "1")
        }
    }

    @Test("Pitfall 23: an inner call that was undone pays nothing, in a failed transaction or in one that succeeds")
    func reverted() async throws {
        let shop = try await shop()
        let address = try await shop.invoice("1", of: "0.005")
        try await shop.following { _ in
            try await shop.isRegistered("1")
            let attempt = try await node.send(
                "attempt(address)", of: forwarder, [.address(address)], value: 5 * finney)
            let failed = try await node.send(
                "swallow(address)", of: forwarder, [.address(address)], value: 5 * finney)
            #expect(attempt.succeeded && !failed.succeeded)
            try await shop.reads(2)
            #expect(try await shop.payments == [])
            #expect(try await shop.status(of: "1") == "created")
            #expect(try await shop.explain(attempt.transaction).map(\.what) == ["in_block", "address_unwatched"])
        }
    }

    @Test("A trace that makes up an inner payment is not believed: the balances do not bear it out")
    func lyingTrace() async throws {
        let liar = node.peer("liar")
        let shop = try await shop(on: [liar])
        let address = try await shop.invoice("1", of: "0.005")
        try await shop.following { _ in
            try await shop.isRegistered("1")
            try await liar.lie(
                .init("debug_traceBlockByHash"), at: [0, "result", "calls", 0, "value"],
                saying: .string("0x" + String(5 * finney, radix: 16)))
            try await node.send("forward(address)", of: forwarder, [.address(address)], value: finney)
            try await eventually("the lie is noticed") {
                try await liar.calls(of: "eth_getBalance") > 1
            }
            try await eventually("status says why", look: { try await shop.installation.run("status").stdout }) {
                $0.contains("do not bear out")
            }
            #expect(try await shop.payments == [])
            try await liar.clearFaults()
            try await node.mine()
            try await shop.reaches("partial", "1")
        }
        #expect(try await shop.payments == [["call:0", "ETH", "0.001", "credited"]])
    }

    @Test("A node that makes up inner payments is left for one that does not")
    func lyingTraceBesideAnother() async throws {
        let liar = node.peer("liar-preferred")
        let shop = try await shop(on: [liar, node.peer("honest")])
        let address = try await shop.invoice("1", of: "0.005")
        try await shop.following { _ in
            try await shop.isRegistered("1")
            try await liar.lie(
                .init("debug_traceBlockByHash"), at: [0, "result", "calls", 0, "value"],
                saying: .string("0x" + String(5 * finney, radix: 16)))
            try await node.send("forward(address)", of: forwarder, [.address(address)], value: finney)
            try await node.mine()
            try await shop.reaches("partial", "1")
        }
        #expect(try await shop.payments == [["call:0", "ETH", "0.001", "credited"]])
    }

    @Test(
        "Pitfall 24: without traces it is not credited, and explain shows the balance that nothing explains"
    )
    func unexplained() async throws {
        let shop = try await EthereumShop(on: node)
        let address = try await shop.invoice("1", of: "0.005")
        try await shop.following { _ in
            try await shop.isRegistered("1")
            #expect(try await !shop.explain(order: "1").has("unexplained"))
            try await node.send(finney, to: address)
            try await shop.reads(1)
            try await shop.reaches("partial", "1")
            #expect(try await !shop.explain(order: "1").has("unexplained"))
            try await node.send("forward(address)", of: forwarder, [.address(address)], value: 4 * finney)
            try await shop.reads(2)
            let finding = try #require(try await shop.explain(order: "1").first { $0.what == "unexplained" })
            #expect(
                finding.why.contains("has 0.005 ETH there, and recorded deposits explain 0.001 ETH: 0.004 ETH came"))
            #expect(finding.about.hasPrefix("option 0, ETH to \(address)"))
            #expect(finding.next?.contains("invoice mark-paid") == true)
        }
        #expect(try await shop.status(of: "1") == "partial")
        #expect(try await shop.payments == [["call", "ETH", "0.001", "final"]])
    }
}
