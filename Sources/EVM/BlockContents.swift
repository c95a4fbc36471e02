internal import Chain
internal import NodeHTTP

/// A block with its receipts, verified.
struct BlockContents {
    let header: BlockHeader
    let transactions: [Transaction]
    /// One for each transaction.
    let receipts: [Receipt]
    /// Those that pay the coin.
    let withdrawals: [Withdrawals.Withdrawal]
    /// One for each transaction, where the calls were traced. Nothing commits to these.
    let traces: [CallTrace]?

    /// - Parameter unindexed: see `LogReader`.
    init(
        _ answers: BlockAnswers, on chain: EVMChain, _ verification: Verification, unindexed: Set<WatchKey>
    ) throws {
        let object = try AnswerObject(answers.block)
        header = try BlockHeader(object, on: chain)
        transactions = try Self.transactions(
            try object.require("transactions"), of: header, on: chain, verification, raw: answers.rawTransaction)
        withdrawals = try Self.withdrawals(try object["withdrawals"], of: header, on: chain)
        receipts = try Self.receipts(answers.receipts, of: transactions, header, verification, unindexed: unindexed)
        let hashes = transactions.map(\.hash)
        traces =
            switch answers.traces {
            case .callTracer(let answer): try CallTracer.traces(answer, of: hashes)
            case .blockTracer(let answer): try BlockTracer.traces(answer, of: hashes)
            case nil: nil
            }
    }

    /// - Parameter raw: see `BlockAnswers.rawTransaction`.
    static func transactions(
        _ json: ArraySlice<UInt8>, of header: BlockHeader, on chain: EVMChain, _ verification: Verification,
        raw: ArraySlice<UInt8>? = nil
    ) throws -> [Transaction] {
        var transactions: [Transaction] = []
        var items: [Range<Int>] = []
        var rlp = RLPEncoder()
        var scanner = JSONScanner(json)
        try scanner.openArray()
        while try scanner.nextElement() {
            let entry = try AnswerObject(&scanner)
            let start = rlp.bytes.count
            do {
                guard try entry.requireHash("blockHash") == header.header.hash,
                    try entry.requireNumber("blockNumber") == UInt64(header.header.height),
                    try entry.requireNumber("transactionIndex") == UInt64(transactions.count)
                else { throw DecodeError(.malformed, "it belongs to another block or place") }
                transactions.append(try Transaction(entry, of: header.header.reference, on: chain, to: &rlp))
            } catch let error as DecodeError { throw error.within("transaction \(transactions.count)") }
            if transactions.last?.type.isOutsideRoots == false { items.append(start..<rlp.bytes.count) }
        }
        try scanner.end()
        guard !transactions.dropLast().contains(where: \.type.isOpaque) else {
            throw DecodeError(.malformed, "a transaction without fields is not the last")
        }
        let hasUnknown = try transactions.last.map { last in
            guard last.type.isOpaque, !last.type.isOutsideRoots else { return false }
            guard let raw, let number = last.type.number else { return true }
            let bytes = try rlp.appendData(raw, "the last transaction, by eth_getRawTransactionByHash,")
            guard rlp.bytes[bytes].first == number else {
                throw DecodeError(.malformed, "what eth_getRawTransactionByHash gives is of another type")
            }
            items[items.count - 1] = bytes
            return false
        }
        guard verification == .linked || hasUnknown == true else {
            guard OrderedTrie.root(of: items, in: rlp.bytes) == header.transactionsRoot else {
                throw DecodeError(.malformed, "the transactions are not those of the header's root")
            }
            return transactions
        }
        // With its root this is the chain's own business.
        guard Set(transactions.map(\.hash)).count == transactions.count else {
            throw DecodeError(.malformed, "a transaction is there twice")
        }
        return transactions
    }

    static func withdrawals(
        _ json: ArraySlice<UInt8>?, of header: BlockHeader, on chain: EVMChain
    ) throws -> [Withdrawals.Withdrawal] {
        let commitsToNone = chain.withdrawals == .none
        guard let json else {
            guard header.withdrawalsRoot == nil || commitsToNone else {
                throw DecodeError(.malformed, "withdrawals are missing")
            }
            return []
        }
        let withdrawals = try Withdrawals(json)
        guard commitsToNone ? withdrawals.all.isEmpty : header.withdrawalsRoot == withdrawals.root else {
            throw DecodeError(.malformed, "the withdrawals are not those of the header's root")
        }
        return chain.withdrawals == .coin ? withdrawals.all : []
    }

    private static func receipts(
        _ json: ArraySlice<UInt8>, of transactions: [Transaction], _ header: BlockHeader,
        _ verification: Verification, unindexed: Set<WatchKey>
    ) throws -> [Receipt] {
        var receipts: [Receipt] = []
        var reader = ReceiptReader(
            of: header.header.reference, unindexed: unindexed, isProved: verification == .roots)
        var scanner = JSONScanner(json)
        try scanner.openArray()
        while try scanner.nextElement() {
            guard receipts.count < transactions.count else {
                throw DecodeError(.malformed, "there are more receipts than transactions")
            }
            let entry = try AnswerObject(&scanner)
            let transaction = transactions[receipts.count]
            do {
                receipts.append(try reader.read(entry, of: transaction.hash, type: transaction.type))
            } catch let error
                as DecodeError
            {
                throw error.within("receipt \(receipts.count)")
            }
        }
        try scanner.end()
        guard receipts.count == transactions.count else {
            throw DecodeError(
                .malformed,
                "\(transactions.count) transactions have \(receipts.count) receipts; the node may not have "
                    + "stored the others yet")
        }
        guard reader.hasMade(header.bloom) else {
            throw DecodeError(.malformed, "the logs are not those of the header's bloom")
        }
        guard verification == .linked || OrderedTrie.root(of: reader.items, in: reader.rlp.bytes) == header.receiptsRoot
        else {
            throw DecodeError(.malformed, "the receipts are not those of the header's root")
        }
        let last = transactions.lastIndex { !$0.type.isOutsideRoots }
        guard last.map({ receipts[$0].cumulativeGasUsed }) ?? 0 == header.gasUsed else {
            throw DecodeError(.malformed, "the receipts do not add up to the gas that the header says was used")
        }
        return receipts
    }
}
