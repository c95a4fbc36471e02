public import Chain
internal import NodeHTTP

extension BitcoinNode {
    /// By `getrawtransaction`: it knows the mempool, with `-txindex` also every block, else the block that it is told.
    public func find(_ transaction: Hash256, in block: Hash256?) async throws(NodeError) -> TransactionPlace? {
        _ = try await session()
        let id = JSONValue.string(transaction.description)
        let isIndexed: Bool
        switch await raw([id, true]) {
        case .success(let raw): return try await place(of: transaction, raw)
        case .failure(.node(code: NodeCode.notFound.rawValue, let message)):
            // "Use -txindex or provide a block hash", "Blockchain transactions are still in the process of being indexed"
            isIndexed = !message.contains("-txindex") && !message.contains("being indexed")
        case .failure(let error): throw failure(error)
        }
        guard let block else { return .unknown(isIndexed: isIndexed) }
        switch await raw([id, true, .string(block.description)]) {
        case .success(let raw): return try await place(of: transaction, raw)
        case .failure(.node(code: NodeCode.notFound.rawValue, message: _)),
            .failure(.node(code: NodeCode.miscellaneous.rawValue, message: _)):
            return .unknown(isIndexed: isIndexed)
        case .failure(let error): throw failure(error)
        }
    }

    private func raw(_ arguments: [JSONValue]) async -> Result<RawTransaction, RPCError> {
        do throws(RPCError) {
            // The verbose answer has every input and output in words beside the bytes.
            return .success(try await rpc.call("getrawtransaction", arguments, maximumBytes: 64 << 20))
        } catch {
            return .failure(error)
        }
    }

    private func place(of id: Hash256, _ raw: RawTransaction) async throws(NodeError) -> TransactionPlace {
        guard let text = raw.blockhash else { return .mempool(try transaction(id, from: raw.hex)) }
        let hash = try hash(text, from: "getrawtransaction")
        // Of a block that is not on its best chain a node says -1 confirmations.
        let header = try await call("getblockheader", [.string(hash.description), true], as: HeaderPlace.self)
        let reference = BlockReference(height: header.height, hash: hash)
        // The block proves what is in it, and knows rewards.
        guard let block = try await block(reference) else {
            throw NodeError(.malformed, "\(name): it has transaction \(id) in block \(hash), and not the block")
        }
        let residence = TransactionPlace.Residence(
            block: reference, time: block.header.time, isOnChain: header.confirmations > 0)
        let transaction = UnconfirmedTransaction(
            id: id, transfers: block.transfers.filter { $0.transaction == id },
            spends: block.spends.filter { $0.transaction == id }.map(\.outpoint))
        return .block(residence, transaction)
    }

    private func transaction(_ id: Hash256, from text: String) throws(NodeError) -> UnconfirmedTransaction {
        guard let bytes = Hex.decode(text) else {
            throw NodeError(.malformed, "\(name): the answer to getrawtransaction is not hexadecimal text")
        }
        do { return try TransactionDecoder(parameters.coin).transaction(id, from: bytes) } catch {
            throw NodeError(error, from: name)
        }
    }

    private struct RawTransaction: Decodable, Sendable {
        let hex: String
        let blockhash: String?
    }
}
