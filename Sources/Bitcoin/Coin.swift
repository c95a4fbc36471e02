public import Chain
internal import Hashing

/// A coin of the Bitcoin family, with what holds on all of its chains.
public enum Coin: String, CaseIterable, Sendable {
    case bitcoin
    case litecoin
    case dogecoin
    case bitcoinCash = "bitcoin-cash"
    case dash

    /// No output, and no transaction's outputs together, may be worth more (consensus `MAX_MONEY`). In base units.
    public var maximumMoney: UInt64 {
        switch self {
        case .bitcoin, .bitcoinCash, .dash: 21_000_000 * 100_000_000
        case .litecoin: 84_000_000 * 100_000_000
        // There is no last Dogecoin; this is what one transaction may pay.
        case .dogecoin: 10_000_000_000 * 100_000_000
        }
    }

    /// Confirmations that a coinbase output needs before it can be spent (consensus `COINBASE_MATURITY`).
    public var coinbaseMaturity: Int32 {
        switch self {
        case .bitcoin, .litecoin, .bitcoinCash, .dash: 100
        // From block 145,000 of the main chain on; 30 before.
        case .dogecoin: 240
        }
    }

    /// Confirmations that a peg-out needs before it can be spent (Litecoin's consensus `PEGOUT_MATURITY`).
    public var pegOutMaturity: Int32 { 6 }

    /// From block to block, as the difficulty is set for (consensus `nPowTargetSpacing`).
    public var blockSpacing: Duration {
        switch self {
        case .bitcoin, .bitcoinCash: .seconds(600)
        case .litecoin: .seconds(150)
        case .dogecoin: .seconds(60)
        case .dash: .milliseconds(157_500)
        }
    }

    /// The oldest version of the coin's node software that is to be trusted with money.
    public var minimumNodeVersion: NodeVersion? {
        switch self {
        // Everything before is past its end of life.
        case .bitcoin: NodeVersion("30.0")
        // The fixes for the inflation of March 2026 and what followed it.
        case .litecoin: NodeVersion("0.21.5.6")
        // The security fixes up to 2024; the last release there was.
        case .dogecoin: NodeVersion("1.14.9")
        // Bitcoin Cash Node. What came before knows nothing of the rules of May 2026.
        case .bitcoinCash: NodeVersion("29.0")
        // The fix of June 2026, mandatory for all nodes, for a way to bring them down.
        case .dash: NodeVersion("23.1.4")
        }
    }

    /// The largest block that is read. In each case more than the coin's rules can produce, or for Bitcoin Cash more
    /// than they will for long: nobody can make a node of ours hold more for one block.
    var maximumBlockSize: Int {
        switch self {
        // No weight limit lets 4 MB of transactions be exceeded.
        case .bitcoin: 8_000_000
        // The same, and the extension block.
        case .litecoin: 32_000_000
        // 1 MB of header, proof of work and transactions.
        case .dogecoin: 4_000_000
        // 32 MB until blocks are full. The limit then follows them (CHIP-2023-04, ABLA) and at most doubles in a
        // year of full ones; those of 2026 have less than 1 MB.
        case .bitcoinCash: 64_000_000
        // 2 MB (DIP-1).
        case .dash: 4_000_000
        }
    }

    /// Whether there are witnesses and their addresses (BIP 141).
    var hasSegwit: Bool { self == .bitcoin || self == .litecoin }

    /// Whether blocks may carry a MimbleWimble extension block (LIP-2, LIP-3).
    var hasExtensionBlocks: Bool { self == .litecoin }

    /// Whether another chain's proof of work may stand in for a header's own (AuxPoW).
    var isMergeMined: Bool { self == .dogecoin }

    /// Whether a prefix of tokens may stand before an output's script (CHIP-2022-02), and P2SH with 32 bytes exists.
    var hasCashTokens: Bool { self == .bitcoinCash }

    /// Whether transactions have types and payloads (DIP-2).
    var hasSpecialTransactions: Bool { self == .dash }

    /// Whether quorums of masternodes sign blocks (DIP-8).
    var hasChainLocks: Bool { self == .dash }

    /// Whether a header proves its own hash and work. Dash's are hashed by X11, eleven hash functions in a row, which
    /// is not done here: there the node's word is taken for which header has which hash, and that work was done for it.
    var provesHeaders: Bool { self != .dash }

    /// The number that proves the work behind a header; nil when it can't be computed, as that of Dash never is.
    func proofOfWork(of header: RawSpan) -> SHA256.Digest? {
        switch self {
        case .bitcoin, .bitcoinCash: SHA256.doubleDigest(header)
        case .litecoin, .dogecoin: Scrypt.proofOfWork(of: header)
        case .dash: nil
        }
    }
}
