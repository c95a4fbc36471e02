internal import Chain
internal import NodeHTTP

/// What became of a transaction.
struct Receipt {
    /// Its value was moved; of a failed transaction nothing is but the fee.
    let hasSucceeded: Bool
    /// The transfers of tokens among its logs, each with the place of the log in the receipt.
    let tokens: [(log: UInt32, TokenTransfer)]
    /// The contract that it created, as the node says.
    let created: WatchKey?
    /// Gas used by the block's transactions up to this one.
    let cumulativeGasUsed: UInt64
    /// What each unit of gas cost, as the node says.
    let gasPrice: UInt128
    /// What its blobs cost, or its place on the chain below, as the node says.
    let otherFees: UInt128
}

/// Reads the receipts of a block one after the other.
struct ReceiptReader {
    let block: BlockReference
    let unindexed: Set<WatchKey>
    /// Whether the receipts are to be proved by their root. Then the number that a log has in its block says nothing that the
    /// root does not; nodes have been found to count again from 0 in each transaction.
    let isProved: Bool
    /// The receipts' serializations, one after the other.
    private(set) var rlp = RLPEncoder()
    /// Where each of them lies that the root covers.
    private(set) var items: [Range<Int>] = []
    /// All addresses and topics of all logs, but of those of opaque transactions.
    private var bloom = Bloom()
    private var opaqueBloom = Bloom()
    private var logs: UInt64 = 0
    private var count = 0

    init(of block: BlockReference, unindexed: Set<WatchKey>, isProved: Bool = false) {
        self.block = block
        self.unindexed = unindexed
        self.isProved = isProved
    }

    /// Reads the receipt of `transaction`, the next of the block, which has this type.
    mutating func read(_ object: AnswerObject, of transaction: Hash256, type: TransactionType) throws -> Receipt {
        let index = count
        count += 1
        guard try object.requireHash("transactionHash") == transaction,
            try object.requireNumber("transactionIndex") == UInt64(index),
            try object.requireHash("blockHash") == block.hash,
            try object.requireNumber("blockNumber") == UInt64(block.height),
            try object.number("type") ?? 0 == UInt64(type.number ?? 0)
        else {
            throw DecodeError(.malformed, "it is not that of transaction \(transaction) in this block")
        }
        guard let status = try object.number("status") else {
            throw DecodeError(
                .unknownFormat, "it does not say whether the transaction succeeded, as before Byzantium (2017)")
        }
        guard status <= 1 else { throw DecodeError(.malformed, "its status is neither success nor failure") }
        let used = try object.requireNumber("cumulativeGasUsed")
        let start = rlp.bytes.count
        if let number = type.number { rlp.append(type: number) }
        var tokens: [(UInt32, TokenTransfer)] = []
        var bloom = Bloom()
        let json = try object.require("logs")
        // The bloom stands before the logs that it is made of.
        var list = RLPEncoder()
        try list.list { list in
            var scanner = JSONScanner(json)
            try scanner.openArray()
            var place: UInt32 = 0
            while try scanner.nextElement() {
                let log = try AnswerObject(&scanner)
                do {
                    try check(log, of: transaction, index: index)
                    if let token = try read(log, into: &list, &bloom) { tokens.append((place, token)) }
                } catch let error as DecodeError { throw error.within("log \(place)") }
                place += 1
                logs += 1
            }
            try scanner.end()
        }
        try rlp.list { rlp in
            rlp.append(status)
            rlp.append(used)
            rlp.append(bloom.bytes.span.bytes)
            rlp.append(encoded: list.bytes.span.bytes)
            guard let last = type.receiptFields.last, try object[last.name] != nil else { return }
            for field in type.receiptFields { try rlp.append(field, of: object) }
        }
        if isProved, type.isOutsideRoots, !tokens.isEmpty {
            throw DecodeError(
                .unknownFormat,
                "it moves tokens, and the block's roots do not cover it: blocks of this time can only be read with "
                    + "verification: linked")
        }
        if type.isOpaque { opaqueBloom.formUnion(bloom) } else { self.bloom.formUnion(bloom) }
        if !type.isOutsideRoots { items.append(start..<rlp.bytes.count) }
        return Receipt(
            hasSucceeded: status == 1, tokens: tokens, created: try object.address("contractAddress"),
            cumulativeGasUsed: used, gasPrice: try object.amount("effectiveGasPrice")?.low ?? 0,
            otherFees: UInt128(try object.number("blobGasUsed") ?? 0) &* (try object.amount("blobGasPrice")?.low ?? 0)
                &+ (try object.amount("l1Fee")?.low ?? 0))
    }

    /// Whether the logs read make this bloom. Those of opaque transactions may be in it or not: the root tells.
    func hasMade(_ bloom: Bloom) -> Bool {
        if bloom == self.bloom { return true }
        var all = self.bloom
        all.formUnion(opaqueBloom)
        return bloom == all
    }

    private func check(_ log: AnswerObject, of transaction: Hash256, index: Int) throws {
        guard try log.requireHash("transactionHash") == transaction,
            try log.requireNumber("transactionIndex") == UInt64(index),
            try log.requireHash("blockHash") == block.hash,
            try log.requireNumber("blockNumber") == UInt64(block.height)
        else { throw DecodeError(.malformed, "it belongs to another transaction or block") }
        guard try isProved || log.requireNumber("logIndex") == logs else {
            throw DecodeError(.malformed, "it is not number \(logs) of the block, so that some are missing")
        }
        if let removed = try log["removed"], !removed.isEqual(to: "false") {
            throw DecodeError(.malformed, "it was removed")
        }
    }

    private func read(
        _ log: AnswerObject, into rlp: inout RLPEncoder, _ bloom: inout Bloom
    ) throws -> TokenTransfer? {
        var reader = LogReader(unindexed: unindexed)
        var transfer: TokenTransfer?
        try rlp.list { rlp in
            let address = try rlp.appendData(try log.require("address"), "address", count: 20)
            reader.readAddress(rlp.bytes.span.bytes.extracting(address))
            bloom.insert(rlp.bytes.span.bytes.extracting(address))
            let json = try log.require("topics")
            try rlp.list { rlp in
                var scanner = JSONScanner(json)
                try scanner.openArray()
                while try scanner.nextElement() {
                    let topic = try rlp.appendData(try scanner.value(), "a topic", count: 32)
                    reader.readTopic(rlp.bytes.span.bytes.extracting(topic))
                    bloom.insert(rlp.bytes.span.bytes.extracting(topic))
                }
                try scanner.end()
            }
            let data = try rlp.appendData(try log.require("data"), "data")
            transfer = reader.transfer(data: rlp.bytes.span.bytes.extracting(data))
        }
        return transfer
    }
}
