public import Chain

/// Turns the serialization of a transaction that is in no block yet into an `UnconfirmedTransaction`, and refuses what
/// is not the transaction asked for: its id is recomputed. That it can be mined is the node's word.
public struct TransactionDecoder: Sendable {
    public let coin: Coin

    public init(_ coin: Coin) {
        self.coin = coin
    }

    /// The transaction `id`, out of its serialization.
    ///
    /// Throws `unknownFormat` where the bytes don't tell the id: an unknown serialization, and transactions of
    /// Litecoin's extension block alone, which pay nobody who could be watched and are not transactions of any block.
    /// (A node started with `-rpcserialversion=1` leaves nothing of those but version, two zeros and lock time.)
    public func transaction(_ id: Hash256, from bytes: [UInt8]) throws(DecodeError) -> UnconfirmedTransaction {
        do {
            return try read(id, from: bytes)
        } catch {
            throw DecodeError(error.code, "transaction \(id): \(error.message)")
        }
    }

    private func read(_ id: Hash256, from bytes: [UInt8]) throws(DecodeError) -> UnconfirmedTransaction {
        guard bytes.count <= coin.maximumBlockSize else {
            throw DecodeError(.malformed, "\(bytes.count) bytes are more than fit into a block of \(coin.rawValue)")
        }
        let span = bytes.span.bytes
        var reader = TransactionReader(coin: coin, source: .mempool)
        var offset = 0
        try reader.readTransaction(span, &offset)
        guard offset == bytes.count else {
            throw DecodeError(.malformed, "\(bytes.count - offset) unknown bytes follow the lock time")
        }
        let transaction = reader.transactions[0]
        guard transaction.id == id else {
            throw DecodeError(.malformed, "the bytes are those of transaction \(transaction.id)")
        }
        var transfers: [Transfer] = []
        for index in transaction.outputs {
            let transfer = Transfer(reader.outputs[index], of: coin, at: index, of: transaction, in: span)
            if let transfer { transfers.append(transfer) }
        }
        var spends: [Outpoint] = []
        for position in reader.inputs { spends.append(Outpoint(at: Int(position), in: span)) }
        return UnconfirmedTransaction(id: id, transfers: transfers, spends: spends)
    }
}
