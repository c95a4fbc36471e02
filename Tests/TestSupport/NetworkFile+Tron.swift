extension NetworkFile {
    /// TRON on the chain of `nodes`, the first preferred. TRX is listed, and of the tokens those named by their codes, of
    /// the first node's contracts; tiers and settings are as for Litecoin, `nodeSettings` is what each node's entry has
    /// beside its address.
    public static func tron(
        _ nodes: [TronDevnet], tokens: KeyValuePairs<String, String> = ["USDT_TRC20": "USDT"], credit: String = "2",
        final: String = "solidified", tiers: [String] = [], maxReorgDepth: Int = 144, nodeSettings: String = "",
        settings: String = ""
    ) -> NetworkFile {
        let list = nodes.map { "  - { url: \"\($0.url)\"\(nodeSettings.isEmpty ? "" : ", " + nodeSettings) }" }
        let assets = tokens.map { code, contract in
            let digits = contract == "USDD" ? 18 : 6
            return
                "  - { code: \(code), contract: \"\(nodes[0].contracts[contract] ?? "")\", decimals: \(digits) }"
        }
        return NetworkFile(
            name: "tron",
            text: """
                network: tron
                family: tron
                chain: "\(nodes[0].genesis)"
                nodes:
                \(list.joined(separator: "\n"))
                confirmations:
                  credit: \(credit)
                  final: \(final)
                  tiers: [\(tiers.joined(separator: ", "))]
                max_reorg_depth: \(maxReorgDepth)
                poll_interval: 200ms
                assets:
                  - { code: TRX, decimals: 6 }
                \(assets.joined(separator: "\n"))
                \(settings)
                """)
    }
}
