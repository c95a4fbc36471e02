extension EVMChain {
    /// What is known of a chain beforehand.
    struct Entry {
        let rules: Rules
        let isMain: Bool
        let blockTime: Duration
        let genesis: String?

        init(_ rules: Rules, isMain: Bool = true, every blockTime: Duration, genesis: String? = nil) {
            self.rules = rules
            self.isMain = isMain
            self.blockTime = blockTime
            self.genesis = genesis
        }
    }

    /// By chain id.
    static let known: [UInt64: Entry] = [
        1: Entry(
            .ethereum, every: .seconds(12), genesis: "d4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3"),
        // OP Mainnet, its Sepolia net.
        10: Entry(
            .opStack, every: .seconds(2), genesis: "7ca38a1916c42007829c55e69d3e9a73265554b586a499015373241b8a3fa48b"),
        11_155_420: Entry(.opStack, isMain: false, every: .seconds(2)),
        // BNB Smart Chain since Fermi, Chapel.
        56: Entry(
            .bsc, every: .milliseconds(450),
            genesis: "0d21840abff46b96c84b2ac9e10e4f5cdaeb5693cb665db62a2f3b02d2d57b5b"),
        97: Entry(.bsc, isMain: false, every: .milliseconds(450)),
        // Gnosis Chain, Chiado.
        100: Entry(
            .gnosis, every: .seconds(5), genesis: "4f1dd23188aab3a76b463e4af801b52b1248ef073c648cbdc4c9333d3da79756"),
        10_200: Entry(.gnosis, isMain: false, every: .seconds(5)),
        // Polygon PoS, Amoy.
        137: Entry(
            .polygon, every: .seconds(2), genesis: "a9c28ce2141b56c474f1dc504bee9b01eb1bd7d1a507580d5519d4437a97de1b"),
        80_002: Entry(.polygon, isMain: false, every: .seconds(2)),
        // Base, its Sepolia net.
        8_453: Entry(
            .opStack, every: .seconds(2), genesis: "f712aa9241cc24369b143cf6dce85f0902a9731e70d66818a3a5845b296c73dd"),
        84_532: Entry(.opStack, isMain: false, every: .seconds(2)),
        // Unichain's Sepolia net, of which a recorded block proves the rules of the OP stack.
        1_301: Entry(.opStack, isMain: false, every: .seconds(1)),
        // Arbitrum One, its Sepolia net.
        42_161: Entry(
            .arbitrum, every: .milliseconds(250),
            genesis: "7ee576b35482195fc49205cec9af72ce14f003b9ae69f6ba0faef4514be8b442"),
        421_614: Entry(.arbitrum, isMain: false, every: .milliseconds(250)),
        // Avalanche's C-Chain; Fuji, which began with the same block.
        43_114: Entry(
            .avalanche, every: .seconds(1), genesis: "31ced5b9beb7f8782b014660da0cb18cc409f121f408186886e1ca3e8eeca96b"
        ),
        43_113: Entry(
            .avalanche, isMain: false, every: .seconds(1),
            genesis: "31ced5b9beb7f8782b014660da0cb18cc409f121f408186886e1ca3e8eeca96b"),
        // Hoodi, Sepolia.
        560_048: Entry(
            .ethereum, isMain: false, every: .seconds(12),
            genesis: "bbe312868b376a3001692a646dd2d7d1e4406380dfd86b98aa8a34d1557c971b"),
        11_155_111: Entry(
            .ethereum, isMain: false, every: .seconds(12),
            genesis: "25a5cc106eea7138acab33231d7160d69cb777ee0c2c553fcddf5138993e6dd9"),
    ]
}
