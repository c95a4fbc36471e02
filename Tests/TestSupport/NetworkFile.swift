/// One file of `networks.d`.
public struct NetworkFile: Sendable {
    public let name: String
    public var text: String

    public init(name: String, text: String) {
        self.name = name
        self.text = text
    }

    /// Litecoin on the regtest chain of `nodes`, the first preferred. `tiers` are entries as the file has
    /// them, `settings` further lines of YAML.
    public static func litecoin(
        _ nodes: [Litecoind], name: String = "litecoin", credit: Int = 2, final: Int = 4,
        tiers: [String] = [], maxReorgDepth: Int = 144, transferFee: String = "0", minDeposit: String = "0.0001",
        settings: String = ""
    ) -> NetworkFile {
        let list = nodes.map {
            "  - { url: \"\($0.url)\", username: \($0.username), password_file: \"\($0.passwordFile)\" }"
        }
        return NetworkFile(
            name: name,
            text: """
                network: \(name)
                family: bitcoin
                chain: regtest
                coin: litecoin
                nodes:
                \(list.joined(separator: "\n"))
                confirmations:
                  credit: \(credit)
                  final: \(final)
                  tiers: [\(tiers.joined(separator: ", "))]
                max_reorg_depth: \(maxReorgDepth)
                assets:
                  - { code: LTC, decimals: 8, min_deposit: "\(minDeposit)", transfer_fee: "\(transferFee)" }
                \(settings)
                """)
    }

    /// Ethereum on the chain of `nodes`, the first preferred. `tokens` are listed by their codes, beside ETH; tiers and
    /// settings are as for Litecoin.
    public static func ethereum(
        _ nodes: [EthereumNode], tokens: KeyValuePairs<String, EthereumContract> = [:], chainID: Int = 1337,
        nativeTransfers: String = "top_level", credit: String = "2", final: String = "4", tiers: [String] = [],
        maxReorgDepth: Int = 144, settings: String = ""
    ) -> NetworkFile {
        let list = nodes.map { "  - { url: \"\($0.url)\" }" }
        let assets = tokens.map { code, token in
            let unindexed = token.name == .unindexed ? ", unindexed: true" : ""
            return "  - { code: \(code), contract: \"\(token.address)\", decimals: \(token.decimals)\(unindexed) }"
        }
        return NetworkFile(
            name: "ethereum",
            text: """
                network: ethereum
                family: evm
                chain_id: \(chainID)
                native_transfers: \(nativeTransfers)
                nodes:
                \(list.joined(separator: "\n"))
                confirmations:
                  credit: \(credit)
                  final: \(final)
                  tiers: [\(tiers.joined(separator: ", "))]
                max_reorg_depth: \(maxReorgDepth)
                poll_interval: 200ms
                assets:
                  - { code: ETH, decimals: 18 }
                \(assets.joined(separator: "\n"))
                \(settings)
                """)
    }
}
