public import Chain
internal import NodeHTTP

extension TronNode {
    /// By `gettransactioninfobyid`, which nodes know for all that they have, and the block that it names.
    public func find(_ transaction: Hash256, in block: Hash256?) async throws(NodeError) -> TransactionPlace? {
        try await session()
        let body = #"{"value":"\#(transaction)"}"#
        let info = try await object(try await ask("/wallet/gettransactioninfobyid", body, maximumBytes: 16 << 20))
        guard !info.isEmpty else {
            let waiting = try await object(
                try await ask("/wallet/gettransactionfrompending", body, maximumBytes: 16 << 20))
            // What it pays is of no use before it is in a block.
            return waiting.isEmpty
                ? .unknown(isIndexed: true)
                : .mempool(UnconfirmedTransaction(id: transaction, transfers: [], spends: []))
        }
        let height = try decode({ () throws(DecodeError) in
            try Height(try info.integer("blockNumber"))
        })
        guard let header = try await header(at: height.value), let contents = try await contents(of: header.reference),
            let failed = contents.hasFailed(transaction), let block = try await self.block(header.reference)
        else { return .unknown(isIndexed: false) }
        return .block(
            TransactionPlace.Residence(
                block: header.reference, time: header.time, isOnChain: true, hasFailed: failed),
            UnconfirmedTransaction(
                id: transaction, transfers: block.transfers.filter { $0.transaction == transaction }, spends: []))
    }

    /// Of what was, nodes keep nothing.
    public func balance(of address: WatchKey, at block: BlockReference?) async throws(NodeError) -> UInt256? {
        guard block == nil else { return nil }
        try await session()
        let account = try await object(try await ask("/wallet/getaccount", #"{"address":"41\#(address)"}"#))
        let balance = try decode({ () throws(DecodeError) in try account.integer("balance") })
        guard let balance = UInt64(exactly: balance) else {
            throw NodeError(.malformed, "\(name): a balance of less than nothing")
        }
        return UInt256(balance)
    }

    private func object(_ answer: ArraySlice<UInt8>) async throws(NodeError) -> AnswerObject {
        try decode({ () throws(DecodeError) in try DecodeError.wrapping { try AnswerObject(answer) } })
    }
}

extension BlockContents {
    /// Nil when it does not have the transaction.
    fileprivate func hasFailed(_ id: Hash256) -> Bool? {
        transactions.first { $0.id == id }.map { $0.result != .success }
    }
}
