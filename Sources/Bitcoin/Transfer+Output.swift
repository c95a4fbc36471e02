internal import Chain

extension Transfer {
    /// What an output pays; nil when it is nothing, or goes to nobody who could be watched.
    ///
    /// - Parameters:
    ///   - coin: whose chain the output is on.
    ///   - index: the output's place in the list that `transaction.outputs` is a range of.
    ///   - bytes: what the output was read from.
    @inline(__always)
    init?(
        _ output: BlockContents.Output, of coin: Coin, at index: Int, of transaction: BlockContents.Transaction,
        in bytes: RawSpan,
        maturity: Int32 = 0
    ) {
        guard output.value > 0 else { return nil }
        let start = Int(output.scriptStart)
        let script = bytes.extracting(start..<start + Int(output.scriptLength))
        guard WatchableScript(script, of: coin) != nil, let recipient = WatchKey(script) else { return nil }
        self.init(
            transaction: transaction.id, locator: .output(UInt32(index - transaction.outputs.lowerBound)),
            recipient: recipient, amount: UInt256(output.value), blockIndex: UInt32(index), maturity: maturity)
    }
}
