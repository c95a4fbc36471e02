internal import Chain

extension BlockContents {
    /// What the block pays to anybody, transaction by transaction: the coin by what the chain mints, by the transaction's
    /// own call, by calls within it where there are traces, tokens by its logs; then the withdrawals. Who pays himself
    /// gets nothing.
    func transfers() throws(DecodeError) -> [Transfer] {
        var transfers: [Transfer] = []
        func add(
            _ transaction: Hash256, _ locator: Locator, contract: WatchKey? = nil, to recipient: WatchKey,
            _ amount: UInt256
        ) {
            transfers.append(
                Transfer(
                    transaction: transaction, locator: locator, contract: contract, recipient: recipient,
                    amount: amount, blockIndex: UInt32(transfers.count)))
        }
        for (index, (transaction, receipt)) in zip(transactions, receipts).enumerated() {
            if let traces { try check(traces[index], of: transaction, receipt) }
            if let mint = transaction.mint, !mint.isZero { add(transaction.hash, .mint, to: transaction.sender, mint) }
            // Of a failed transaction the chain keeps nothing else but the fee, and no logs.
            guard receipt.hasSucceeded else { continue }
            if !transaction.value.isZero, let recipient = try recipient(of: transaction, receipt) {
                if recipient != transaction.sender || !transaction.type.isPaidBySender {
                    add(transaction.hash, .call([]), to: recipient, transaction.value)
                }
            }
            for payment in traces?[index].payments ?? [] where !payment.path.isEmpty {
                add(transaction.hash, .call(payment.path), to: payment.recipient, payment.amount)
            }
            for (log, token) in receipt.tokens {
                add(transaction.hash, .log(log), contract: token.contract, to: token.recipient, token.amount)
            }
        }
        for (index, withdrawal) in withdrawals.enumerated() where !withdrawal.amount.isZero {
            add(header.header.hash, .withdrawal(UInt32(index)), to: withdrawal.recipient, withdrawal.amount)
        }
        return transfers
    }

    /// Who gets the transaction's value. The creator of a contract is known by the node's word alone, so that the
    /// contract's address, which follows from it, must be the one that the receipt names. Nil where it does not follow
    /// from the transaction: nobody can have been asked to pay there.
    private func recipient(of transaction: Transaction, _ receipt: Receipt) throws(DecodeError) -> WatchKey? {
        if let recipient = transaction.recipient { return recipient }
        guard transaction.type.hasSenderNonce else { return nil }
        guard let created = transaction.created, created == receipt.created else {
            throw DecodeError(
                .malformed,
                "transaction \(transaction.hash): its sender does not create the contract that its receipt names")
        }
        return created
    }

    /// A trace must be that of its transaction, as far as the transaction tells: whether it failed, and what its own
    /// call pays.
    private func check(
        _ trace: CallTrace, of transaction: Transaction, _ receipt: Receipt
    ) throws(DecodeError) {
        var expected: CallTrace.Payment?
        if receipt.hasSucceeded, !transaction.value.isZero {
            guard let recipient = try recipient(of: transaction, receipt) else { return }
            if recipient != transaction.sender {
                expected = .init(
                    path: [], sender: transaction.sender, recipient: recipient, amount: transaction.value)
            }
        }
        guard trace.hasFailed != receipt.hasSucceeded, trace.payments.first(where: \.path.isEmpty) == expected else {
            throw DecodeError(
                .malformed, "transaction \(transaction.hash): its trace is not that of what it and its receipt say")
        }
    }
}
