public import Chain
internal import NodeHTTP

extension EVMNode {
    /// By `eth_getTransactionByHash`, which nodes know for the blocks that they keep an index of (geth: a year's), and
    /// in `block`.
    public func find(_ transaction: Hash256, in block: Hash256?) async throws(NodeError) -> TransactionPlace? {
        try await session()
        var residence = block
        var isWaiting = false
        let text = try await call(
            "eth_getTransactionByHash", [.string("0x\(transaction)")], nilFor: [.absent])
        if let text {
            do {
                let found = try AnswerObject(text)
                if let hash = try found.hash("blockHash") { residence = hash } else { isWaiting = true }
            } catch {
                throw NodeError(
                    .malformed, "\(name): the answer to eth_getTransactionByHash is not a transaction: \(error)")
            }
        }
        // What pays whom in the mempool nothing proves; it is of no use before it is in a block.
        let waiting = TransactionPlace.mempool(UnconfirmedTransaction(id: transaction, transfers: [], spends: []))
        guard let residence, let header = try await header(of: residence) else {
            return isWaiting ? waiting : .unknown(isIndexed: false)
        }
        guard let answers = try await answers(about: header.reference) else { return .unknown(isIndexed: false) }
        let contents: BlockContents
        let transfers: [Transfer]
        do {
            contents = try decoder.contents(of: header.reference, from: answers)
            transfers = try contents.transfers()
        } catch {
            throw NodeError(error, from: name)
        }
        guard let place = contents.transactions.firstIndex(where: { $0.hash == transaction }) else {
            return isWaiting ? waiting : .unknown(isIndexed: false)
        }
        let best = try await self.header(header.height.quantity)
        return .block(
            TransactionPlace.Residence(
                block: header.reference, time: header.time, isOnChain: best?.hash == header.hash,
                hasFailed: !contents.receipts[place].hasSucceeded),
            UnconfirmedTransaction(
                id: transaction, transfers: transfers.filter { $0.transaction == transaction }, spends: []))
    }
}
