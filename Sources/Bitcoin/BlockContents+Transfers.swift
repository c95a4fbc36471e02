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
                let output = outputs[index]
                guard output.value > 0 else { continue }
                let start = Int(output.scriptStart)
                let script = span.extracting(start..<start + Int(output.scriptLength))
                guard WatchableScript(script) != nil, let recipient = WatchKey(script) else { continue }
                transfers.append(
                    Transfer(
                        transaction: transaction.id,
                        locator: .output(UInt32(index - transaction.outputs.lowerBound)), recipient: recipient,
                        amount: UInt256(output.value), blockIndex: UInt32(index), maturity: maturity))
            }
        }
        return transfers
    }
}
