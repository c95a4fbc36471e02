internal import Chain
internal import NodeHTTP

/// What became of a transaction: what it moved beside what it says itself.
struct TransactionInfo {
    /// What an internal transaction moved.
    struct InternalPayment {
        /// The place among the transaction's internal calls.
        let place: UInt32
        /// A TRC-10 token; nil is the coin.
        let token: WatchKey?
        let recipient: WatchKey
        /// Never zero.
        let amount: UInt64
    }

    /// The transfers of tokens among its logs, each with the place of the log.
    private(set) var tokens: [(log: UInt32, TokenTransfer)] = []
    /// What contracts paid, as far as the node saved it. No hash commits to it.
    private(set) var payments: [InternalPayment] = []

    /// Reads the info of `transaction`, whatever block it is in.
    init(_ object: AnswerObject, of transaction: Transaction) throws {
        let receipt = try object["receipt"].map { try AnswerObject($0) }
        try Self.check(try receipt?.text("result"), try object.text("result"), of: transaction)
        guard transaction.kind.payment == .calls else {
            guard try object["log"] == nil, try object["internal_transactions"] == nil else {
                throw DecodeError(.malformed, "it has logs or internal transactions, and called no contract")
            }
            return
        }
        guard transaction.result == .success else { return }
        var place: UInt32 = 0
        try object.forEach("log") { scanner in
            let log = try AnswerObject(&scanner)
            do {
                if let token = try Self.token(in: log) { tokens.append((place, token)) }
            } catch let error as DecodeError { throw error.within("log \(place)") }
            place += 1
        }
        place = 0
        try object.forEach("internal_transactions") { scanner in
            let entry = try InternalTransaction(try AnswerObject(&scanner))
            payments += entry.payments.map {
                InternalPayment(place: place, token: $0.token, recipient: $0.recipient, amount: $0.amount)
            }
            // Whether a node saves the others beside the calls is a setting of its own.
            if entry.isCall { place += 1 }
        }
    }

    /// The result in the block, the receipt's and the info's own have to be one.
    private static func check(
        _ receipt: ArraySlice<UInt8>?, _ info: ArraySlice<UInt8>?, of transaction: Transaction
    ) throws(DecodeError) {
        let succeeded = transaction.result == .success
        // Only what is not a success is written.
        if let info {
            guard info.isEqual(to: "FAILED") || info.isEqual(to: "SUCESS") else {
                throw DecodeError(.unknownFormat, "its result is unknown")
            }
            guard info.isEqual(to: "SUCESS") == succeeded else { throw disagreement(transaction) }
        } else if !succeeded {
            throw disagreement(transaction)
        }
        if let receipt {
            guard receipt.isEqual(to: transaction.result.name) else { throw disagreement(transaction) }
        } else if transaction.kind.payment == .calls {
            throw DecodeError(.malformed, "it called a contract, and its receipt does not say how that ended")
        }
    }

    private static func disagreement(_ transaction: Transaction) -> DecodeError {
        DecodeError(.malformed, "it ended otherwise than the block says, which is \(transaction.result.name)")
    }

    private static func token(in log: AnswerObject) throws -> TokenTransfer? {
        var reader = LogReader()
        // Without the byte that stands before addresses elsewhere.
        let address = try log.bytes("address", max: 20)
        guard address.count == 20 else { throw DecodeError(.malformed, "its address has not 20 bytes") }
        reader.readAddress(address.span.bytes)
        var topic: [UInt8] = []
        var topics = 0
        try log.forEach("topics") { scanner in
            topic.removeAll(keepingCapacity: true)
            guard topics < 4, let text = try scanner.value().unquoted, text.count == 64,
                HexDigits(text).append(to: &topic)
            else { throw DecodeError(.malformed, "its topics are not up to four times 32 bytes") }
            reader.readTopic(topic.span.bytes)
            topics += 1
        }
        guard let data = try log.text("data") else { return reader.transfer(data: [UInt8]().span.bytes) }
        // Transfers have no more; what others have is not looked at.
        guard data.count <= 256 else { return nil }
        guard let data = [UInt8](hex: data, max: 128) else { throw DecodeError(.malformed, "its data is not bytes") }
        return reader.transfer(data: data.span.bytes)
    }
}
