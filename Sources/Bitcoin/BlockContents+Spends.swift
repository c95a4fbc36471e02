public import Chain

extension BlockContents {
    /// What the block spends, transaction by transaction in its own order. A coinbase spends nothing; Litecoin's HogEx
    /// spends the peg-ins and its predecessor.
    public var spends: [Spend] {
        let span = bytes.span.bytes
        var spends: [Spend] = []
        spends.reserveCapacity(inputs.count)
        for transaction in transactions {
            for index in transaction.inputs {
                spends.append(Spend(Outpoint(at: Int(inputs[index]), in: span), by: transaction.id))
            }
        }
        return spends
    }
}
