import Chain
import EVM
import Synchronization
import TestSupport
import Testing

/// A block is put together from one node's answers, all by its hash.
@Suite struct BlockFetchTests {
    private let reference = RecordedBlock.reference

    @Test func `the block and its receipts come by its hash`() async throws {
        let server = try ScriptedNode()
        let block = try #require(try await server.node().block(reference))
        #expect(block.reference == reference)
        #expect(block.transfers.count == 11)
        #expect(server.calls == ["eth_chainId", "eth_getBlockByHash", "eth_getBlockReceipts"])
    }

    /// BSC has a block every 0.45 seconds.
    @Test func `where blocks come fast, a block and its receipts come in one request`() async throws {
        let chain = EVMChain(id: 97)
        let sizes = Mutex<[Int]>([])
        let count: ScriptedNode.Script = { call in
            if call.method != "eth_chainId" { sizes.withLock { $0.append(call.batchSize) } }
            return call.method == "eth_chainId" ? .result("\"0x61\"") : nil
        }
        let server = try ScriptedNode(ModelHeader.chain(1), count)
        #expect(try await server.node(chain).block(reference)?.transfers.count == 11)
        #expect(sizes.withLock { $0 } == [2, 2])
        let unknown = BlockReference(height: 3, hash: Hash256(1, 2, 3, 4))
        #expect(try await server.node(chain).block(unknown) == nil)
        // One whose batches are too large, or whose answer would be, is asked for one after the other.
        let single = try ScriptedNode(ModelHeader.chain(1), batchMaximum: 1, count)
        sizes.withLock { $0 = [] }
        #expect(try await single.node(chain).block(reference)?.transfers.count == 11)
        #expect(sizes.withLock { $0 } == [1, 1])
    }

    @Test func `receipts that do not come with their block are asked for by themselves`() async throws {
        let chain = EVMChain(id: 97)
        let without = try ScriptedNode { call in
            switch call.method {
            case "eth_chainId": .result("\"0x61\"")
            case "eth_getBlockReceipts": .error(-32_601, "the method eth_getBlockReceipts does not exist")
            default: nil
            }
        }
        let node = try without.node(chain)
        #expect(try await node.block(reference)?.transfers.count == 11)
        #expect(without.count("eth_getBlockReceipts") == 2)
        #expect(try await node.block(reference)?.transfers.count == 11)
        #expect(without.count("eth_getBlockReceipts") == 2)
        let late = try ScriptedNode { call in
            switch call.method {
            case "eth_chainId": .result("\"0x61\"")
            case "eth_getBlockReceipts": .result("null")
            default: nil
            }
        }
        #expect(await code { _ = try await late.node(chain).block(reference) } == .warmingUp)
    }

    @Test(arguments: [
        (-32_601, "the method eth_getBlockReceipts does not exist/is not available"),
        (-32_600, "Unsupported method: eth_getBlockReceipts on this network"), (-32_004, "method not supported"),
        (35, "method is not available on freetier, please upgrade to paid tier"), (-32_000, "method handler crashed"),
        (-32_000, "block not found"), (-32_602, "invalid argument 0: hex string has length 64, want 40"), (1, ""),
    ])
    func `without eth_getBlockReceipts the receipts come in batches within the node's limits`(
        number: Int, message: String
    ) async throws {
        let server = try ScriptedNode(batchMaximum: 3) { call in
            call.method == "eth_getBlockReceipts" ? .error(number, message) : nil
        }
        let node = try server.node()
        #expect(try await node.block(reference)?.transfers.count == 11)
        #expect(server.count("eth_getTransactionReceipt") == 7)
        // It is not asked again for what it does not have.
        #expect(try await node.block(reference)?.transfers.count == 11)
        #expect(server.count("eth_getBlockReceipts") == 1)
        #expect(server.count("eth_getTransactionReceipt") == 14)
    }

    @Test func `a refusal that may have been a moment's is not for ever`() async throws {
        let refusals = Mutex(1)
        let server = try ScriptedNode { call in
            guard call.method == "eth_getBlockReceipts" else { return nil }
            return refusals.withLock { left in
                left -= 1
                return left >= 0 ? .error(-32_000, "leveldb: closed") : nil
            }
        }
        let node = try server.node()
        for _ in 0..<102 { #expect(try await node.block(reference)?.transfers.count == 11) }
        #expect(server.count("eth_getBlockReceipts") == 2)
        #expect(server.count("eth_getTransactionReceipt") == 101 * 7)
    }

    @Test func `receipts that are refused either way say both reasons`() async throws {
        let server = try ScriptedNode { call in
            switch call.method {
            case "eth_getBlockReceipts": .error(-32_000, "leveldb: corrupted")
            case "eth_getTransactionReceipt": .error(-32_000, "transaction indexing is in progress")
            default: nil
            }
        }
        let error = await failure { _ = try await server.node().block(reference) }
        #expect(error?.code == .warmingUp)
        #expect(error?.message.contains("leveldb: corrupted") == true)
        #expect(error?.message.contains("and one by one: ") == true)
        // One that wants fewer requests is not asked for more.
        let busy = try ScriptedNode { call in
            call.method == "eth_getBlockReceipts" ? .error(-32_005, "limit exceeded") : nil
        }
        #expect(await code { _ = try await busy.node().block(reference) } == .rateLimited)
        #expect(busy.count("eth_getTransactionReceipt") == 0)
    }

    /// pitfall 3: a node or load balancer answers "empty" for what it does not have.
    @Test func `empty is never proof`() async throws {
        let without = try ScriptedNode { $0.method == "eth_getBlockByHash" ? .result("null") : nil }
        #expect(try await without.node().block(reference) == nil)
        let unknown = try ScriptedNode { $0.method == "eth_getBlockByHash" ? .error(-32_000, "unknown block") : nil }
        #expect(try await unknown.node().block(reference) == nil)
        for (receipts, expected) in [
            ("null", NodeError.Code.warmingUp), ("[]", .malformed), ("{}", .malformed),
            ("[\(RecordedBlock.receipt(0))]", .malformed),
        ] {
            let server = try ScriptedNode { $0.method == "eth_getBlockReceipts" ? .result(receipts) : nil }
            #expect(await code { _ = try await server.node().block(reference) } == expected)
        }
        let late = try ScriptedNode { call in
            switch call.method {
            case "eth_getBlockReceipts": .error(-32_601, "no such method")
            case "eth_getTransactionReceipt" where call.text(0) == "0x\(RecordedBlock.transactions[4])":
                .result("null")
            default: nil
            }
        }
        #expect(await code { _ = try await late.node().block(reference) } == .warmingUp)
    }

    /// pitfall 8: an error of one item in a batch that succeeded.
    @Test func `an error in place of one receipt fails the block`() async throws {
        let server = try ScriptedNode { call in
            switch call.method {
            case "eth_getBlockReceipts": .error(-32_601, "no such method")
            case "eth_getTransactionReceipt" where call.text(0) == "0x\(RecordedBlock.transactions[6])":
                .error(-32_005, "limit exceeded")
            default: nil
            }
        }
        #expect(await code { _ = try await server.node().block(reference) } == .rateLimited)
    }

    @Test func `pruned history is said to be that`() async throws {
        let server = try ScriptedNode { call in
            call.method.hasSuffix("Receipts") || call.method.hasSuffix("Receipt")
                ? .error(4_444, "pruned history unavailable") : nil
        }
        #expect(await code { _ = try await server.node().block(reference) } == .refused)
    }

    @Test func `an unknown type of transaction stops the network by its name`() async throws {
        let server = try ScriptedNode { call in
            call.method == "eth_getBlockByHash"
                ? .result(RecordedBlock.block.replacing(#""type":"0x4""#, with: #""type":"0x64""#)) : nil
        }
        let error = await failure { _ = try await server.node().block(reference) }
        #expect(error?.code == .unknownFormat)
        #expect(error?.message.contains("type 0x64") == true)
    }

    // MARK: Traces

    @Test func `what contracts paid is asked for only where it is wanted, by the first way that the node has`()
        async throws
    {
        let geth = try ScriptedNode()
        #expect(try await geth.node(ScriptedNode.chain, .traces).block(reference)?.transfers.count == 16)
        #expect(geth.count("debug_traceBlockByHash") == 1)
        #expect(geth.count("trace_block") == 0)

        let other = try ScriptedNode { $0.method == "debug_traceBlockByHash" ? .error(-32_601, "no such method") : nil }
        let node = try other.node(ScriptedNode.chain, .traces)
        #expect(try await node.block(reference)?.transfers.count == 16)
        #expect(try await node.block(reference)?.transfers.count == 16)
        #expect(other.count("debug_traceBlockByHash") == 1)
        #expect(other.count("trace_block") == 2)

        let none = try ScriptedNode { call in
            call.method == "debug_traceBlockByHash" || call.method == "trace_block"
                ? .error(-32_601, "no such method") : nil
        }
        #expect(await code { _ = try await none.node(ScriptedNode.chain, .traces).block(reference) } == .refused)
        #expect(try await none.node().block(reference)?.transfers.count == 11)
    }

    @Test func `a trace that the node could not finish fails the block`() async throws {
        let short = try ScriptedNode { $0.method == "debug_traceBlockByHash" ? .result("[]") : nil }
        #expect(await code { _ = try await short.node(ScriptedNode.chain, .traces).block(reference) } == .malformed)
        let pruned = try ScriptedNode { call in
            call.method == "debug_traceBlockByHash" ? .error(-32_000, "required historical state unavailable") : nil
        }
        #expect(await code { _ = try await pruned.node(ScriptedNode.chain, .traces).block(reference) } == .refused)
    }

    /// A block without transactions has nothing to trace, and the first block can't be.
    @Test func `an empty block is neither traced nor asked for receipts`() async throws {
        let trunk = ModelHeader.chain(2)
        let server = try ScriptedNode(trunk)
        #expect(try await server.node(ScriptedNode.chain, .traces).block(trunk[1].reference)?.transfers == [])
        #expect(server.calls == ["eth_chainId", "eth_getBlockByHash"])
    }

    // MARK: Finding

    @Test func `a transaction is found in its block, also a failed one`() async throws {
        let server = try ScriptedNode { call in
            switch call.method {
            case "eth_getTransactionByHash":
                .result(#"{"hash":"\#(call.text(0))","blockHash":"0x\#(RecordedBlock.reference.hash)"}"#)
            case "eth_getBlockByNumber" where call.text(0) == "0x1234567": .result(RecordedBlock.block)
            default: nil
            }
        }
        let node = try server.node()
        let paying = try #require(Hash256(hex: RecordedBlock.transactions[6]))
        guard case .block(let residence, let transaction)? = try await node.find(paying, in: nil) else {
            Issue.record("not found")
            return
        }
        #expect(residence == .init(block: reference, time: 0x6900_0000, isOnChain: true))
        #expect(transaction.transfers.map(\.locator.description) == ["call", "log:0"])
        let failed = try #require(Hash256(hex: RecordedBlock.transactions[2]))
        guard case .block(let other, let nothing)? = try await node.find(failed, in: nil) else {
            Issue.record("not found")
            return
        }
        #expect(other.hasFailed)
        #expect(nothing.transfers.isEmpty)
    }

    @Test func `a transaction that waits, and one that is in no block the node knows`() async throws {
        let id = Hash256(1, 2, 3, 4)
        let waiting = try ScriptedNode { call in
            call.method == "eth_getTransactionByHash" ? .result(#"{"blockHash":null}"#) : nil
        }
        #expect(
            try await waiting.node().find(id, in: nil)
                == .mempool(UnconfirmedTransaction(id: id, transfers: [], spends: [])))
        let without = try ScriptedNode { $0.method == "eth_getTransactionByHash" ? .result("null") : nil }
        #expect(try await without.node().find(id, in: nil) == .unknown(isIndexed: false))
        #expect(try await without.node().find(id, in: reference.hash) == .unknown(isIndexed: false))
        // In a block off its chain, which it still has.
        let orphan = try #require(Hash256(hex: RecordedBlock.transactions[0]))
        guard case .block(let residence, _)? = try await without.node().find(orphan, in: reference.hash) else {
            Issue.record("not found")
            return
        }
        #expect(!residence.isOnChain)
    }
}
