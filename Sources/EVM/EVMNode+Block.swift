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
        let listing: BlockDecoder.Listing
        do { listing = try decoder.transactions(in: block) } catch { throw NodeError(error, from: name) }
        guard !listing.hashes.isEmpty else {
            return BlockAnswers(block: block, receipts: Array("[]".utf8)[...], traces: nil)
        }
        let receipts: ArraySlice<UInt8>
        if let early {
            receipts = early
        } else {
            receipts = try await self.receipts(of: reference.hash, listing.hashes)
        }
        return BlockAnswers(
            block: block, receipts: receipts,
            traces: nativeTransfers == .traces ? try await traces(of: reference) : nil,
            rawTransaction: try await rawTransaction(listing.opaque))
    }

    /// The bytes of a transaction that shows no fields; nil where the node does not give them.
    private func rawTransaction(_ hash: Hash256?) async throws(NodeError) -> ArraySlice<UInt8>? {
        var isWorthAsking = true
        if hash != nil { remember { isWorthAsking = $0.rawTransactions.isWorthAsking() } }
        guard let hash, isWorthAsking else { return nil }
        do throws(RPCError) {
            let text = try await rpc.callForText("eth_getRawTransactionByHash", [.string("0x\(hash)")])
            if !text.isEqual(to: "null"), !text.isEqual(to: "\"0x\"") { return text }
        } catch {
            guard error.isRefusal else { throw failure(error) }
        }
        remember { $0.rawTransactions.refused() }
        return nil
    }

    /// The block, with its receipts where both are asked for at once; nil when the node does not have the block.
    private func block(
        _ hash: Hash256
    ) async throws(NodeError) -> (block: ArraySlice<UInt8>, receipts: ArraySlice<UInt8>?)? {
        let call = RPCCall("eth_getBlockByHash", [.string("0x\(hash)"), true])
        // At such a pace it is round trips that catching up takes its time for.
        if chain.blockTime < .seconds(1), rpc.takesBatches, recall({ $0.blockReceipts.isLikely }) {
            do throws(RPCError) {
                let texts = try await rpc.texts(
                    of: [call, RPCCall("eth_getBlockReceipts", [.string("0x\(hash)")])], deadline: .seconds(60),
                    maximumBytes: Maximum.block + Maximum.receipts)
                let block = try texts[0].get()
                // What is wrong with receipts that did not come shows when they are asked for by themselves.
                let receipts = try? texts[1].get()
                return block.isEqual(to: "null")
                    ? nil : (block, receipts.flatMap { $0.isEqual(to: "null") ? nil : $0 })
            } catch {
                if error.fault == .absent { return nil }
                throw failure(error)
            }
        }
        let block = try await self.call(
            call.method, call.parameters, nilFor: [.absent], deadline: .seconds(60), maximumBytes: Maximum.block)
        return block.map { ($0, nil) }
    }

    // MARK: Receipts

    /// All at once, or one by one where that is refused, in whatever words.
    private func receipts(
        of block: Hash256, _ transactions: [Hash256]
    ) async throws(NodeError) -> ArraySlice<UInt8> {
        var isWorthAsking = true
        remember { isWorthAsking = $0.blockReceipts.isWorthAsking() }
        guard isWorthAsking else { return try await receipts(of: transactions) }
        let answer: Result<ArraySlice<UInt8>, RPCError>
        do throws(RPCError) {
            answer = .success(
                try await rpc.callForText(
                    "eth_getBlockReceipts", [.string("0x\(block)")], deadline: .seconds(60),
                    maximumBytes: Maximum.receipts))
        } catch {
            answer = .failure(error)
        }
        let refusal: RPCError
        switch answer {
        case .success(let text):
            // Null is not a refusal: they may be there in a moment.
            guard !text.isEqual(to: "null") else { throw failure(missing(block)) }
            return text
        case .failure(let error):
            guard error.isRefusal else { throw failure(error) }
            refusal = error
        }
        let receipts: ArraySlice<UInt8>
        do throws(NodeError) { receipts = try await self.receipts(of: transactions) } catch {
            throw NodeError(
                error.code, "\(failure(refusal).message); and one by one: \(error.message)",
                retryAfter: error.retryAfter)
        }
        remember { $0.blockReceipts.refused() }
        return receipts
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

    /// Here it is by the words of its error that `trace_block` is used: the two number calls differently, so that to take the
    /// other one for a block or two, after some other failure, would make other deposits of the same payments. Words that
    /// are not understood keep the network where it is, with them as the reason.
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
