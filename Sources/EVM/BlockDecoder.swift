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

    /// - Parameter unindexed: contracts whose Transfer logs have sender and recipient in the data. Of other contracts only
    ///   logs of ERC-20's own shape count.
    public init(_ chain: EVMChain, _ verification: Verification = .roots, unindexed: Set<WatchKey> = []) {
        self.chain = chain
        self.verification = verification
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

    /// The transactions of a block as an answer has them, not proved.
    struct Listing {
        var hashes: [Hash256] = []
        /// The last of them where its bytes are wanted beside, to prove the others.
        var opaque: Hash256?
    }

    func transactions(in block: ArraySlice<UInt8>) throws(DecodeError) -> Listing {
        try DecodeError.wrapping {
            var listing = Listing()
            let hasOpaque = chain.transactionTypes.contains(where: \.isOpaque)
            var scanner = JSONScanner(try AnswerObject(block).require("transactions"))
            try scanner.openArray()
            while try scanner.nextElement() {
                let entry = try AnswerObject(&scanner)
                let hash = try entry.requireHash("hash")
                listing.hashes.append(hash)
                let number = verification == .roots && hasOpaque ? try entry.number("type") : nil
                listing.opaque = number.map(isOpaque) == true ? hash : nil
            }
            return listing
        }
    }

    private func isOpaque(_ number: UInt64) -> Bool {
        chain.transactionTypes.contains { $0.isOpaque && UInt64($0.number ?? 0) == number }
    }
}
