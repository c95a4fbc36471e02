public import Chain
internal import NodeHTTP

/// A block with its transactions, read from the bytes that its id and theirs are hashes of. What became of them is in
/// another answer, the infos.
///
/// A block's id commits to its transactions and how they ended by `txTrieRoot`, a tree over the SHA-256 of each whole
/// transaction. That is not checked, but for a block being empty: a transaction may carry fields that its sender made up
/// (in block 79,072,107 of the main network one has them in its `ret`), which the chain hashes and looks at no further,
/// and whose bytes can't be had back from JSON. Who checked would let any sender stop him. So whether a block has all its
/// transactions is the node's word, and what several nodes have to agree about is only its id: have a node of your own.
public struct BlockContents: Sendable {
    public let header: Header
    /// Milliseconds since 1970.
    let timestamp: Int64
    let transactions: [Transaction]
    private let tokens: Set<WatchKey>
    private let countsInternal: Bool

    /// The block that comes next; nil where that is an empty object.
    init?(_ scanner: inout JSONScanner, tokens: Set<WatchKey>, countsInternal: Bool) throws {
        var transactions: [Transaction] = []
        let block = try AnswerObject(&scanner, "transactions") { scanner in
            try scanner.forEach { scanner in transactions.append(try Transaction(&scanner)) }
        }
        if block.isEmpty, transactions.isEmpty { return nil }
        let header = try BlockHeader(block)
        guard transactions.isEmpty == header.isEmpty else {
            throw DecodeError(
                .malformed,
                "block \(header.header.reference): it has \(transactions.count) transactions, and by its header "
                    + (header.isEmpty ? "none" : "some"))
        }
        guard Set(transactions.map(\.id)).count == transactions.count else {
            throw DecodeError(.malformed, "block \(header.header.reference): a transaction is there twice")
        }
        self.header = header.header
        timestamp = header.timestamp
        self.transactions = transactions
        self.tokens = tokens
        self.countsInternal = countsInternal
    }

    public var reference: BlockReference { header.reference }

    /// Whether there are no infos to ask for.
    public var isEmpty: Bool { transactions.isEmpty }

    /// The block, with an answer of `wallet/gettransactioninfobyblocknum` for its number: an array with one info for each
    /// transaction. Fewer are an error that says `incomplete`, for a node that has not executed a block yet answers with
    /// none. They are asked for by number: where they are malformed, the node may just have changed over to another block.
    public func verified(by infos: ArraySlice<UInt8>) throws(DecodeError) -> Block {
        try DecodeError.wrapping {
            Block(header: header, transfers: transfers(try self.infos(infos)))
        }
    }

    /// One for each transaction.
    private func infos(_ json: ArraySlice<UInt8>) throws -> [TransactionInfo] {
        let places = Dictionary(uniqueKeysWithValues: transactions.enumerated().map { ($1.id, $0) })
        var infos = [TransactionInfo?](repeating: nil, count: transactions.count)
        var count = 0
        var scanner = JSONScanner(json)
        try scanner.openArray()
        while try scanner.nextElement() {
            let object = try AnswerObject(&scanner)
            let id = try object.requireHash("id")
            guard let place = places[id], infos[place] == nil, try object.integer("blockNumber") == header.height,
                try object.integer("blockTimeStamp") == timestamp
            else {
                throw DecodeError(
                    .malformed, "info \(count) is that of \(id), which is not in block \(reference), or is there twice")
            }
            do {
                infos[place] = try TransactionInfo(object, of: transactions[place])
            } catch let error as DecodeError { throw error.within("info of \(id)") }
            count += 1
        }
        try scanner.end()
        guard count == transactions.count else {
            throw DecodeError(
                .incomplete,
                "block \(reference) has \(transactions.count) transactions and \(count) infos: the node has not "
                    + "executed it to its end")
        }
        return infos.compactMap(\.self)
    }

    /// What the block pays to anybody, transaction by transaction: by itself, by its internal calls, by its logs.
    private func transfers(_ infos: [TransactionInfo]) -> [Transfer] {
        var transfers: [Transfer] = []
        func add(
            _ transaction: Hash256, _ locator: Locator, _ contract: WatchKey?, to recipient: WatchKey, _ amount: UInt256
        ) {
            transfers.append(
                Transfer(
                    transaction: transaction, locator: locator, contract: contract, recipient: recipient,
                    amount: amount, blockIndex: UInt32(transfers.count)))
        }
        for (transaction, info) in zip(transactions, infos) where transaction.result == .success {
            if let payment = transaction.payment, isListed(payment.token) {
                add(transaction.id, .call([]), payment.token, to: payment.recipient, UInt256(payment.amount))
            }
            for payment in info.payments where countsInternal && isListed(payment.token) {
                add(
                    transaction.id, .call([payment.place]), payment.token, to: payment.recipient,
                    UInt256(payment.amount))
            }
            for (log, token) in info.tokens {
                add(transaction.id, .log(log), token.contract, to: token.recipient, token.amount)
            }
        }
        return transfers
    }

    /// TRC-10 tokens carry advertisements to everybody; only those asked for are looked at.
    private func isListed(_ token: WatchKey?) -> Bool {
        token.map(tokens.contains) ?? true
    }
}
