public import Chain
internal import NodeHTTP

extension TronNode {
    public func block(_ reference: BlockReference) async throws(NodeError) -> Block? {
        try await session()
        guard let contents = try await contents(of: reference) else { return nil }
        guard !contents.isEmpty else { return try verified(contents, by: Array("[]".utf8)[...]) }
        let infos = try await ask(
            "/wallet/gettransactioninfobyblocknum", #"{"num":\#(reference.height)}"#, deadline: .seconds(60),
            maximumBytes: Maximum.infos)
        do throws(NodeError) { return try verified(contents, by: infos) } catch {
            // They are asked for by the block's number, and another may have it by now.
            guard try await header("\(reference.height)")?.reference == reference else { return nil }
            throw error
        }
    }

    /// What contracts paid is in the infos as logs are, and nothing bears out the one more than the other: a node that
    /// is trusted with tokens is trusted with the coin.
    public func confirms(_ transfers: [Transfer], of block: BlockReference) async throws(NodeError) -> Bool { true }

    /// The block and its transactions, kept or asked for; nil when the node does not have it.
    func contents(of reference: BlockReference) async throws(NodeError) -> BlockContents? {
        if let kept = recall({ $0.shelf[reference.hash] }) { return kept }
        let answer = try await ask(
            "/wallet/getblock", #"{"id_or_num":"\#(reference.hash)","detail":true}"#, deadline: .seconds(60),
            maximumBytes: Maximum.block)
        guard let contents = try decode({ () throws(DecodeError) in try decoder.block(answer) }) else { return nil }
        guard contents.reference == reference else {
            throw NodeError(.malformed, "\(name): asked for block \(reference), it gave \(contents.reference)")
        }
        remember { $0.shelf.put(contents) }
        return contents
    }

    /// Served or found wrong, a block is kept no longer.
    private func verified(_ contents: BlockContents, by infos: ArraySlice<UInt8>) throws(NodeError) -> Block {
        do throws(DecodeError) {
            let block = try contents.verified(by: infos)
            remember { $0.shelf.remove(contents.reference.hash) }
            return block
        } catch {
            if error.code != .incomplete { remember { $0.shelf.remove(contents.reference.hash) } }
            throw NodeError(error, from: name)
        }
    }
}
