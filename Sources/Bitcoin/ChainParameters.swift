public import Chain

/// What tells one chain of the family from another, from each project's `chainparams.cpp`.
public struct ChainParameters: Sendable {
    public let coin: Coin
    public let chain: BitcoinChain
    /// The first block's hash: a node that has another serves another chain.
    public let genesis: Hash256
    /// Blocks that a node of the chain has: the first one, and the first after each split in which the other side
    /// kept all that was before it.
    let landmarks: [BlockReference]
    /// The easiest target that a header may claim.
    let limit: Target
    let prefixes: AddressPrefixes

    /// The parameters of `coin`'s `chain`; nil when the coin has no such chain.
    public init?(coin: Coin, chain: BitcoinChain) {
        let genesis: String
        let limit: UInt32
        switch (coin, chain) {
        case (.bitcoin, .main):
            genesis = "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f"
            limit = 0x1d00_ffff
            prefixes = AddressPrefixes(publicKeyHash: 0x00, scriptHash: 0x05, segwit: "bc")
        case (.bitcoin, .test):
            genesis = "000000000933ea01ad0ee984209779baaec3ced90fa3f408719526f8d77f4943"
            limit = 0x1d00_ffff
            prefixes = AddressPrefixes(publicKeyHash: 0x6f, scriptHash: 0xc4, segwit: "tb")
        case (.bitcoin, .testnet4):
            genesis = "00000000da84f2bafbbc53dee25a72ae507ff4914b867c565be350b0da8bf043"
            limit = 0x1d00_ffff
            prefixes = AddressPrefixes(publicKeyHash: 0x6f, scriptHash: 0xc4, segwit: "tb")
        case (.bitcoin, .signet):
            genesis = "00000008819873e925422c1ff0f99f7cc9bbb232af63a077a480a3633bee1ef6"
            limit = 0x1e03_77ae
            prefixes = AddressPrefixes(publicKeyHash: 0x6f, scriptHash: 0xc4, segwit: "tb")
        case (.bitcoin, .regtest):
            genesis = "0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206"
            limit = 0x207f_ffff
            prefixes = AddressPrefixes(publicKeyHash: 0x6f, scriptHash: 0xc4, segwit: "bcrt")
        case (.litecoin, .main):
            genesis = "12a765e31ffd4059bada1e25190f6e98c99d9714d334efa41a195a7e7e04bfe2"
            limit = 0x1e0f_ffff
            prefixes = AddressPrefixes(
                publicKeyHash: 0x30, scriptHash: 0x32, formerScriptHash: 0x05, segwit: "ltc", stealth: "ltcmweb")
        case (.litecoin, .test):
            genesis = "4966625a4b2851d9fdee139e56211a0d88575f59ed816ff5e6a63deb4e3e29a0"
            limit = 0x1e0f_ffff
            prefixes = AddressPrefixes(
                publicKeyHash: 0x6f, scriptHash: 0x3a, formerScriptHash: 0xc4, segwit: "tltc", stealth: "tmweb")
        case (.litecoin, .regtest):
            genesis = "530827f38f93b43ed12af0b3ad25a288dc02ed74d6d7857862df51fc56c416f9"
            limit = 0x207f_ffff
            prefixes = AddressPrefixes(
                publicKeyHash: 0x6f, scriptHash: 0x3a, formerScriptHash: 0xc4, segwit: "rltc", stealth: "tmweb")
        case (.litecoin, .testnet4), (.litecoin, .signet):
            return nil
        }
        guard let hash = Hash256(hex: genesis), let target = Target(bits: limit) else { return nil }
        self.coin = coin
        self.chain = chain
        self.genesis = hash
        var landmarks = [BlockReference(height: 0, hash: hash)]
        if coin == .bitcoin, chain == .main {
            // Bitcoin Cash, and later Bitcoin SV, have another block here.
            let split = Hash256(hex: "00000000000000000019f112ec0a9982926f1258cdcc558dd7c3b7e5dc7fa148")
            if let split { landmarks.append(BlockReference(height: 478_559, hash: split)) }
        }
        self.landmarks = landmarks
        self.limit = target
    }

    /// Every chain of every coin.
    static let all = Coin.allCases.flatMap { coin in
        BitcoinChain.allCases.compactMap { ChainParameters(coin: coin, chain: $0) }
    }
}
