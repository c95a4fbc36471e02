import Bitcoin
import Chain

extension Family {
    static let bitcoin = Family(
        name: "bitcoin", keys: ["chain", "coin", "mempool"], assetKeys: [],
        adapter: { root, _ in
            let chain = root.required("chain", .one(of: BitcoinChain.allCases.map(\.rawValue)))
            let coin = root.required("coin", .one(of: Coin.allCases.map(\.rawValue)))
            guard let coin = coin.flatMap(Coin.init), let chain = chain.flatMap(BitcoinChain.init) else { return nil }
            guard let parameters = ChainParameters(coin: coin, chain: chain) else {
                root.report("\(coin.rawValue) has no chain \(chain.rawValue)", at: "chain")
                return nil
            }
            return ChainAdapter(
                chain: "\(coin.rawValue)/\(chain.rawValue)", coinDecimals: 8,
                maturity: max(coin.coinbaseMaturity, coin.pegOutMaturity),
                finalityTags: coin == .dash ? [.chainlock, .instantsend] : [],
                blockTime: coin.blockSpacing, blockSpacing: coin.blockSpacing, pollInterval: .seconds(5),
                minimumNodeVersion: { _ in coin.minimumNodeVersion }, isMain: chain == .main,
                addresses: BitcoinAddress(parameters),
                node: { http, access in BitcoinNode(parameters, http: http, endpoint: access.endpoint) })
        })
}
