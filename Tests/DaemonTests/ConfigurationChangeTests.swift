import Testing

@testable import Daemon

/// What a reload means, decided without a daemon.
@Suite struct ConfigurationChangeTests {
    private let folder: ConfigurationFolder
    private let started: Configuration

    init() throws {
        folder = try ConfigurationFolder()
        started = try folder.read()
    }

    /// The change to the configuration in which these words are others.
    private func change(
        _ words: String, _ others: String, from running: Configuration? = nil
    ) throws -> ConfigurationChange {
        try folder.write(
            ConfigurationFolder.litecoin.replacing(words, with: others), to: "networks.d/litecoin.yaml")
        return try ConfigurationChange(from: running ?? started, startedWith: started, to: folder.read())
    }

    @Test func nothingElseIsNoChange() throws {
        let change = try change("x", "y")
        #expect(change.networks.isEmpty && change.waiting == [])
    }

    @Test(arguments: [
        ("credit: 6", "credit: 7"), ("decimals: 8", "decimals: 8, min_deposit: \"1\""),
        ("assets:", "arrival_grace: 2m\nassets:"), ("assets:", "max_block_gap: 2h\nassets:"),
    ])
    func thresholdsAssetsAndTimesTakeEffect(_ words: String, _ others: String) throws {
        let change = try change(words, others)
        #expect(change.networks.map(\.network) == ["litecoin"] && change.waiting == [])
        // Once.
        #expect(try self.change(words, others, from: change.configuration).networks.isEmpty)
    }

    @Test(arguments: [
        ("9332", "9333", "nodes[0].url"), ("username: confirmd", "username: other", "nodes[0].username"),
        ("assets:", "max_reorg_depth: 600\nassets:", "max_reorg_depth"), ("assets:", "start: 5\nassets:", "start"),
        ("assets:", "mempool: { batch: 5 }\nassets:", "mempool.batch"),
    ])
    func theRestWaitsForARestart(_ words: String, _ others: String, _ key: String) throws {
        let first = try change(words, others)
        #expect(first.networks.isEmpty && first.waiting.count == 1, "\(first.waiting)")
        #expect(
            first.waiting.first?.hasPrefix("\(key) (") == true
                && first.waiting.first?.contains("litecoin.yaml:") == true)
        // It still does at the next reload, and no longer once it is as it was.
        #expect(try change(words, others, from: first.configuration).waiting == first.waiting)
        #expect(try change("x", "y", from: first.configuration).waiting == [])
    }

    @Test func aFileMoreOrLessWaitsAsAWhole() throws {
        let bitcoin = ConfigurationFolder.litecoin.replacing("LTC", with: "BTC").replacing("litecoin", with: "bitcoin")
        try folder.write(bitcoin, to: "networks.d/bitcoin.yaml")
        let more = try change("x", "y")
        #expect(more.networks.isEmpty && more.waiting.count == 1)
        #expect(more.waiting[0].hasSuffix("networks.d/bitcoin.yaml (new)"))
        let less = try ConfigurationChange(
            from: more.configuration, startedWith: more.configuration, to: started)
        #expect(less.networks.isEmpty && less.waiting.count == 1)
        #expect(less.waiting[0].hasSuffix("networks.d/bitcoin.yaml (gone)"))
    }

    @Test(arguments: [
        ("network: litecoin", "network: other", "litecoin.yaml:11: asset LTC keeps its network, contract and decimals"),
        ("chain: main", "chain: regtest", "litecoin.yaml:1: network litecoin keeps its chain for ever"),
    ])
    func whatKeepsItsMeaningForEverIsRefused(_ words: String, _ others: String, _ problem: String) throws {
        let error = #expect(throws: ConfigurationError.self) { try change(words, others) }
        #expect(error?.description.contains(problem) == true, "\(error?.description ?? "")")
    }
}
