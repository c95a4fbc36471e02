import Foundation
import Payments
import Store
import Testing

@testable import Daemon

/// Each mistake is found, at its place, with words that lead to its repair.
@Suite struct ConfigurationMistakeTests {
    struct Mistake: CustomTestStringConvertible {
        let right: String
        let wrong: String
        let report: String

        init(_ right: String, _ wrong: String, _ report: String) {
            (self.right, self.wrong, self.report) = (right, wrong, report)
        }

        var testDescription: String { wrong }
    }

    @Test(arguments: [
        Mistake("chain: main", "chian: main", "3:1: unknown key \"chian\"; did you mean \"chain\"?"),
        Mistake("chain: main", "", "1:1: the key \"chain\" is missing"),
        Mistake(
            "chain: main", "chain: maim",
            "3:8: \"chain\" must be one of main, test, testnet4, signet, regtest, not \"maim\""),
        Mistake("chain: main", "chain: signet", "3:8: litecoin has no chain signet"),
        Mistake(
            "chain: main", "chain: [main]",
            "3:8: \"chain\" must be one of main, test, testnet4, signet, regtest, not a list or a set of keys"),
        Mistake(
            "chain: main", "chain:", "3:7: \"chain\" must be one of main, test, testnet4, signet, regtest, not empty"),
        Mistake(
            "coin: litecoin", "coin: namecoin",
            "4:7: \"coin\" must be one of bitcoin, litecoin, dogecoin, bitcoin-cash, dash, not \"namecoin\""),
        Mistake(
            "family: bitcoin", "family: solana", "2:9: \"family\" must be one of bitcoin, evm, tron, not \"solana\""),
        Mistake(
            "network: litecoin", "network: Litecoin",
            "1:10: \"network\" must be a name of at most 32 small letters, digits and hyphens that begins with a letter, not \"Litecoin\""
        ),
        Mistake(
            "network: litecoin", "network: settlement", "1:10: the name settlement is confirmd's own; take another"),
        Mistake("credit: 6", "credit: 0", "8:11: \"credit\" must be a whole number from 1 to 100000, not \"0\""),
        Mistake("credit: 6", "credit: \"6\"", "8:11: \"credit\" must be a whole number from 1 to 100000, not \"6\""),
        Mistake("credit: 6", "credit: 0x6", "8:11: \"credit\" must be a whole number from 1 to 100000, not \"0x6\""),
        Mistake("credit: 6", "credit: 13", "9:10: \"final\" must not be below \"credit\" (13), not 12"),
        Mistake(
            "final: 12", "final: 576",
            "1:1: \"max_reorg_depth\" must be above the confirmations' \"final\" (576), not 576"),
        Mistake(
            "assets:", "max_reorg_depth: 100\nassets:",
            "10:18: \"max_reorg_depth\" must be above 100, the confirmations that the chain itself asks of a miner's reward, not 100"
        ),
        Mistake(
            "assets:", "max_block_gap: 3\nassets:",
            "10:16: \"max_block_gap\" must be a time in whole seconds such as 3h, not \"3\""),
        Mistake(
            "assets:", "arrival_grace: 1500ms\nassets:",
            "10:16: \"arrival_grace\" must be a time in whole seconds such as 60s, not \"1500ms\""),
        Mistake("assets:", "start: -1\nassets:", "10:8: \"start\" must be tip or the height of a block, not \"-1\""),
        Mistake(
            "LTC", "ltc",
            "11:13: \"code\" must be a code of at most 32 capital letters, digits and underscores, not \"ltc\""),
        Mistake("decimals: 8", "decimals: 18", "11:28: \"decimals\" must be 8 for this coin, not 18"),
        Mistake("decimals: 8", "decimals: 8, contract: \"0x00\"", "11:31: unknown key \"contract\""),
        Mistake(
            "decimals: 8", "decimals: 8, min_deposit: 1e-4",
            "11:44: \"min_deposit\" must be an amount such as \"0.5\" with at most 8 digits after the point, not \"1e-4\""
        ),
        Mistake(
            "decimals: 8", "decimals: 8, transfer_fee: \"0.000000001\"",
            "11:45: \"transfer_fee\" must be an amount such as \"0.5\" with at most 8 digits after the point, not \"0.000000001\""
        ),
        Mistake(
            "8 }", "8 }\n  - { code: XLTC, decimals: 8 }", "12:5: the network has one coin, and it is listed already"),
        Mistake("http:", "ftp:", "6:12: a node's URL begins with http:// or https:// and names a host"),
        Mistake(
            "//127", "//me:hunter2@127",
            "6:12: the URL of 127.0.0.1 holds credentials: give them as username and password_file, or cookie_file"),
        Mistake("username: confirmd, ", "", "6:5: the key \"username\" is missing"),
        Mistake(", password_file: node-password", "", "6:5: the key \"password_file\" is missing"),
        Mistake(
            "password_file: node-password", "password: hunter2",
            "6:57: unknown key \"password\"; did you mean \"password_file\"?"),
        Mistake(
            "node-password }", "node-password, cookie_file: x }",
            "6:5: a node is known by \"cookie_file\" or by \"username\" and \"password_file\", not by both"),
        Mistake("node-password }", "nowhere }", "6:72: \"password_file\": networks.d/nowhere does not exist"),
        Mistake("node-password }", "\".\" }", "6:72: \"password_file\": networks.d/. is not a regular file"),
        Mistake("credit: 6", "credit: 6\n  credit: 7", "8:3: \"credit\" is given more than once here; keep one"),
        Mistake("credit: 6", "credit: *six", "8:11: invalid YAML: found undefined alias"),
    ])
    func isReportedWhereItIs(_ mistake: Mistake) throws {
        let text = ConfigurationFolder.litecoin.replacing(mistake.right, with: mistake.wrong, maxReplacements: 1)
        try #require(text != ConfigurationFolder.litecoin)
        let problems = try ConfigurationFolder(networks: ["litecoin.yaml": text]).problems
        #expect(problems.contains("networks.d/litecoin.yaml:\(mistake.report)"), "\(problems)")
        // No other problem comes of it, but for the key that is missing under its right name.
        #expect(
            problems.count == 1 || problems.allSatisfy { $0.hasSuffix("is missing") || $0.hasSuffix(mistake.report) })
        #expect(!problems.joined().contains("hunter2"))
    }

    @Test(arguments: [
        Mistake("tiers: [", "tiers: 7 # [", "10:10: \"tiers\" must be a list of 0 to 100 entries"),
        Mistake("asset: LTC, ", "", "10:12: the key \"asset\" is missing"),
        Mistake(
            "asset: LTC", "asset: BTC", "10:21: \"asset\" must be an asset that this file lists (LTC), not \"BTC\""),
        Mistake(
            "from: \"100\"", "from: -1",
            "10:32: \"from\" must be an amount such as \"0.5\" with at most 8 digits after the point, not \"-1\""),
        Mistake(
            "from: \"100\"", "from: 1e2",
            "10:32: \"from\" must be an amount such as \"0.5\" with at most 8 digits after the point, not \"1e2\""),
        Mistake(
            "credit: 12, final: 24", "credit: 0, final: 24",
            "10:47: \"credit\" must be a whole number from 1 to 100000, not \"0\""),
        Mistake(
            "credit: 12, final: 24", "credit: 12, final: 11",
            "10:58: \"final\" must not be below \"credit\" (12), not 11"),
        Mistake(
            "credit: 12, final: 24", "credit: 12, final: 576",
            "1:1: \"max_reorg_depth\" must be above the confirmations' \"final\" (576), not 576"),
        Mistake(", final: 24", "", "10:12: the key \"final\" is missing"),
        Mistake("final: 24", "finality: 24, final: 24", "10:51: unknown key \"finality\"; did you mean \"final\"?"),
        Mistake(
            "24 }", "24 }, { asset: LTC, from: 100.0, credit: 2, final: 3 }",
            "10:84: LTC has a tier from 100 already"),
        // What is wrong with an asset is not a mistake of its tiers.
        Mistake("decimals: 8", "decimals: 18", "12:28: \"decimals\" must be 8 for this coin, not 18"),
    ])
    func inATierIsReportedWhereItIs(_ mistake: Mistake) throws {
        let tiers = "final: 12\n  tiers: [ { asset: LTC, from: \"100\", credit: 12, final: 24 } ]"
        let right = ConfigurationFolder.litecoin.replacing("final: 12", with: tiers)
        let wrong = right.replacing(mistake.right, with: mistake.wrong, maxReplacements: 1)
        try #require(wrong != right)
        let problems = try ConfigurationFolder(networks: ["litecoin.yaml": wrong]).problems
        #expect(problems == ["networks.d/litecoin.yaml:\(mistake.report)"])
    }

    @Test(arguments: [
        Mistake("", "listen: 9464", "1:9: \"listen\" must be an address and port such as 127.0.0.1:9464, not \"9464\""),
        Mistake(
            "", "listen: 127.0.0.1:65536",
            "1:9: \"listen\" must be an address and port such as 127.0.0.1:9464, not \"127.0.0.1:65536\""),
        Mistake("", "listne: 1", "1:1: unknown key \"listne\"; did you mean \"listen\"?"),
        Mistake("", "database: confirmd", "1:11: \"database\" must be a set of keys and values"),
        Mistake("", "database: { urll: x }", "1:13: unknown key \"urll\"; did you mean \"url\"?"),
        Mistake(
            "", "database: { url: \"postgresql://u:hunter2@h/d\" }",
            "1:18: the URL holds a password; put it into a file and name that as \"password_file\""),
        Mistake(
            "", "database: { url: \"host=h password=hunter2\" }",
            "1:18: the URL holds a password; put it into a file and name that as \"password_file\""),
        Mistake("", "database: { password_file: nowhere }", "1:28: \"password_file\": nowhere does not exist"),
        Mistake("", "- database", "1:1: the file must be a set of keys and values"),
        Mistake("", "database: {", "2:1: invalid YAML: did not find expected node content"),
    ])
    func inTheMainFileIsReportedToo(_ mistake: Mistake) throws {
        let problems = try ConfigurationFolder(main: mistake.wrong + "\n").problems
        #expect(problems == ["confirmd.yaml:\(mistake.report)"])
    }

    @Test func allAreReportedAtOnce() throws {
        let folder = try ConfigurationFolder(
            main: "listen: 1\nlisten_address: 2",
            networks: [
                "a.yaml": ConfigurationFolder.litecoin.replacing("credit: 6", with: "credit: 0").replacing(
                    "LTC", with: "l"),
                "b.yaml": "network: [",
                "c.yml": "",
                "d.yaml": ConfigurationFolder.litecoin.replacing("LTC", with: "XLTC"),
            ])
        let places = folder.problems.map { $0.prefix { $0 != " " } }
        #expect(
            places == [
                "confirmd.yaml:1:9:", "confirmd.yaml:2:1:", "networks.d/a.yaml:8:11:", "networks.d/a.yaml:11:13:",
                "networks.d/b.yaml:2:1:", "networks.d/c.yml:", "networks.d/d.yaml:1:10:", "networks.d/d.yaml:3:8:",
            ])
    }

    @Test func aNameIsGivenOnceInTheInstallation() throws {
        let other = ConfigurationFolder.litecoin.replacing("litecoin", with: "bitcoin")
        let folder = try ConfigurationFolder(networks: ["a.yaml": ConfigurationFolder.litecoin, "b.yaml": other])
        #expect(folder.problems == ["networks.d/b.yaml:11:13: code LTC is taken already, in networks.d/a.yaml:11"])
    }

    @Test(arguments: [
        ("family: bitcoin\nchain: main\ncoin: litecoin", 3, 8, "litecoin/main"),
        ("family: evm\nchain_id: 8453", 3, 11, "8453"),
        ("family: tron\nchain: nile", 3, 8, "nile"),
        ("family: tron\nchain: \"\(String(repeating: "aB", count: 32))\"", 3, 8, String(repeating: "ab", count: 32)),
    ])
    func aChainIsFollowedOnce(_ chain: String, _ line: Int, _ column: Int, _ name: String) throws {
        let decimals = chain.contains("evm") ? 18 : chain.contains("tron") ? 6 : 8
        func file(_ network: String) -> String {
            """
            network: \(network)
            \(chain)
            nodes: [ { url: "http://127.0.0.1:1" } ]
            confirmations: { credit: 1, final: 2 }
            assets: [ { code: \(network.uppercased()), decimals: \(decimals) } ]
            """
        }
        let folder = try ConfigurationFolder(networks: ["one.yaml": file("one"), "two.yaml": file("two")])
        #expect(
            folder.problems == [
                """
                networks.d/two.yaml:\(line):\(column): chain \(name) is followed already, by networks.d/one.yaml:\(line), and \
                a payment on it would count for both networks; keep one of the files, with the assets of both
                """
            ])
        // Other chains of the family are others.
        let other = file("two").replacing("8453", with: "8454").replacing("nile", with: "shasta")
            .replacing("aB", with: "ac").replacing("chain: main", with: "chain: test")
        #expect(try ConfigurationFolder(networks: ["one.yaml": file("one"), "two.yaml": other]).problems.isEmpty)
    }

    @Test func aChainHasOneName() throws {
        let text = """
            network: tron
            family: tron
            chain: "00000000000000001EBF88508A03865C71D452E25F4D51194196A1D22B6653DC"
            nodes: [ { url: "http://127.0.0.1:1" } ]
            confirmations: { credit: 1, final: 2 }
            assets: [ { code: TRX, decimals: 6 } ]
            """
        let problems = try ConfigurationFolder(networks: ["tron.yaml": text]).problems
        #expect(problems.count == 1 && problems[0].contains("must be main, nile, shasta, or a private network's"))
    }

    @Test(arguments: [
        ("http://127.0.0.1:9332", 1), ("http://localhost:9332", 1), ("http://LOCALHOST:9332/", 1),
        ("http://[::1]:9332", 1), ("http://127.0.0.2:9332//", 1), ("http://[::ffff:127.0.0.1]:9332", 1),
        ("http://0.0.0.0:9332", 1), ("http://127.1:9332", 1), ("http://127.0.0.1:9332?key=2", 1),
        ("http://127.0.0.1:9333", 2), ("http://127.0.0.1:9332/other", 2), ("http://192.0.2.1:9332", 2),
        ("http://127.0.0.1", 2), ("https://127.0.0.1:9332", 1),
    ])
    func aNodeIsToldApartByWhereItIs(_ url: String, _ count: Int) throws {
        let second = "  - { url: \"\(url)\", username: other, password_file: node-password }\n"
        let text = ConfigurationFolder.litecoin.replacing("confirmations:", with: second + "quorum: 2\nconfirmations:")
        let folder = try ConfigurationFolder(networks: ["litecoin.yaml": text])
        let error =
            "networks.d/litecoin.yaml:8:9: \"quorum\" must not be above the number of different nodes (1), not 2"
        #expect(folder.problems == (count == 1 ? [error] : []))
        // Without a quorum it is not an error to name it twice.
        let alone = try ConfigurationFolder(networks: ["litecoin.yaml": text.replacing("quorum: 2", with: "quorum: 1")])
        let warnings = try alone.read().warnings.map(\.description)
        #expect(warnings.count == 2 - count)
        #expect(warnings.allSatisfy { $0.contains("litecoin.yaml:7:5: this is the same node as ") })
        #expect(warnings.allSatisfy { $0.contains("litecoin.yaml:6: name it once") })
    }

    @Test func theOwnHostIsOneUnderAllItsNames() throws {
        let text = ConfigurationFolder.litecoin.replacing(
            "confirmations:",
            with: """
                  - { url: "http://\(ProcessInfo.processInfo.hostName):9332" }
                quorum: 2
                confirmations:
                """)
        #expect(try ConfigurationFolder(networks: ["litecoin.yaml": text]).problems.count == 1)
    }

    @Test func nodesThatShareWhereTheyTellFinalityAreOne() throws {
        let text = """
            network: tron
            family: tron
            chain: main
            nodes:
              - { url: "http://192.0.2.1:8090", solidity_url: "http://192.0.2.1:8091" }
              - { url: "http://192.0.2.2:8090", solidity_url: "http://192.0.2.1:8091" }
            quorum: 2
            confirmations: { credit: solidified, final: solidified }
            assets: [ { code: TRX, decimals: 6 } ]
            """
        #expect(try ConfigurationFolder(networks: ["tron.yaml": text]).problems.count == 1)
        let two = text.replacing("192.0.2.1:8091\" }\nquorum", with: "192.0.2.2:8091\" }\nquorum")
        #expect(try ConfigurationFolder(networks: ["tron.yaml": two]).problems.isEmpty)
    }

    @Test(arguments: [
        ("bitcoin\nchain: main\ncoin: dash", 8, "credit: chainlock, final: chainlock", 4),
        ("evm\nchain_id: 56", 18, "credit: finalized, final: finalized", 575),
        ("evm\nchain_id: 137", 18, "credit: finalized, final: finalized", 300),
        ("tron\nchain: main", 6, "credit: solidified, final: solidified", 200),
    ])
    func onTopOfATagAsMuchIsWaitedForAsComesInTenMinutes(
        _ family: String, _ decimals: Int, _ thresholds: String, _ blocks: Int32
    ) throws {
        let text = """
            network: a
            family: \(family)
            nodes: [ { url: "http://127.0.0.1:1" } ]
            confirmations: { \(thresholds) }
            caution: {}
            assets: [ { code: A, decimals: \(decimals) } ]
            """
        let network = try #require(try ConfigurationFolder(networks: ["a.yaml": text]).read().networks.first)
        let terms = network.publication.raised(for: Caution(causes: [.finalityRegress], until: 0)).terms
        let (usual, raised) = (network.terms.table.thresholds, terms.table.thresholds)
        #expect(raised.credit.confirmations == min(blocks + 1, 575))
        #expect(
            terms.raises == "credit \(usual.credit) → \(raised.credit), final \(usual.final) → \(raised.final)")
    }

    @Test func whereThereIsNoTagNothingIsOnTopOfIt() throws {
        let text = ConfigurationFolder.litecoin + "\ncaution: { on_top: 3 }"
        let problems = try ConfigurationFolder(networks: ["litecoin.yaml": text]).problems
        #expect(problems == ["networks.d/litecoin.yaml:12:12: unknown key \"on_top\""])
    }

    @Test func aMissingFileIsAProblem() throws {
        let error = #expect(throws: ConfigurationError.self) { try Configuration.read("/nowhere/confirmd.yaml") }
        #expect(
            error?.description
                == "/nowhere/confirmd.yaml: the file can't be read: does it exist, and may this user read it?")
    }

    @Test func bytesThatAreNoTextAreRefused() throws {
        let folder = try ConfigurationFolder(networks: ["a.yaml": String(repeating: "# long\n", count: 200_000)])
        #expect(folder.problems == ["networks.d/a.yaml: the file is not UTF-8 text of at most 1 MiB"])
    }

    @Test func commandsOfTheDatabaseDoWithoutTheNetworks() throws {
        let folder = try ConfigurationFolder(networks: ["a.yaml": "junk"])
        #expect(!folder.problems.isEmpty)
        #expect(try MainConfiguration.read(folder.path).listen == .standard)
    }
}
