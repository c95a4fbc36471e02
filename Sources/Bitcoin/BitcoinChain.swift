/// A chain of a coin. The raw values are the configuration's, and what `getblockchaininfo` calls the chain.
public enum BitcoinChain: String, CaseIterable, Sendable {
    case main
    /// Bitcoin's testnet3; Litecoin's testnet, which is at its fourth genesis but never changed its name.
    case test
    case testnet4
    case signet
    case regtest
}
