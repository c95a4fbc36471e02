public import Chain
internal import NodeHTTP

/// Turns a node's answers about a block into a `Block`, and refuses all that is not exactly the block asked for, as far
/// as its `Verification` tells: a header that hashes to its hash, and with `roots` transactions, receipts and withdrawals
/// that the header commits to.
public struct BlockDecoder: Sendable {
    public let chain: EVMChain
    public let verification: Verification
    /// Tokens that do not index what they log of a transfer.
    let unindexed: Set<WatchKey>

    /// - Parameters:
    ///   - verification: one of the chain's; nil is the first of them.
    ///   - unindexed: contracts whose Transfer logs have sender and recipient in the data. Of other contracts only logs
    ///     of ERC-20's own shape count.
    public init(_ chain: EVMChain, _ verification: Verification? = nil, unindexed: Set<WatchKey> = []) {
        self.chain = chain
        self.verification = verification ?? chain.verifications[0]
        self.unindexed = unindexed
    }

    /// The header in an answer of `eth_getBlockByHash` or `eth_getBlockByNumber`.
    public func header(from answer: ArraySlice<UInt8>) throws(DecodeError) -> Header {
        try DecodeError.wrapping { try BlockHeader(AnswerObject(answer), on: chain).header }
    }

    /// The block that `reference` names.
    public func block(_ reference: BlockReference, from answers: BlockAnswers) throws(DecodeError) -> Block {
        let contents = try contents(of: reference, from: answers)
        return Block(header: contents.header.header, transfers: try contents.transfers())
    }

    /// All of the block that `reference` names.
    func contents(of reference: BlockReference, from answers: BlockAnswers) throws(DecodeError) -> BlockContents {
        let contents = try DecodeError.wrapping {
            try BlockContents(answers, on: chain, verification, unindexed: unindexed)
        }
        guard contents.header.header.reference == reference else {
            throw DecodeError(
                .malformed, "the block is \(contents.header.header.reference), asked for was \(reference)")
        }
        return contents
    }

    /// The hashes of a block's transactions as an answer has them, not proved.
    func transactions(in block: ArraySlice<UInt8>) throws(DecodeError) -> [Hash256] {
        try DecodeError.wrapping {
            var hashes: [Hash256] = []
            var scanner = JSONScanner(try AnswerObject(block).require("transactions"))
            try scanner.openArray()
            while try scanner.nextElement() { hashes.append(try AnswerObject(&scanner).requireHash("hash")) }
            return hashes
        }
    }
}
