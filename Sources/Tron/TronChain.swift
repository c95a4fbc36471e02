public import Chain

/// One of TRON's networks, known by the id of its first block.
public struct TronChain: Sendable {
    /// As it is configured.
    public let name: String
    public let genesis: Hash256

    /// `main`, `nile`, `shasta`, or 64 hexadecimal digits: the id of a private network's first block.
    /// A network has one name: the id of one that has a word is refused.
    public init?(_ name: some StringProtocol) {
        let name = name.lowercased()
        if let id = Self.known[name] {
            guard let genesis = Hash256(hex: id) else { return nil }
            self.genesis = genesis
        } else {
            guard let genesis = Hash256(hex: name), !Self.known.values.contains(name) else { return nil }
            self.genesis = genesis
        }
        self.name = name
    }

    /// Whether there is real money on it.
    public var isMain: Bool { name == "main" }

    /// From one block to the next.
    public static let blockTime = Duration.seconds(3)

    /// The oldest version of java-tron that is to be trusted with money: what came before does not know the rules that were
    /// voted for with it (TIP-6780 and TIP-767, February 2026).
    public static let minimumNodeVersion = NodeVersion("4.8.1")

    /// The first eight bytes of an id are the block's number.
    private static let known = [
        "main": "00000000000000001ebf88508a03865c71d452e25f4d51194196a1d22b6653dc",
        "nile": "0000000000000000d698d4192c56cb6be724a558448e2684802de4d6cd8690dc",
        "shasta": "0000000000000000de1aa88295e1fcf982742f773e0419c5a9c134c994a9059e",
    ]
}
