import TestSupport
import Testing

/// Where there is real money, a node that is too old is an error of `config check`.
@Suite("Node software that is too old", .inTurns)
struct NodeFloorTests {
    private func check(_ network: NetworkFile, says text: String) async throws {
        let server = try await PrivatePostgres(durable: true)
        let database = try await server.createDatabase()
        let installation = try Installation(database: database.url, networks: [network])
        try await installation.succeed("migrate")
        let old = try await installation.run("config", "check")
        #expect(old.exit == .status(78), "\(old.stdout)")
        #expect(
            old.stdout.contains("error: network \(network.name), node ") && old.stdout.contains(text), "\(old.stdout)")
        #expect(old.stdout.contains("the oldest to be trusted with money; upgrade it, or set minimum_node_version"))
        var allowing = network
        allowing.text += "\nminimum_node_version: \"0.1\"\n"
        try installation.write(allowing)
        let allowed = try await installation.run("config", "check")
        #expect(allowed.exit == .status(0), "\(allowed.stdout)")
    }

    private func file(_ name: String, _ text: String, _ url: String, _ asset: String) -> NetworkFile {
        NetworkFile(
            name: name,
            text: """
                network: \(name)
                \(text)
                nodes: [ { url: "\(url)" } ]
                confirmations: { credit: 2, final: 3 }
                assets: [ \(asset) ]
                """)
    }

    /// With the first block alone, of which everybody knows the header.
    @Test("bitcoind on chain: main")
    func bitcoin() async throws {
        let hash = "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f"
        let header =
            "01000000" + String(repeating: "00", count: 32)
            + "3ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c"
        let node = try ScriptedRPC { call in
            switch call.method {
            case "getblockhash":
                (call.parameters.first as? Int) == 0 ? .result("\"\(hash)\"") : .error(-8, "Block height out of range")
            case "getblockchaininfo":
                .result(
                    #"{"chain":"main","blocks":0,"headers":0,"bestblockhash":"\#(hash)","initialblockdownload":true}"#)
            case "getblockheader":
                (call.parameters.last as? Bool) == true
                    ? .result(#"{"confirmations":1,"height":0}"#) : .result("\"\(header)\"")
            case "getnetworkinfo": .result(#"{"subversion":"/Satoshi:27.1.0/"}"#)
            default: .error(-32_601, "Method not found")
            }
        }
        try await check(
            file(
                "bitcoin", "family: bitcoin\nchain: main\ncoin: bitcoin\nmax_reorg_depth: 144", node.url,
                "{ code: BTC, decimals: 8 }"),
            says: "version 27.1.0 is older than 30.0")
    }

    @Test("geth on chain_id: 1")
    func ethereum() async throws {
        let empty = "0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"
        let zero = "0x" + String(repeating: "00", count: 32)
        let genesis = """
            {"number":"0x0","hash":"0xd4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3","parentHash":"\(zero)",\
            "sha3Uncles":"0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347",\
            "miner":"0x0000000000000000000000000000000000000000",\
            "stateRoot":"0xd7f8974fb5ac78d9ac099b9ad5018bedc2ce0a72dad1827a1709da30580f0544","transactionsRoot":"\(empty)",\
            "receiptsRoot":"\(empty)","logsBloom":"0x\(String(repeating: "00", count: 256))","difficulty":"0x400000000",\
            "gasLimit":"0x1388","gasUsed":"0x0","timestamp":"0x0",\
            "extraData":"0x11bbe8db4e347b4e8c937c1c8370e4b5ed33adb3db69cbdb7a38e1e50b1b82fa","mixHash":"\(zero)",\
            "nonce":"0x0000000000000042","uncles":[],"transactions":[]}
            """
        let node = try ScriptedRPC { call in
            switch call.method {
            case "eth_chainId": .result("\"0x1\"")
            case "eth_syncing": .result("false")
            case "eth_getBlockByNumber": .result(genesis)
            case "web3_clientVersion": .result("\"Geth/v1.15.11-stable-36b2371c/linux-amd64/go1.24.2\"")
            default: .error(-32_601, "the method does not exist/is not available")
            }
        }
        try await check(
            file("ethereum", "family: evm\nchain_id: 1", node.url, "{ code: ETH, decimals: 18 }"),
            says: "version 1.15.11 is older than 1.16.7")
    }

    /// A private chain that gives itself out for the main one, and an older java-tron.
    @Test("java-tron on chain: main")
    func tron() async throws {
        let node = try await TronDevnet()
        let main = "00000000000000001ebf88508a03865c71d452e25f4d51194196a1d22b6653dc"
        let impostor = try EditingNode(
            of: node.url,
            edit: { path, _, answer in
                let text = answer.text.replacing(node.genesis, with: main)
                    .replacing("\"codeVersion\":\"4.8.1\"", with: "\"codeVersion\":\"4.7.7\"")
                return RawJSON(Array(text.utf8)) ?? answer
            })
        try await check(
            file("tron", "family: tron\nchain: main", impostor.url, "{ code: TRX, decimals: 6 }"),
            says: "version 4.7.7 is older than 4.8.1")
    }
}
