public import Chain
internal import NodeHTTP

/// Turns a node's answers about blocks into a `Block`, and refuses all that does not hash to its id. All answers are those
/// of java-tron's HTTP interface without `visible`.
///
/// What hashes prove: a header, and what each transaction does. What is the node's word: how a transaction ended, its
/// logs, its internal transactions, and whether a block has all its transactions (see `BlockContents`).
public struct BlockDecoder: Sendable {
    private let tokens: Set<WatchKey>
    private let countsInternal: Bool

    /// - Parameters:
    ///   - tokens: the TRC-10 tokens whose transfers count, `WatchKey(trc10:)`.
    ///   - countsInternal: whether the coin and those tokens count too where a contract pays them. Nodes know of that
    ///     where they save it, which is a setting of theirs (`vm.saveInternalTx`), and no balance of the past bears them
    ///     out.
    public init(tokens: Set<WatchKey> = [], countsInternal: Bool = true) {
        self.tokens = tokens
        self.countsInternal = countsInternal
    }

    /// The header in an answer of `wallet/getblock`, with or without `detail`, or `wallet/getnowblock`; nil where the node
    /// has no such block, which it says with an empty object.
    public func header(_ answer: ArraySlice<UInt8>) throws(DecodeError) -> Header? {
        try DecodeError.wrapping {
            let object = try AnswerObject(answer)
            return object.isEmpty ? nil : try BlockHeader(object).header
        }
    }

    /// The block in an answer of `wallet/getblock` with `detail`; nil where the node has no such block.
    public func block(_ answer: ArraySlice<UInt8>) throws(DecodeError) -> BlockContents? {
        try DecodeError.wrapping {
            var scanner = JSONScanner(answer)
            let contents = try contents(&scanner)
            try scanner.end()
            return contents
        }
    }

    /// The blocks in an answer of `wallet/getblockbylimitnext`, as the node orders them; none where it has none.
    public func blocks(_ answer: ArraySlice<UInt8>) throws(DecodeError) -> [BlockContents] {
        try DecodeError.wrapping {
            var blocks: [BlockContents] = []
            _ = try AnswerObject(answer, "block") { scanner in
                try scanner.forEach { scanner in
                    guard let contents = try contents(&scanner) else {
                        throw DecodeError(.malformed, "block \(blocks.count) of the answer is nothing")
                    }
                    blocks.append(contents)
                }
            }
            return blocks
        }
    }

    private func contents(_ scanner: inout JSONScanner) throws -> BlockContents? {
        try BlockContents(&scanner, tokens: tokens, countsInternal: countsInternal)
    }
}
