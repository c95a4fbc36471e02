internal import Chain
internal import Hashing

extension Outcome {
    /// `TransactionInfo`.
    func message(of transaction: Transaction, in block: Block) -> Message {
        let isSuccess = transaction.result == .success
        var message = Message(
            .init(1, "id", .bytes(transaction.id.bytes)),
            .init(2, "fee", .integer(fee)),
            .init(3, "blockNumber", .integer(block.height)),
            .init(4, "blockTimeStamp", .integer(block.time)),
            .init(5, "contractResult", .list([.bytes(output)])))
        if let called = transaction.contract.called {
            message.fields.append(.init(6, "contract_address", .address(called)))
        }
        message.fields += [
            .init(7, "receipt", .message(receipt(of: transaction))),
            .init(8, "log", .list(logs.map { .message($0.message) })),
            .init(9, "result", .choice(isSuccess ? 0 : 1, "FAILED")),
            .init(10, "resMessage", .name(transaction.result.message)),
            .init(
                17, "internal_transactions",
                .list(
                    internalTransfers.enumerated().map {
                        .message($1.message(at: $0, of: transaction))
                    })),
        ]
        return message
    }

    /// A transaction that calls no contract has no result here.
    private func receipt(of transaction: Transaction) -> Message {
        let result = transaction.contract.called == nil ? .default : transaction.result
        return Message(
            .init(2, "energy_fee", .integer(energyFee)),
            .init(4, "energy_usage_total", .integer(energy)),
            .init(5, "net_usage", .integer(bandwidth)),
            .init(6, "net_fee", .integer(bandwidthFee)),
            .init(7, "result", .choice(result.rawValue, result.name)))
    }
}

extension Outcome.Log {
    fileprivate var message: Message {
        Message(
            .init(1, "address", .bareAddress(contract)),
            .init(2, "topics", .list(topics.map { .bytes($0) })),
            .init(3, "data", .bytes(data)))
    }
}

extension Outcome.InternalTransfer {
    fileprivate func message(at index: Int, of transaction: Transaction) -> Message {
        Message(
            .init(1, "hash", .bytes(SHA256.digest(transaction.id.bytes + [UInt8(index)]).bytes)),
            .init(2, "caller_address", .address(from)),
            .init(3, "transferTo_address", .address(to)),
            .init(4, "callValueInfo", .list([.message(Message(.init(1, "callValue", .integer(amount))))])),
            .init(5, "note", .bytes(Array("call".utf8))),
            .init(6, "rejected", .truth(isRejected)))
    }
}
