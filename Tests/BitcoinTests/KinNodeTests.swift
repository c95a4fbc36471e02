import Chain
import NodeHTTP
import Testing

@testable import Bitcoin

/// What is particular about the nodes of Dogecoin, Bitcoin Cash and Dash.
@Suite(.timeLimit(.minutes(30)))
struct KinNodeTests {
    private static let http = HTTPClient()
    private static let nothing = #""error":{"code":-5,"message":"Block not found"}"#

    private static func chain(_ coin: Coin, _ count: UInt8) -> [BuiltBlock] {
        var blocks: [BuiltBlock] = []
        for number in 0..<count {
            let proof = coin == .dogecoin && number % 2 == 0 ? BuiltAuxPoW(nonce: UInt32(number)) : nil
            blocks.append(
                BuiltBlock(
                    coin: coin, version: proof == nil ? 0x62_0004 : 0x62_0104, parent: blocks.last?.hash, proof: proof,
                    transactions: [.coinbase(), .spending(number)]))
        }
        return blocks
    }

    /// A node with these blocks, the first of them at height 1, and the answers of `script` before all others.
    private static func node(
        _ blocks: [BuiltBlock], hasREST: Bool = false, script: @escaping ScriptedNode.Script = { _, _ in "" }
    ) throws -> ScriptedNode {
        let parameters = blocks[0].parameters
        let answers: ScriptedNode.Script = { method, argument in
            let scripted = script(method, argument)
            if !scripted.isEmpty { return scripted }
            let words = argument.split(separator: " ").map(String.init)
            if method == "getblockhash" {
                guard let height = Int(words[0]), height <= blocks.count else {
                    return #""error":{"code":-8,"message":"Block height out of range"}"#
                }
                return "\"result\":\"\(blocks[height - 1].hash)\""
            }
            guard let place = blocks.firstIndex(where: { $0.hash.description == words.first }) else { return nothing }
            switch (method, words[1]) {
            case ("getblockheader", "1"):
                return #""result":{"confirmations":\#(blocks.count - place),"height":\#(place + 1)}"#
            case ("getblockheader", _): return "\"result\":\"\(Hex.encode(blocks[place].serializedHeader))\""
            case ("getblock", _): return "\"result\":\"\(Hex.encode(blocks[place].bytes))\""
            default: return #""error":{"code":-32601,"message":"Method not found"}"#
            }
        }
        guard hasREST else { return try ScriptedNode(of: parameters, answers) }
        // Headers are asked for by count and hash, and the genesis is but a header of the right hash.
        let genesis = GenesisTests.dogecoin.bytes
        let files: ScriptedNode.Files = { path in
            let words = path.split(whereSeparator: { $0 == "/" || $0 == "." }).map(String.init)
            if words[0] == "headers", words[2] == parameters.genesis.description { return Array(genesis.prefix(80)) }
            guard let place = blocks.firstIndex(where: { words.contains($0.hash.description) }) else { return nil }
            if words[0] == "block" { return blocks[place].bytes }
            return blocks[place...].prefix(Int(words[1]) ?? 0).flatMap(\.serializedHeader)
        }
        return try ScriptedNode(of: parameters, files: files, answers)
    }

    @Test(arguments: [false, true])
    func `Dogecoin's headers have any length`(hasREST: Bool) async throws {
        let blocks = Self.chain(.dogecoin, 9)
        let server = try Self.node(blocks, hasREST: hasREST)
        defer { server.stop() }
        let node = try server.node(http: Self.http)
        #expect(try await node.session().hasREST == hasREST)
        let first = BlockReference(height: 1, hash: blocks[0].hash)
        let headers = try #require(try await node.headers(after: first, limit: 100))
        #expect(headers.map(\.hash) == blocks.dropFirst().map(\.hash))
        #expect(try await node.headers(after: first, limit: 3) == Array(headers[..<3]))
        for (header, block) in zip(headers, blocks.dropFirst()) {
            #expect(try await node.header(at: header.height) == header)
            #expect(try await node.block(header.reference)?.header == header)
            #expect(try block.decode().header.hash == header.hash)
        }
    }

    @Test func `Dash's headers are asked for one by one and linked`() async throws {
        let blocks = Self.chain(.dash, 9)
        let server = try Self.node(blocks)
        defer { server.stop() }
        let node = try server.node(http: Self.http)
        let first = BlockReference(height: 1, hash: blocks[0].hash)
        let headers = try #require(try await node.headers(after: first, limit: 100))
        #expect(headers.map(\.hash) == blocks.dropFirst().map(\.hash))
        #expect(zip(headers, headers.dropFirst()).allSatisfy { $0.hash == $1.parent && $0.work == 2 })
        #expect(try await node.block(headers[3].reference)?.transfers.count == 2)
    }

    @Test func `Dash's headers that do not link are dropped`() async throws {
        let (blocks, others) = (Self.chain(.dash, 4), Self.chain(.dash, 7))
        let server = try Self.node(blocks) { method, argument in
            // A header of another place under the name of the third.
            method == "getblockheader" && argument == "\(blocks[2].hash) 0"
                ? "\"result\":\"\(Hex.encode(others[5].serializedHeader))\"" : ""
        }
        defer { server.stop() }
        let node = try server.node(http: Self.http)
        let headers = try await node.headers(after: BlockReference(height: 1, hash: blocks[0].hash), limit: 100)
        #expect(headers?.map(\.hash) == [blocks[1].hash])
    }

    @Test func `a Dash block of another header than the one of its name is refused`() async throws {
        let blocks = Self.chain(.dash, 3)
        let server = try Self.node(blocks) { method, argument in
            method == "getblock" && argument.hasPrefix("\(blocks[1].hash)")
                ? "\"result\":\"\(Hex.encode(blocks[2].bytes))\"" : ""
        }
        defer { server.stop() }
        let node = try server.node(http: Self.http)
        #expect(try await node.block(BlockReference(height: 1, hash: blocks[0].hash)) != nil)
        let error = await #expect(throws: NodeError.self) {
            try await node.block(BlockReference(height: 2, hash: blocks[1].hash))
        }
        #expect(error?.code == .malformed)
    }

    @Test func `a chain lock is told, and nothing where there is none or the node is not on it`() async throws {
        let blocks = Self.chain(.dash, 5)
        func finality(_ answer: String) async throws -> [FinalityTag: BlockReference] {
            let server = try Self.node(blocks) { method, _ in method == "getbestchainlock" ? answer : "" }
            defer { server.stop() }
            return try await server.node(http: Self.http).finality()
        }
        func lock(_ hash: String, _ height: Int64) -> String {
            #""result":{"blockhash":"\#(hash)","height":\#(height),"signature":"00","known_block":true}"#
        }
        let locked = BlockReference(height: 3, hash: blocks[2].hash)
        #expect(try await finality(lock(locked.hash.description, 3)) == [.chainlock: locked])
        #expect(try await finality(lock(locked.hash.description, 4)) == [:])
        #expect(try await finality(lock(locked.hash.description, 99)) == [:])
        #expect(try await finality(lock(Hash256(1, 2, 3, 4).description, 3)) == [:])
        #expect(
            try await finality(#""error":{"code":-32603,"message":"Unable to find any ChainLock"}"#) == [:])
        for answer in [
            lock("", 3), lock("xy", 3), lock(locked.hash.description, -1), "\"result\":null", "\"result\":[]",
            "\"result\":{\"height\":3}", "\"error\":{\"code\":-1,\"message\":\"\"}",
        ] {
            let error = await #expect(throws: NodeError.self, "\(answer)") { try await finality(answer) }
            #expect(error?.code == .malformed)
        }
    }

    @Test func `a transaction is locked by InstantSend, or by the chain lock of its block`() async throws {
        let blocks = Self.chain(.dash, 2)
        let ids = (1...4).map { Hash256(9, 9, 9, UInt64($0)) }
        let server = try Self.node(blocks) { method, parameters in
            guard method == "getrawtransaction" else { return "" }
            guard let place = ids.firstIndex(where: { parameters.contains($0.description) }), place < 3 else {
                return #""error":{"code":-5,"message":"No such transaction found in the provided block"}"#
            }
            return #""result":{"instantlock":\#(place == 0),"chainlock":\#(place == 1)}"#
        }
        defer { server.stop() }
        let node = try server.node(http: Self.http)
        let places = Dictionary(uniqueKeysWithValues: ids.map { ($0, BlockReference(height: 1, hash: blocks[0].hash)) })
        #expect(try await node.locked(places) == [ids[0], ids[1]])
    }

    @Test(arguments: [Coin.dogecoin, .bitcoinCash])
    func `no other coin has chain locks`(coin: Coin) async throws {
        let server = try Self.node(Self.chain(coin, 1))
        defer { server.stop() }
        #expect(try await server.node(http: Self.http).finality() == [:])
    }

    /// They have the same genesis and, up to the split, the same chain.
    @Test func `a node on the other side of a split serves another chain`() async throws {
        let all = ChainParameters.all
        for parameters in all {
            for other in all where other.genesis == parameters.genesis && other.limit == parameters.limit {
                let server = try ScriptedNode(of: parameters) { method, argument in
                    let landmark = other.landmarks.first { "\($0.height)" == argument }
                    // Where the other has no landmark, some block of its own.
                    return "\"result\":\"\(landmark?.hash ?? Hash256(9, 9, 9, 9))\""
                }
                defer { server.stop() }
                let node = try server.node(http: Self.http)
                if other.coin == parameters.coin || parameters.chain == .regtest {
                    #expect(try await node.session().hasREST == false)
                } else {
                    let error = await #expect(throws: NodeError.self) { try await node.session() }
                    #expect(error?.code == .wrongChain)
                }
            }
        }
    }

    @Test func `Bitcoin Cash's testnet4 has another name on its nodes`() async throws {
        let parameters = try #require(ChainParameters(coin: .bitcoinCash, chain: .testnet4))
        for (name, code): (String, NodeError.Code) in [("testnet4", .wrongChain), ("chip", .wrongChain)] {
            let server = try ScriptedNode(of: parameters) { _, _ in
                """
                "result":{"chain":"\(name)","blocks":1,"headers":1,"initialblockdownload":false,\
                "bestblockhash":"\(parameters.genesis)"}
                """
            }
            defer { server.stop() }
            let error = await #expect(throws: NodeError.self) { try await server.node(http: Self.http).state() }
            #expect(error?.code == code)
        }
        #expect(parameters.name == "test4")
    }

    @Test func `a node's version is told from how it calls itself`() async throws {
        for (agent, version) in [
            ("/Shibetoshi:1.14.9/", "1.14.9"), ("/Bitcoin Cash Node:29.2.0/", "29.2.0"),
            ("/Bitcoin Cash Node:28.0.1(EB32.0)/", "28.0.1"), ("/Dash Core:23.1.4/", "23.1.4"),
        ] {
            let server = try ScriptedNode { _, _ in "\"result\":{\"subversion\":\"\(agent)\"}" }
            defer { server.stop() }
            #expect(try await server.node(http: Self.http).software()?.version == NodeVersion(version))
        }
    }
}
