internal import Chain

/// The marks of addresses that are proper ones, somewhere: whoever pasted one meant another network, which is worth
/// telling from a typing error.
enum ForeignAddress {
    /// Base58Check version bytes: those of this family's chains, and of Dogecoin, Dash and TRON.
    static let versions = Set(
        ChainParameters.all.flatMap { [$0.prefixes.publicKeyHash, $0.prefixes.scriptHash] }
            + [0x1e, 0x16, 0x71, 0x4c, 0x10, 0x8c, 0x13, 0x41])

    static let segwitPrefixes = Set(ChainParameters.all.map(\.prefixes.segwit))

    static let stealthPrefixes = Set(ChainParameters.all.compactMap(\.prefixes.stealth))

    /// Whether `text` is an address of the EVM's kind, its checksum aside.
    static func isEthereum(_ text: String) -> Bool {
        text.utf8.count == 42 && text.hasPrefix("0x") && Hex.decode(text.dropFirst(2)) != nil
    }
}
