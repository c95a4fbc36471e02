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

    public init(block: ArraySlice<UInt8>, receipts: ArraySlice<UInt8>, traces: Traces? = nil) {
        self.block = block
        self.receipts = receipts
        self.traces = traces
    }
}
