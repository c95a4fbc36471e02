internal import Chain

/// What a block says that each address gained and lost of the coin. Sums wrap around: they are only compared.
struct BalanceSheet {
    /// The block before it.
    let parent: Hash256
    private var gains: [WatchKey: UInt128] = [:]
    private var losses: [WatchKey: UInt128] = [:]

    /// - Parameter traces: one for each transaction.
    init(_ contents: BlockContents, _ traces: [CallTrace]) throws(DecodeError) {
        parent = contents.header.header.parent
        for withdrawal in contents.withdrawals { try gain(withdrawal.recipient, withdrawal.amount) }
        var gas: UInt64 = 0
        for (index, transaction) in contents.transactions.enumerated() {
            let receipt = contents.receipts[index]
            if let mint = transaction.mint { try gain(transaction.sender, mint) }
            let used = receipt.cumulativeGasUsed &- gas
            gas = receipt.cumulativeGasUsed
            // The fee is paid by failed transactions too; of the base fee and of blobs nobody gets anything.
            let tip = receipt.gasPrice &- (try Self.narrow(contents.header.baseFee))
            losses[transaction.sender, default: 0] &+= receipt.gasPrice &* UInt128(used) &+ receipt.otherFees
            gains[contents.header.miner, default: 0] &+= tip &* UInt128(used)
            for payment in traces[index].payments {
                try gain(payment.recipient, payment.amount)
                losses[payment.sender, default: 0] &+= try Self.narrow(payment.amount)
            }
        }
    }

    /// Whether the balance of `address` changed as the block says.
    func explains(_ address: WatchKey, before: UInt256, after: UInt256) -> Bool {
        guard before.high == 0, after.high == 0 else { return false }
        return before.low &+ (gains[address] ?? 0) == after.low &+ (losses[address] ?? 0)
    }

    private mutating func gain(_ address: WatchKey, _ amount: UInt256) throws(DecodeError) {
        gains[address, default: 0] &+= try Self.narrow(amount)
    }

    /// No chain has 2^128 base units of its coin.
    private static func narrow(_ amount: UInt256) throws(DecodeError) -> UInt128 {
        guard amount.high == 0 else { throw DecodeError(.malformed, "an amount is larger than there can be") }
        return amount.low
    }
}
