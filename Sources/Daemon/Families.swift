import Bitcoin

/// The families of networks that this version has: the one place that knows any of them by name.
enum Families {
    static let names = ["bitcoin"]
    static let coins = Coin.allCases.map(\.rawValue)
    static let chains = BitcoinChain.allCases.map(\.rawValue)

    /// The adapter of a coin's chain; nil when the coin has no such chain.
    static func bitcoin(coin: String, chain: String) -> ChainAdapter? {
        guard let coin = Coin(rawValue: coin), let chain = BitcoinChain(rawValue: chain),
            let parameters = ChainParameters(coin: coin, chain: chain)
        else { return nil }
        return ChainAdapter(
            chain: "\(coin.rawValue)/\(chain.rawValue)", coinDecimals: 8,
            maturity: max(coin.coinbaseMaturity, coin.pegOutMaturity),
            finalityTags: [], minimumNodeVersion: coin.minimumNodeVersion, isMain: chain == .main,
            addresses: BitcoinAddress(parameters),
            node: { http, endpoint in BitcoinNode(parameters, http: http, endpoint: endpoint) })
    }
}
