public import Chain

/// All inputs and outputs of a block whose bytes are proved to be those that its header commits to.
public struct BlockContents: Sendable {
    public struct Transaction: Hashable, Sendable {
        public let id: Hash256
        /// Where the transaction's inputs are in `BlockContents.inputs`; a coinbase has none.
        let inputs: Range<Int>
        /// Where the transaction's outputs are in `BlockContents.outputs`; the first is vout 0.
        public let outputs: Range<Int>
    }

    public struct Output: Hashable, Sendable {
        /// Base units.
        public let value: UInt64
        let scriptStart: Int32
        let scriptLength: Int32
    }

    public let header: BlockHeader
    /// The coinbase first.
    public let transactions: [Transaction]
    /// Where the outpoints of all inputs begin in `bytes`, one transaction after the other.
    let inputs: [Int32]
    /// The outputs of all transactions, one after the other.
    public let outputs: [Output]
    /// Whether the last transaction is Litecoin's HogEx, the one that pays the peg-outs.
    public let endsWithHogEx: Bool
    /// The block as it was serialized; the inputs' outpoints and the outputs' scripts are in here.
    let bytes: [UInt8]

    public func script(of output: Output) -> ArraySlice<UInt8> {
        bytes[Int(output.scriptStart)..<Int(output.scriptStart + output.scriptLength)]
    }
}
