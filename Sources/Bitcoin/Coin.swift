public import Chain
internal import Hashing

/// A coin of the Bitcoin family, with what holds on all of its chains.
public enum Coin: String, CaseIterable, Sendable {
    case bitcoin
    case litecoin

    /// No output, and no transaction's outputs together, may be worth more (consensus `MAX_MONEY`). In base units.
    public var maximumMoney: UInt64 {
        switch self {
        case .bitcoin: 21_000_000 * 100_000_000
        case .litecoin: 84_000_000 * 100_000_000
        }
    }

    /// Confirmations that a coinbase output needs before it can be spent (consensus `COINBASE_MATURITY`).
    public var coinbaseMaturity: Int32 { 100 }

    /// Confirmations that a peg-out needs before it can be spent (Litecoin's consensus `PEGOUT_MATURITY`).
    public var pegOutMaturity: Int32 { 6 }

    /// The oldest version of the coin's node software that is to be trusted with money.
    public var minimumNodeVersion: NodeVersion? {
        switch self {
        // Everything before is past its end of life.
        case .bitcoin: NodeVersion("30.0")
        // The fixes for the inflation of March 2026 and what followed it.
        case .litecoin: NodeVersion("0.21.5.6")
        }
    }

    /// Whether blocks may carry a MimbleWimble extension block (LIP-2, LIP-3).
    var hasExtensionBlocks: Bool { self == .litecoin }

    /// The largest block that the coin's rules can produce, with room to spare: no weight limit lets 4 MB of
    /// transactions be exceeded, and the rest is for Litecoin's extension block.
    var maximumBlockSize: Int {
        switch self {
        case .bitcoin: 8_000_000
        case .litecoin: 32_000_000
        }
    }

    /// The number that proves the work behind a header; nil when it can't be computed.
    func proofOfWork(of header: RawSpan) -> SHA256.Digest? {
        switch self {
        case .bitcoin: SHA256.doubleDigest(header)
        case .litecoin: Scrypt.proofOfWork(of: header)
        }
    }
}
