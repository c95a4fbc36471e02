public import Chain

/// Turns a node's answers about a block into a `Block`, and refuses all that is not exactly the block asked for: a
/// header that hashes to its hash, transactions, receipts and withdrawals that the header's roots commit to.
public struct BlockDecoder: Sendable {
    public let chain: EVMChain
    /// Tokens that do not index what they log of a transfer.
    let unindexed: Set<WatchKey>

    /// - Parameter unindexed: contracts whose Transfer logs have sender and recipient in the data. Of other contracts
    ///   only logs of ERC-20's own shape count.
    public init(_ chain: EVMChain, unindexed: Set<WatchKey> = []) {
        self.chain = chain
        self.unindexed = unindexed
    }

    /// How a block's calls were traced.
    public enum Traces: Sendable {
        /// An answer of `debug_traceBlockByHash` with the callTracer.
        case callTracer(ArraySlice<UInt8>)
        /// An answer of `trace_block`.
        case blockTracer(ArraySlice<UInt8>)
    }

    /// The header in an answer of `eth_getBlockByHash` or `eth_getBlockByNumber`.
    public func header(from answer: ArraySlice<UInt8>) throws(DecodeError) -> Header {
        try DecodeError.wrapping { try BlockHeader(AnswerObject(answer)).header }
    }

    /// The block that `reference` names.
    /// - Parameters:
    ///   - block: an answer of `eth_getBlockByHash` with full transactions.
    ///   - receipts: an answer of `eth_getBlockReceipts`.
    ///   - traces: what contracts paid is in the block only with these. Nothing commits to them.
    public func block(
        _ reference: BlockReference, from block: ArraySlice<UInt8>, receipts: ArraySlice<UInt8>, traces: Traces? = nil
    ) throws(DecodeError) -> Block {
        try DecodeError.wrapping {
            let contents = try contents(of: reference, block, receipts: receipts)
            return Block(
                header: contents.header.header,
                transfers: try contents.transfers(traces: try traces.map { try decode($0, of: contents) }))
        }
    }

    func contents(
        of reference: BlockReference, _ block: ArraySlice<UInt8>, receipts: ArraySlice<UInt8>
    ) throws -> BlockContents {
        let contents = try BlockContents(block, receipts: receipts, on: chain, unindexed: unindexed)
        guard contents.header.header.reference == reference else {
            throw DecodeError(
                .malformed, "the block is \(contents.header.header.reference), asked for was \(reference)")
        }
        return contents
    }

    func decode(_ traces: Traces, of contents: BlockContents) throws -> [CallTrace] {
        let hashes = contents.transactions.map(\.hash)
        return switch traces {
        case .callTracer(let answer): try CallTracer.traces(answer, of: hashes)
        case .blockTracer(let answer): try BlockTracer.traces(answer, of: hashes)
        }
    }
}
