public import Chain
internal import NodeHTTP

extension BitcoinNode {
    /// The longest answer that is taken in: a million ids, or a batch of the largest transactions that nodes relay.
    private static let maximumBytes = 64 << 20
    /// Transactions of a batch. Nodes relay up to 400,000 bytes of each (`MAX_STANDARD_TX_WEIGHT`).
    private static let batchSize = 64

    public func mempool() async throws(NodeError) -> [Hash256]? {
        _ = try await session()
        let texts: [String]
        do {
            texts = try await rpc.call(
                "getrawmempool", [false], deadline: .seconds(60), maximumBytes: Self.maximumBytes)
        } catch .http(let error) where error.code == .tooLarge {
            throw NodeError(
                .malformed, "\(name): its mempool has more transactions than can be looked at; lower its -maxmempool")
        } catch {
            throw failure(error)
        }
        var ids = Set<Hash256>(minimumCapacity: texts.count)
        for text in texts {
            guard ids.insert(try hash(text, from: "getrawmempool")).inserted else {
                throw NodeError(.malformed, "\(name): the answer to getrawmempool has \(text) twice")
            }
        }
        return Array(ids)
    }

    /// A node with `-txindex` also gives what was mined since `mempool` listed it: no worse than asking a little sooner.
    public func unconfirmed(_ ids: [Hash256]) async throws(NodeError) -> [UnconfirmedTransaction] {
        _ = try await session()
        var found: [UnconfirmedTransaction] = []
        for start in stride(from: 0, to: ids.count, by: Self.batchSize) {
            let batch = ids[start..<min(start + Self.batchSize, ids.count)]
            let calls = batch.map { RPCCall("getrawtransaction", [.string($0.description)]) }
            let results: [Result<String, RPCError>]
            do {
                results = try await rpc.batchResults(
                    calls, deadline: .seconds(60), maximumBytes: Self.maximumBytes)
            } catch {
                throw failure(error)
            }
            for (id, result) in zip(batch, results) {
                if let transaction = try transaction(id, from: result) { found.append(transaction) }
            }
        }
        return found
    }

    /// Nil when the transaction has left the mempool, or its serialization does not tell its id. That stops a block,
    /// for a payment could be in it; what is missed here comes to light when it is mined.
    private func transaction(
        _ id: Hash256, from result: Result<String, RPCError>
    ) throws(NodeError) -> UnconfirmedTransaction? {
        let text: String
        switch result {
        case .success(let hex): text = hex
        case .failure(.node(code: NodeCode.notFound.rawValue, message: _)): return nil
        case .failure(let error): throw failure(error)
        }
        guard let bytes = Hex.decode(text) else {
            throw NodeError(.malformed, "\(name): the answer to getrawtransaction is not hexadecimal text")
        }
        do {
            return try TransactionDecoder(parameters.coin).transaction(id, from: bytes)
        } catch {
            guard error.code != .unknownFormat else { return nil }
            throw NodeError(error, from: name)
        }
    }
}
