import Chain
import EVM
import NodeHTTP
import TestSupport
import Testing

@Suite struct EVMNodeTests {
    @Test func `follows a chain and its reorganizations`() async throws {
        let trunk = ModelHeader.chain(8)
        let server = try ScriptedNode(trunk)
        let node = try server.node()
        let state = try await node.state()
        #expect(state.isSynced)
        #expect(state.tip.reference == trunk[7].reference)
        #expect(state.tip.work == 1)
        #expect(try await node.header(at: 7) == state.tip)
        #expect(try await node.header(at: 8) == nil)
        let headers = try #require(try await node.headers(after: trunk[2].reference, limit: 100))
        #expect(headers.map(\.reference) == trunk[3...].map(\.reference))
        #expect(try await node.headers(after: trunk[2].reference, limit: 2) == Array(headers[..<2]))
        #expect(try await node.headers(after: trunk[2].reference, limit: 0) == [])
        #expect(try await node.headers(after: trunk[7].reference, limit: 5) == [])

        let branch = ModelHeader.chain(4, after: trunk[5].reference, salt: 9)
        server.follow(Array(trunk[...5]) + branch)
        #expect(try await node.headers(after: trunk[7].reference, limit: 5) == nil)
        #expect(
            try await node.headers(after: trunk[5].reference, limit: 5)?.map(\.reference) == branch.map(\.reference))
        // What it has off its best chain it still knows, which proves nothing about that chain.
        #expect(try await node.knows(trunk[7].reference))
        #expect(try await node.block(trunk[7].reference)?.header == state.tip)
        let unknown = BlockReference(height: 3, hash: Hash256(1, 2, 3, 4))
        #expect(try await node.headers(after: unknown, limit: 5) == nil)
        #expect(try await !node.knows(unknown))
        #expect(try await node.block(unknown) == nil)
    }

    @Test func `a node that is downloading is not synced`() async throws {
        let downloading = try ScriptedNode { call in
            call.method == "eth_syncing" ? .result(#"{"currentBlock":"0x1","highestBlock":"0x9"}"#) : nil
        }
        #expect(try await downloading.node().state().lack == "it is at block 1 of 9 (eth_syncing)")
        let nitro = try ScriptedNode { call in
            call.method == "eth_syncing" ? .result(#"{"batchSeen":7,"messageOfLastBlock":9}"#) : nil
        }
        #expect(
            try await nitro.node().state().lack
                == #"it says that it is not in sync: {"batchSeen":7,"messageOfLastBlock":9}"#)
        let silent = try ScriptedNode { $0.method == "eth_syncing" ? .error(-32_601, "no such method") : nil }
        #expect(try await silent.node().state().isSynced)
    }

    /// geth indexes transactions for hours and states for days, with the chain long there.
    @Test(arguments: [
        #""txIndexFinishedBlocks":"0x23dd0","txIndexRemainingBlocks":"0x1b00000""#, #""stateIndexRemaining":"0x99""#,
        #""startingBlock":"0x1","syncedAccounts":"0x0""#,
    ])
    func `a node at the head that indexes its past is synced`(more: String) async throws {
        for (current, highest) in [("0x9", "0x8"), ("0x9", "0x9")] {
            let indexing = try ScriptedNode { call in
                call.method == "eth_syncing"
                    ? .result(#"{"currentBlock":"\#(current)","highestBlock":"\#(highest)",\#(more)}"#) : nil
            }
            #expect(try await indexing.node().state().isSynced)
        }
    }

    @Test func `a node of another chain is told from ours`() async throws {
        let server = try ScriptedNode(ModelHeader.chain(3))
        let node = try server.node(EVMChain(id: 10))
        let known = BlockReference(height: 0, hash: Hash256(1, 2, 3, 4))
        #expect(await code { _ = try await node.state() } == .wrongChain)
        #expect(await code { _ = try await node.header(at: 0) } == .wrongChain)
        #expect(await code { _ = try await node.headers(after: known, limit: 1) } == .wrongChain)
        #expect(await code { _ = try await node.block(known) } == .wrongChain)
        #expect(await code { _ = try await node.finality() } == .wrongChain)
        // The right number, and another first block.
        let impostor = try ScriptedNode { $0.method == "eth_chainId" ? .result("\"0x1\"") : nil }
        #expect(await code { _ = try await impostor.node(EVMChain(id: 1)).state() } == .wrongChain)
    }

    /// A header is what its hash commits to, whatever the node says.
    @Test func `a header that was altered is refused`() async throws {
        let trunk = ModelHeader.chain(3)
        let server = try ScriptedNode(trunk) { call in
            guard call.method == "eth_getBlockByNumber", call.text(0) == "0x2" else { return nil }
            return .result(trunk[2].json.replacing("\"gasLimit\":\"0x1c9c380\"", with: "\"gasLimit\":\"0x1c9c381\""))
        }
        #expect(await code { _ = try await server.node().header(at: 2) } == .malformed)
        #expect(await code { _ = try await server.node().headers(after: trunk[1].reference, limit: 3) } == .malformed)
        let other = try ScriptedNode(trunk) { $0.text(0) == "0x1" ? .result(trunk[2].json) : nil }
        #expect(await code { _ = try await other.node().header(at: 1) } == .malformed)
    }

    @Test func `settled blocks are those that the tags stand at`() async throws {
        let trunk = ModelHeader.chain(6)
        let server = try ScriptedNode(trunk) { call in
            switch call.text(0) {
            case "safe": .result(trunk[4].json)
            case "finalized": .result(trunk[2].json)
            default: nil
            }
        }
        #expect(try await server.node().finality() == [.safe: trunk[4].reference, .finalized: trunk[2].reference])
        let young = try ScriptedNode(trunk) { call in
            switch call.text(0) {
            case "safe": .error(-39_001, "safe block not found")
            case "finalized": .result("null")
            default: nil
            }
        }
        #expect(try await young.node().finality() == [:])
    }

    @Test(arguments: [
        ("Geth/v1.14.12-stable-293a300d/linux-amd64/go1.23.2", "1.14.12"),
        ("Nethermind/v1.29.1+dfea5240/linux-x64/dotnet8.0.10", "1.29.1"),
        ("besu/v24.10.0/linux-x86_64/openjdk-java-21", "24.10.0"),
        ("reth/v1.1.2-496bf0b/x86_64-unknown-linux-gnu", "1.1.2"),
        ("erigon/2.60.10/linux-amd64/go1.22.9", "2.60.10"), ("anvil", ""), ("confirmd-evm/py-evm", ""),
        ("Geth/my-node-7.5/v1.16.7-stable/linux-amd64/go1.24", "1.16.7"),
        ("nitro/vv2.1.1-e9d8842/linux-arm64", "2.1.1"),
        ("coreth-v0.15.0", "0.15.0"), ("Geth/v0.0.0-untagged/linux", ""), ("bor/v2.5.0-stable/linux-amd64", "2.5.0"),
    ])
    func `the version is what follows the client's name`(text: String, expected: String) async throws {
        let server = try ScriptedNode { _ in .result("\"\(text)\"") }
        #expect(try await server.node().software()?.version == NodeVersion(expected))
    }

    @Test func `each client of a chain has a floor of its own`() throws {
        func floor(_ chain: UInt64, _ name: String) throws -> NodeVersion? {
            EVMChain(id: chain).minimumVersion(of: NodeSoftware(name: name, version: try #require(NodeVersion("1.0"))))
        }
        #expect(try floor(1, "Geth") == NodeVersion("1.16.7"))
        #expect(try floor(1, "Nethermind") == NodeVersion("1.35.2"))
        #expect(try floor(56, "Geth") == NodeVersion("1.6.4"))
        #expect(try floor(137, "bor") == NodeVersion("2.5.0"))
        #expect(try floor(137, "Geth") == nil && floor(1_337, "Geth") == nil)
    }

    /// pitfall 30 of attacks: what is pending is in no block.
    @Test func `pending is never asked for`() async throws {
        let server = try ScriptedNode(ModelHeader.chain(4))
        let node = try server.node(ScriptedNode.chain, .traces)
        _ = try await node.state()
        _ = try await node.finality()
        _ = try await node.block(RecordedBlock.reference)
        _ = try await node.header(at: 2)
        _ = try await node.find(Hash256(1, 2, 3, 4), in: nil)
        try await node.waitForTip(otherThan: Hash256(1, 2, 3, 4), timeout: .seconds(60))
        #expect(try await node.mempool() == nil)
        #expect(!server.parameters.isEmpty)
        #expect(!server.parameters.contains { $0.contains("pending") })
    }

    // MARK: Limits

    @Test func `batches become as small as the node takes them, and stay so`() async throws {
        let trunk = ModelHeader.chain(40)
        let server = try ScriptedNode(trunk, batchMaximum: 5)
        let node = try server.node()
        let expected = trunk[1...].map(\.reference)
        #expect(try await node.headers(after: trunk[0].reference, limit: 100)?.map(\.reference) == expected)
        let refused = server.calls.count
        #expect(try await node.headers(after: trunk[0].reference, limit: 100)?.map(\.reference) == expected)
        // The refused batches never came to be calls; each of the others did once.
        #expect(server.calls.count - refused <= 101)
        #expect(server.requests.filter { $0 > 5 }.count == 4)
        let single = try ScriptedNode(trunk, batchMaximum: 1)
        #expect(
            try await single.node().headers(after: trunk[30].reference, limit: 20)?.map(\.reference)
                == trunk[31...].map(\.reference))
    }

    /// The words are those of providers, of proxies, and of nobody.
    @Test(
        arguments: [
            .init(200, #"{"jsonrpc":"2.0","id":null,"error":{"code":-32000,"message":"batch limit 1 exceeded"}}"#),
            .init(
                500,
                #"{"id":null,"jsonrpc":"2.0","error":{"code":31,"message":"Batch of more than 3 requests are not"}}"#),
            .init(
                200,
                #"[{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"Batch requests are not allowed"}}]"#),
            .init(200, #"{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"Invalid Request"}}"#),
            .init(200, #"{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}}"#),
            .init(200, #"{"jsonrpc":"2.0","id":null,"error":{"code":7,"message":"too many requests"}}"#),
            .init(200, #"{"error":"batch not allowed"}"#), .init(200, "<html>Sorry</html>"), .init(200, ""),
            .init(400, "Batch requests are disabled"), .init(405, "Method Not Allowed"), .init(413, ""),
            .init(403, "Forbidden"), .init(500, "Internal Server Error"), .init(502, ""),
        ] as [ScriptedHTTP.Reply], [1, 3])
    func `batches refused in whatever way become as small as they are taken`(
        refusal: ScriptedHTTP.Reply, maximum: Int
    ) async throws {
        let trunk = ModelHeader.chain(30)
        let server = try ScriptedNode(trunk, batchMaximum: maximum, refusal: refusal)
        let node = try server.node()
        for _ in 0..<2 {
            #expect(
                try await node.headers(after: trunk[0].reference, limit: 29)?.map(\.reference)
                    == trunk[1...].map(\.reference))
        }
        // Learned once: sixty calls in all, and no more than four refusals.
        #expect(server.requests.filter { $0 > maximum }.count <= 4)
        #expect(server.calls.count { $0 == "eth_getBlockByNumber" } <= 60)
    }

    @Test func `a batch of which every call is refused may be too large`() async throws {
        let trunk = ModelHeader.chain(30)
        let server = try ScriptedNode(trunk) { $0.batchSize > 2 ? .error(-32_000, "not in a batch") : nil }
        #expect(try await server.node().headers(after: trunk[0].reference, limit: 100)?.count == 29)
        // And where the call itself is, its error is the batch's.
        let broken = try ScriptedNode(trunk) { call in
            call.method == "eth_getBlockByNumber" ? .error(-32_000, "disk failure") : nil
        }
        let error = await failure { _ = try await broken.node().headers(after: trunk[0].reference, limit: 100) }
        #expect(error?.message.contains("disk failure") == true)
        #expect(broken.requests.count <= 3)
    }

    @Test func `a node that wants fewer requests is not asked again at once, and later for less`() async throws {
        let trunk = ModelHeader.chain(40)
        let server = try ScriptedNode(trunk, batchMaximum: 12, refusal: .init(429, "", retryAfter: 3))
        let node = try server.node()
        for _ in 0..<2 {
            let error = await failure { _ = try await node.headers(after: trunk[0].reference, limit: 39) }
            #expect(error?.code == .rateLimited && error?.retryAfter == .seconds(3))
        }
        #expect(try await node.headers(after: trunk[0].reference, limit: 39)?.count == 39)
        #expect(server.requests.filter { $0 > 1 } == [40, 20, 10, 10, 10, 10])
    }

    @Test func `throttling is not a failure, and its wish is passed on`() async throws {
        let busy = try ScriptedNode { _ in .status(429, retryAfter: 7) }
        let error = await failure { _ = try await busy.node().state() }
        #expect(error?.code == .rateLimited)
        #expect(error?.retryAfter == .seconds(7))
    }

    /// What nodes and providers say, in their own words.
    @Test(
        arguments: [
            (-32_005, "daily request count exceeded, request rate limited", .rateLimited),
            (-32_005, "limit exceeded", .rateLimited), (429, "Your app has exceeded its compute units", .rateLimited),
            (-32_000, "Too Many Requests", .rateLimited), (-32_007, "50/second request limit exceeded", .rateLimited),
            (4_444, "pruned history unavailable", .refused),
            (-32_000, "missing trie node 5e8… (path ) state 0x… is not available", .refused),
            (-32_000, "required historical state unavailable (reexec=128)", .refused),
            (-32_601, "the method eth_x does not exist/is not available", .refused),
            (-32_000, "execution timeout", .timedOut), (-32_002, "request timed out", .timedOut),
            (-32_000, "transaction indexing is in progress", .warmingUp), (-32_000, "header not found", .warmingUp),
            (-32_603, "internal error", .malformed), (-32_602, "invalid argument 0", .malformed),
        ] as [(Int, String, NodeError.Code)])
    func `errors of nodes are told apart`(number: Int, message: String, expected: NodeError.Code) async throws {
        let server = try ScriptedNode { $0.method == "eth_chainId" ? .error(number, message) : nil }
        #expect(await code { _ = try await server.node().state() } == expected)
    }

    @Test func `a node that is gone is asked anew what it is when it is back`() async throws {
        let server = try ScriptedNode { call in
            call.method == "eth_syncing" ? .status(502) : nil
        }
        let node = try server.node()
        #expect(await code { _ = try await node.state() } == .unreachable)
        #expect(await code { _ = try await node.state() } == .unreachable)
        #expect(server.count("eth_chainId") == 2)
    }
}
