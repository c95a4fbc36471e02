/// What a node says that is not so. What its adapter refuses for want of proof is refused here too.
public enum Lie: String, Hashable, Sendable, CaseIterable, Codable {
    /// An older block of its own as its tip.
    case staleTip = "stale_tip"
    /// A tip that it has no block for.
    case tipBeyond = "tip_beyond"
    /// A tip far above its own, of which it never shows anything.
    case emptyClaim = "empty_claim"
    /// That its chain is the configured one, while it is another.
    case otherChain = "other_chain"
    /// Another block at a height.
    case wrongHash = "wrong_hash"
    /// Of several liars: that it has the block which another one invented.
    case falseAgreement = "false_agreement"
    /// Headers that do not follow each other.
    case unlinkedHeaders = "unlinked_headers"
    case fewerHeaders = "fewer_headers"
    /// That it does not have a block which it listed.
    case missingBlock = "missing_block"
    /// Another block than the one asked for.
    case otherBlock = "other_block"
    /// A block without its transfers.
    case emptyBlock = "empty_block"
    /// A block that pays another amount.
    case alteredBlock = "altered_block"
    /// A trace, which no hash commits to, that pays another amount.
    case alteredTrace = "altered_trace"
    /// A trace with a payment that nobody made.
    case inventedTrace = "invented_trace"
    /// No JSON, or another error.
    case nonsense
    case finalityAhead = "finality_ahead"
    case finalityBehind = "finality_behind"
    /// Less than it said before.
    case finalityRegress = "finality_regress"
    /// Blocks on its own tip, with payments that nobody made, that nobody else has.
    case inventedBranch = "invented_branch"

    /// Those about payments, of which there are few to lie about.
    static let ofContents: Set<Lie> = [.emptyBlock, .alteredBlock, .alteredTrace]

    /// Those that are told as answers to single questions, for a while.
    static let ofAnswers = allCases.filter { $0 != .inventedBranch && $0 != .falseAgreement }
}

/// What became of a lie.
public enum Guard: String, Hashable, Sendable, CaseIterable, Codable {
    /// The node's adapter refused it: it does not verify.
    case refused
    /// The machine refused it, or found the node wanting: it was left alone, or told of as forked, lagging or failing.
    case distrusted
    /// Credits waited for nodes to agree.
    case held
    /// A finality tag was believed no more.
    case frozen
    /// It was followed, and undone when the others had more, or the liar gave it up.
    case undone
    /// The network stopped and said so.
    case halted
    /// It was believed: nobody else was asked, as nobody wanted it.
    case trusted
    /// Nothing came of it: it was not asked about again, or others stood against it.
    case outvoted
}
