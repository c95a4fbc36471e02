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
        guard let (block, early) = try await block(reference.hash) else { return nil }
        let transactions: [Hash256]
        do { transactions = try decoder.transactions(in: block) } catch { throw NodeError(error, from: name) }
        guard !transactions.isEmpty else {
            return BlockAnswers(block: block, receipts: Array("[]".utf8)[...], traces: nil)
        }
        let receipts: ArraySlice<UInt8>
        if let early { receipts = early } else { receipts = try await self.receipts(of: reference.hash, transactions) }
        return BlockAnswers(
            block: block, receipts: receipts,
            traces: nativeTransfers == .traces ? try await traces(of: reference) : nil)
    }

    /// The block, with its receipts where both are asked for at once; nil when the node does not have the block.
    private func block(
        _ hash: Hash256
    ) async throws(NodeError) -> (block: ArraySlice<UInt8>, receipts: ArraySlice<UInt8>?)? {
        let call = RPCCall("eth_getBlockByHash", [.string("0x\(hash)"), true])
        // At such a pace it is round trips that catching up takes its time for.
        if chain.blockTime < .seconds(1), recall({ $0.hasBlockReceipts && $0.batchSize > 1 }) {
            do throws(RPCError) {
                let texts = try await rpc.batchTexts(
                    [call, RPCCall("eth_getBlockReceipts", [.string("0x\(hash)")])], deadline: .seconds(60),
                    maximumBytes: Maximum.block + Maximum.receipts)
                let block = try texts[0].get()
                // What is wrong with receipts that did not come shows when they are asked for by themselves.
                let receipts = try? texts[1].get()
                return block.isEqual(to: "null")
                    ? nil : (block, receipts.flatMap { $0.isEqual(to: "null") ? nil : $0 })
            } catch {
                switch error.fault {
                case .absent: return nil
                // The one without the other may be short enough.
                case .tooMuch: break
                default: throw failure(error)
                }
            }
        }
        let block = try await self.call(
            call.method, call.parameters, nilFor: [.absent], deadline: .seconds(60), maximumBytes: Maximum.block)
        return block.map { ($0, nil) }
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
