public import Chain

/// What tells one chain of the family from another, from each project's `chainparams.cpp`.
public struct ChainParameters: Sendable {
    public let coin: Coin
    public let chain: BitcoinChain
    /// What `getblockchaininfo` calls the chain.
    let name: String
    /// The first block's hash: a node that has another serves another chain.
    public let genesis: Hash256
    /// Blocks that a node of the chain has: the first one, and one after each split in which the other side kept all
    /// that was before it, the very first where it is known.
    let landmarks: [BlockReference]
    /// The easiest target that a header may claim.
    let limit: Target
    let prefixes: AddressPrefixes
    /// Whether a merge-mined header has to have the coin's own number, and its parent another (`fStrictChainId`).
    let isChainStrict: Bool

    /// The parameters of `coin`'s `chain`; nil when the coin has no such chain.
    public init?(coin: Coin, chain: BitcoinChain) {
        guard let parameters = Self.all.first(where: { $0.coin == coin && $0.chain == chain }) else { return nil }
        self = parameters
    }

    /// Every chain of every coin.
    static let all = bitcoin + litecoin + dogecoin + bitcoinCash + dash

    /// - Parameters:
    ///   - limit: in the form of a header's `bits`.
    ///   - splits: the blocks after splits by their heights.
    init(
        _ coin: Coin, _ chain: BitcoinChain, name: String? = nil, genesis: StaticString, limit: UInt32,
        prefixes: AddressPrefixes, splits: KeyValuePairs<Int64, StaticString> = [:], isChainStrict: Bool = true
    ) {
        self.coin = coin
        self.chain = chain
        self.name = name ?? chain.rawValue
        self.genesis = Self.hash(genesis)
        landmarks =
            [BlockReference(height: 0, hash: self.genesis)]
            + splits.map { BlockReference(height: $0, hash: Self.hash($1)) }
        guard let target = Target(bits: limit) else {
            preconditionFailure("0x\(String(limit, radix: 16)) is not a target")
        }
        self.limit = target
        self.prefixes = prefixes
        self.isChainStrict = isChainStrict
    }

    private static func hash(_ text: StaticString) -> Hash256 {
        guard let hash = Hash256(hex: text.description) else { preconditionFailure("\(text) is not a hash") }
        return hash
    }
}
