public import Chain
internal import NodeHTTP

extension BitcoinNode {
    public func block(_ reference: BlockReference) async throws(NodeError) -> Block? {
        let bytes: [UInt8]
        if try await session().hasREST, let body = try await bytesByREST(of: reference.hash) {
            bytes = body
        } else if let body = try await bytesByRPC(of: reference.hash) {
            bytes = body
        } else {
            try await checkKept(reference)
            return nil
        }
        if !parameters.coin.provesHeaders { try await check(bytes, of: reference.hash) }
        do {
            return try decoder.block(reference, from: bytes)
        } catch {
            throw NodeError(error, from: name)
        }
    }

    /// Throws unless the block's header is the one that the node gives when asked for that: where headers don't prove
    /// their hashes, another block's bytes would otherwise pass for this one's.
    private func check(_ bytes: [UInt8], of hash: Hash256) async throws(NodeError) {
        guard Hex.decode(try await headerText(of: hash)) == Array(bytes.prefix(BlockHeader.size)) else {
            throw NodeError(.malformed, "\(name): the header of block \(hash) is not the one that the block has")
        }
    }

    /// Nil when the node has no such block, pruned it, or REST is gone: JSON-RPC tells which.
    private func bytesByREST(of hash: Hash256) async throws(NodeError) -> [UInt8]? {
        do {
            let response = try await rpc.get(
                "/rest/block/\(hash).bin", deadline: .seconds(60), maximumBytes: parameters.coin.maximumBlockSize)
            return response.status == 200 ? response.body : nil
        } catch {
            throw failure(error)
        }
    }

    /// Nil when the node has no such block or pruned it.
    private func bytesByRPC(of hash: Hash256) async throws(NodeError) -> [UInt8]? {
        guard
            let text = try await call(
                "getblock", [.string(hash.description), 0], as: String.self, absent: [.notFound, .miscellaneous],
                deadline: .seconds(60), maximumBytes: 2 * parameters.coin.maximumBlockSize + 1_024)
        else { return nil }
        guard let bytes = Hex.decode(text) else {
            throw NodeError(.malformed, "\(name): the answer to getblock is not hexadecimal text")
        }
        return bytes
    }
}
