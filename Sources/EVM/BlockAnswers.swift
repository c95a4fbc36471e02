/// What a node answered about one block: JSON texts, nothing of them judged yet.
public struct BlockAnswers: Sendable {
    /// How a block's calls were traced.
    public enum Traces: Sendable {
        /// An answer of `debug_traceBlockByHash` with the callTracer.
        case callTracer(ArraySlice<UInt8>)
        /// An answer of `trace_block`.
        case blockTracer(ArraySlice<UInt8>)
    }

    /// An answer of `eth_getBlockByHash` with full transactions.
    public let block: ArraySlice<UInt8>
    /// An answer of `eth_getBlockReceipts`.
    public let receipts: ArraySlice<UInt8>
    /// What contracts paid is known only with these. Nothing commits to them.
    public let traces: Traces?
    /// An answer of `eth_getRawTransactionByHash` about the block's last transaction, where that shows no fields.
    public let rawTransaction: ArraySlice<UInt8>?

    public init(
        block: ArraySlice<UInt8>, receipts: ArraySlice<UInt8>, traces: Traces? = nil,
        rawTransaction: ArraySlice<UInt8>? = nil
    ) {
        self.block = block
        self.receipts = receipts
        self.traces = traces
        self.rawTransaction = rawTransaction
    }
}
