public import Chain

extension BlockContents {
    /// What the block pays to recipients that can be watched, in its own order.
    public func transfers(of coin: Coin) -> [Transfer] {
        let span = bytes.span.bytes
        var transfers: [Transfer] = []
        transfers.reserveCapacity(outputs.count)
        for (position, transaction) in transactions.enumerated() {
            let maturity: Int32 =
                if position == 0 {
                    coin.coinbaseMaturity
                } else if endsWithHogEx && position == transactions.count - 1 {
                    coin.pegOutMaturity
                } else {
                    0
                }
            for index in transaction.outputs {
                let transfer = Transfer(
                    outputs[index], of: coin, at: index, of: transaction, in: span, maturity: maturity)
                if let transfer { transfers.append(transfer) }
            }
        }
        return transfers
    }
}
