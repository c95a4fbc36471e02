public import Chain
internal import NodeHTTP

extension EVMNode {
    /// The longest answers that are taken in. A block has at most 10 MiB (EIP-7934), in JSON with two digits a byte;
    /// logs and calls are bounded by gas alone.
    private enum Maximum {
        static let block = 48 << 20
        static let receipts = 192 << 20
        static let traces = 256 << 20
    }

    public func block(_ reference: BlockReference) async throws(NodeError) -> Block? {
        guard let answers = try await answers(about: reference) else { return nil }
        do {
            return try decoder.block(reference, from: answers)
        } catch {
            throw NodeError(error, from: name)
        }
    }

    /// All parts of the block, from this node and by its hash; nil when the node does not have the block.
    func answers(about reference: BlockReference) async throws(NodeError) -> BlockAnswers? {
        try await session()
        let block = try await call(
            "eth_getBlockByHash", [.string("0x\(reference.hash)"), true], nilFor: [.absent], deadline: .seconds(60),
            maximumBytes: Maximum.block)
        guard let block else { return nil }
        let transactions: [Hash256]
        do { transactions = try decoder.transactions(in: block) } catch { throw NodeError(error, from: name) }
        guard !transactions.isEmpty else {
            return BlockAnswers(block: block, receipts: Array("[]".utf8)[...], traces: nil)
        }
        return BlockAnswers(
            block: block, receipts: try await receipts(of: reference.hash, transactions),
            traces: nativeTransfers == .traces ? try await traces(of: reference) : nil)
    }

    // MARK: Receipts

    private func receipts(
        of block: Hash256, _ transactions: [Hash256]
    ) async throws(NodeError) -> ArraySlice<UInt8> {
        guard recall({ $0.hasBlockReceipts }) else { return try await receipts(of: transactions) }
        do throws(RPCError) {
            let text = try await rpc.callForText(
                "eth_getBlockReceipts", [.string("0x\(block)")], deadline: .seconds(60),
                maximumBytes: Maximum.receipts)
            guard !text.isEqual(to: "null") else { throw missing(block) }
            return text
        } catch {
            guard error.fault == .unknownMethod else { throw failure(error) }
        }
        remember { $0.hasBlockReceipts = false }
        return try await receipts(of: transactions)
    }

    /// One by one, as the same list.
    private func receipts(of transactions: [Hash256]) async throws(NodeError) -> ArraySlice<UInt8> {
        let calls = transactions.map { RPCCall("eth_getTransactionReceipt", [.string("0x\($0)")]) }
        let texts = try await batch(calls, maximumBytes: Maximum.receipts)
        if let place = texts.firstIndex(where: { $0.isEqual(to: "null") }) {
            throw failure(missing(transactions[place]))
        }
        return [UInt8(ascii: "[")] + texts.joined(separator: [UInt8(ascii: ",")]) + [UInt8(ascii: "]")]
    }

    /// A node may have a block a moment before its receipts.
    private func missing(_ hash: Hash256) -> RPCError {
        .node(code: -32_001, message: "\(name): the receipts of \(hash) are not found")
    }

    // MARK: Traces

    private func traces(of block: BlockReference) async throws(NodeError) -> BlockAnswers.Traces {
        if recall({ $0.hasCallTracer }) {
            do throws(RPCError) {
                return .callTracer(
                    try await rpc.callForText(
                        "debug_traceBlockByHash",
                        [.string("0x\(block.hash)"), ["tracer": "callTracer", "timeout": "60s"]],
                        deadline: .seconds(90), maximumBytes: Maximum.traces))
            } catch {
                guard error.fault == .unknownMethod else { throw failure(error) }
            }
            remember { $0.hasCallTracer = false }
        }
        // It knows no hashes; that the calls are of this block's transactions is checked one by one.
        return .blockTracer(
            try await call(
                "trace_block", [.string(block.height.quantity)], deadline: .seconds(90), maximumBytes: Maximum.traces))
    }
}
