/// A chain of a coin. The raw values are the configuration's, and what `getblockchaininfo` calls the chain, but for
/// Bitcoin Cash's testnet4.
public enum BitcoinChain: String, CaseIterable, Sendable {
    case main
    /// Bitcoin's and Bitcoin Cash's testnet3; Litecoin's testnet, which is at its fourth genesis but never changed its
    /// name.
    case test
    /// Bitcoin's, and another one of Bitcoin Cash.
    case testnet4
    case signet
    case regtest
}
