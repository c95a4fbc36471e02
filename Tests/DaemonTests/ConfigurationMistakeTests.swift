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
        Mistake("node-password }", "\".\" }", "6:72: \"password_file\": networks.d/. is no regular file"),
        Mistake("credit: 6", "credit: 6\n  credit: 7", "8:3: \"credit\" is given more than once here; keep one"),
        Mistake("credit: 6", "credit: *six", "8:11: this is no valid YAML: found undefined alias"),
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
        // What is wrong with an asset is no mistake of its tiers.
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
        Mistake("", "database: {", "2:1: this is no valid YAML: did not find expected node content"),
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
                "networks.d/b.yaml:2:1:", "networks.d/c.yml:", "networks.d/d.yaml:1:10:",
            ])
    }

    @Test func aNameIsGivenOnceInTheInstallation() throws {
        let other = ConfigurationFolder.litecoin.replacing("litecoin", with: "bitcoin")
        let folder = try ConfigurationFolder(networks: ["a.yaml": ConfigurationFolder.litecoin, "b.yaml": other])
        #expect(folder.problems == ["networks.d/b.yaml:11:13: code LTC is taken already, in networks.d/a.yaml:11"])
    }

    @Test func aMissingFileIsAProblem() throws {
        let error = #expect(throws: ConfigurationError.self) { try Configuration.read("/nowhere/confirmd.yaml") }
        #expect(
            error?.description
                == "/nowhere/confirmd.yaml: the file can't be read: does it exist, and may this user read it?")
    }

    @Test func bytesThatAreNoTextAreRefused() throws {
        let folder = try ConfigurationFolder(networks: ["a.yaml": String(repeating: "# long\n", count: 200_000)])
        #expect(folder.problems == ["networks.d/a.yaml: the file is no UTF-8 text of at most 1 MiB"])
    }

    @Test func commandsOfTheDatabaseDoWithoutTheNetworks() throws {
        let folder = try ConfigurationFolder(networks: ["a.yaml": "junk"])
        #expect(!folder.problems.isEmpty)
        #expect(try MainConfiguration.read(folder.path).listen == .standard)
    }
}
