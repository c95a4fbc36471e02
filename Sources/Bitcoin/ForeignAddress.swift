internal import Chain

/// The marks of addresses that are proper ones, somewhere: whoever pasted one meant another network, which is worth
/// telling from a typing error.
enum ForeignAddress {
    /// Base58Check version bytes: those of this family's chains, and of TRON.
    static let versions = Set(
        ChainParameters.all.flatMap { [$0.prefixes.publicKeyHash, $0.prefixes.scriptHash] } + [0x41])

    static let segwitPrefixes = Set(ChainParameters.all.compactMap(\.prefixes.segwit))

    static let cashPrefixes = Set(ChainParameters.all.compactMap(\.prefixes.cash))

    static let stealthPrefixes = Set(ChainParameters.all.compactMap(\.prefixes.stealth))

    /// Whether `text` is an address of the EVM's kind, its checksum aside.
    static func isEthereum(_ text: String) -> Bool {
        text.utf8.count == 42 && text.hasPrefix("0x") && Hex.decode(text.dropFirst(2)) != nil
    }
}
