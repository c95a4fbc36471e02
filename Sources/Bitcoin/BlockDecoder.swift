public import Chain
internal import Hashing

/// Turns a block's consensus serialization into a `Block`, and refuses everything that is not exactly the block asked
/// for: a header with that hash and its proof of work, transactions that its Merkle root commits to, nothing left over.
/// Of Dash's headers neither hash nor work can be checked (`Coin.provesHeaders`).
///
/// Witnesses are read but not checked against the coinbase's commitment (BIP 141): nobody is paid by a witness, and
/// hashing them would double the cost. The bytes of Litecoin's extension block are not read at all.
public struct BlockDecoder: Sendable {
    public let parameters: ChainParameters

    public init(_ parameters: ChainParameters) {
        self.parameters = parameters
    }

    /// No transaction is shorter: one without inputs and outputs has a payload longer than both.
    private static let minimumTransactionSize = 60

    /// The block `reference` names, out of its serialization.
    public func block(_ reference: BlockReference, from bytes: [UInt8]) throws(DecodeError) -> Block {
        let contents = try contents(of: bytes, named: reference.hash)
        return Block(
            header: contents.header.header(at: reference.height),
            transfers: contents.transfers(of: parameters.coin), spends: contents.spends)
    }

    /// Everything in the block that `bytes` are, whichever block that is unless `name` tells its hash, as it must where
    /// headers don't prove theirs.
    public func contents(of bytes: [UInt8], named name: Hash256? = nil) throws(DecodeError) -> BlockContents {
        guard bytes.count <= parameters.coin.maximumBlockSize else {
            throw DecodeError(
                .malformed, "\(bytes.count) bytes are more than a block of \(parameters.coin.rawValue) can have")
        }
        let span = bytes.span.bytes
        var offset = 0
        let header = try BlockHeader(span, at: &offset, named: name, on: parameters)
        let count = try span.readCount(&offset, ofAtLeast: Self.minimumTransactionSize)
        var reader = TransactionReader(coin: parameters.coin, source: .block(count: count))
        for _ in 0..<count { try reader.readTransaction(span, &offset) }
        try checkRest(of: span, from: offset, isExtended: reader.isExtended)
        guard let root = MerkleTree.root(of: reader.ids) else {
            throw DecodeError(.malformed, "block \(header.hash) repeats transactions")
        }
        guard root == header.merkleRoot else {
            throw DecodeError(.malformed, "block \(header.hash): the transactions are not those of its Merkle root")
        }
        return BlockContents(
            header: header, transactions: reader.transactions, inputs: reader.inputs, outputs: reader.outputs,
            endsWithHogEx: reader.endsWithHogEx, bytes: bytes)
    }

    /// Nothing may follow the transactions, except the extension block after a HogEx: 01 and its bytes, or 00 from a
    /// node that does not have it.
    private func checkRest(of bytes: RawSpan, from end: Int, isExtended: Bool) throws(DecodeError) {
        guard end < bytes.byteCount else { return }
        var offset = end
        if isExtended {
            switch try bytes.readUInt8(&offset) {
            case 0 where offset == bytes.byteCount: return
            case 1 where offset < bytes.byteCount: return
            default: break
            }
        }
        throw DecodeError(.malformed, "\(bytes.byteCount - end) unknown bytes follow the block's transactions")
    }
}
