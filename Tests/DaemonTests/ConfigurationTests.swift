import Foundation
import NodeHTTP
import Payments
import Store
import Sync
import TestSupport
import Testing

@testable import Daemon

@Suite struct ConfigurationTests {
    @Test func theDocumentedExampleIsRead() throws {
        let folder = try ConfigurationFolder(
            main: """
                database: { url: "postgresql:///confirmd", password_file: database-password }
                listen: 127.0.0.1:9464            # /metrics, /healthz, /readyz, /status.json
                """,
            networks: [
                "litecoin.yaml": """
                network: litecoin
                family: bitcoin                   # bitcoin | evm | tron
                chain: main
                coin: litecoin
                nodes:
                  - { url: "http://127.0.0.1:9332", username: confirmd, password_file: node-password }
                  - { url: "http://127.0.0.1:9333", cookie_file: /var/lib/litecoin/.cookie }
                confirmations:
                  credit: 6
                  final: 12
                  tiers: [ { asset: LTC, from: "1000", credit: 24, final: 48 }, { asset: LTC, from: "100", credit: 12, final: 24 } ]
                max_reorg_depth: 288
                max_block_gap: 2h
                arrival_grace: 90s
                start: 3000000
                assets:
                  - { code: LTC, decimals: 8, min_deposit: "0.0001", transfer_fee: 0.29 }
                """
            ])
        let configuration = try folder.read()
        #expect(configuration.main.listen == ListenAddress(host: "127.0.0.1", port: 9464))
        #expect("\(configuration.main.database)" == "postgresql:///confirmd")
        let network = try #require(configuration.networks.first)
        #expect(network.network == "litecoin" && network.family == "bitcoin")
        #expect(network.publication.chain == "litecoin/main")
        #expect(network.nodes.map(\.endpoint.origin) == ["http://127.0.0.1:9332", "http://127.0.0.1:9333"])
        #expect(network.terms.table.thresholds == Thresholds(credit: 6, final: 12))
        let amounts = try ["100", "1000"].map { try #require(Amount($0, decimals: 8)) }
        #expect(
            network.publication.terms.table.tiers == [
                Tier(asset: "LTC", from: amounts[0], thresholds: Thresholds(credit: 12, final: 24)),
                Tier(asset: "LTC", from: amounts[1], thresholds: Thresholds(credit: 24, final: 48)),
            ])
        #expect(network.maxReorgDepth == 288)
        #expect(network.maxBlockGap == .seconds(7_200))
        #expect(network.arrivalGrace == .seconds(90))
        #expect(network.start == .height(3_000_000))
        let asset = try #require(network.assets.first)
        #expect(asset.code == "LTC" && asset.decimals == 8 && asset.contract == nil)
        // Through a Double it would be 28,999,999.
        #expect(asset.transferFee.description == "29000000")
        #expect(asset.minimumDeposit.description == "10000")
    }

    @Test func whatIsNotSaidHasItsDefault() throws {
        let configuration = try ConfigurationFolder().read()
        #expect("\(configuration.main.database)" == "postgresql:///confirmd")
        #expect(configuration.main.listen == ListenAddress(host: "127.0.0.1", port: 9464))
        let network = try #require(configuration.networks.first)
        #expect(network.maxReorgDepth == 576)
        #expect(network.maxBlockGap == .seconds(3 * 60 * 60))
        #expect(network.arrivalGrace == .seconds(60))
        #expect(network.start == .tip)
        #expect(network.assets[0].minimumDeposit.isZero && network.assets[0].transferFee.isZero)
    }

    @Test func noTierIsAsGoodAsNone() throws {
        let text = ConfigurationFolder.litecoin.replacing("final: 12", with: "final: 12\n  tiers: []")
        let network = try #require(try ConfigurationFolder(networks: ["litecoin.yaml": text]).read().networks.first)
        #expect(network.terms.table.tiers.isEmpty)
    }

    @Test func networksComeInTheOrderOfTheirFiles() throws {
        let bitcoin = ConfigurationFolder.litecoin.replacing("litecoin", with: "bitcoin").replacing("LTC", with: "BTC")
        let folder = try ConfigurationFolder(networks: [
            "b.yaml": ConfigurationFolder.litecoin, "a.yaml": bitcoin, ".a.yaml.swp": "junk", "notes.txt": "junk",
        ])
        #expect(try folder.read().networks.map(\.network) == ["bitcoin", "litecoin"])
    }

    @Test func aSecretIsInNoDescription() throws {
        let folder = try ConfigurationFolder(
            main: "database: { url: postgresql://db/x, password_file: database-password }")
        var shown = ""
        dump(try folder.read(), to: &shown)
        shown += "\(try folder.read())"
        #expect(shown.contains("127.0.0.1:9332"))
        #expect(!shown.contains("database secret") && !shown.contains("node secret"))
    }

    @Test func aSecretThatEveryoneMayReadIsToldOf() throws {
        let folder = try ConfigurationFolder()
        #expect(try folder.read().warnings.isEmpty)
        try folder.write("node secret", to: "networks.d/node-password", permissions: 0o644)
        let warning = try #require(try folder.read().warnings.first)
        #expect(warning.file.hasSuffix("/node-password"))
        #expect(warning.message == "every user of this host may read this password; chmod 600 it")
    }

    /// The files that an operator starts from hold no mistake; the passwords that they name are the operator's to write.
    @Test func theShippedFilesAreRead() throws {
        let networks = try Configuration.read(Package.file("config/confirmd.yaml"), withSecrets: false).networks
        #expect(networks.count >= 14)
        let terms = networks.filter { $0.cautionTerms != nil }.map(\.network)
        #expect(terms == networks.map(\.network), "each has caution")
    }

    /// Signs of trouble put off every credit of every chain, whatever it waits for, and every finality.
    @Test func cautionRaisesAllThatTheShippedFilesWaitFor() throws {
        let networks = try Configuration.read(Package.file("config/confirmd.yaml"), withSecrets: false).networks
        for network in networks {
            let publication = network.publication
            let raised = publication.raised(for: Caution(causes: [.finalityRegress], until: 0))
            #expect(raised.terms.raise != nil)
            for (usual, now) in zip(publication.terms.table.all, raised.terms.table.all) {
                for (usual, now) in [(usual.credit, now.credit), (usual.final, now.final)] {
                    #expect(now.mayFollow(usual) && now != usual, "\(network.network): \(usual) → \(now)")
                    // Not by a few blocks of a second and less: by ten seconds where the tag stays the same.
                    let more = network.adapter.blockTime * Int(now.confirmations - usual.confirmations)
                    #expect(now.tag != usual.tag || more >= .seconds(10), "\(network.network): \(usual) → \(now)")
                }
                #expect(now.final.mayFollow(now.credit))
            }
        }
    }
}
