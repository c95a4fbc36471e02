import Bitcoin
import Chain
import NodeHTTP
import TestSupport
import Testing

/// The adapter against Litecoin Core on regtest.
@Suite(.enabled(if: Litecoind.isInstalled, "needs litecoind"), .timeLimit(.minutes(30)))
struct BitcoinNodeTests {
    static let parameters = ChainParameters(coin: .litecoin, chain: .regtest)!
    static let http = HTTPClient()

    /// REST and MWEB as Litecoin Core has them, and as it can be told to leave them out.
    @Test(arguments: [[], ["-rest=0"], ["-rpcserialversion=1"], ["-rest=0", "-rpcserialversion=1"]])
    func `follows a chain and its reorganizations`(options: [String]) async throws {
        let litecoind = try await Litecoind(blocks: 110, options: options)
        let node = try node(of: litecoind)

        let state = try await node.state()
        #expect(state.isSynced)
        #expect(state.tip.height == 110)
        #expect(state.tip.hash.description == (try await litecoind.tip))
        #expect(state.tip.work == 2)
        #expect(try await node.header(at: 110) == state.tip)
        #expect(try await node.header(at: 111) == nil)

        let genesis = BlockReference(height: 0, hash: Self.parameters.genesis)
        let headers = try #require(try await node.headers(after: genesis, limit: 1_000))
        #expect(headers.map(\.height) == Array(1...110))
        #expect(headers.last == state.tip)
        #expect(zip(headers, headers.dropFirst()).allSatisfy { $0.hash == $1.parent })
        #expect(try await node.headers(after: headers[49].reference, limit: 10) == Array(headers[50..<60]))
        #expect(try await node.headers(after: headers[49].reference, limit: 0) == [])
        #expect(try await node.headers(after: state.tip.reference, limit: 10) == [])

        let unknown = BlockReference(height: 5, hash: Hash256(1, 2, 3, 4))
        #expect(try await node.headers(after: unknown, limit: 10) == nil)
        #expect(try await node.block(unknown) == nil)

        let address = try await litecoind.newAddress(.nestedSegwit)
        let txid = try await litecoind.send("1.25", to: address)
        try await litecoind.mine()
        let tip = try await node.state().tip
        let block = try #require(try await node.block(tip.reference))
        #expect(block.header == tip)
        #expect(tip.parent == state.tip.hash)
        let transfer = try #require(block.transfers.first { $0.recipient == (try? format.watchKey(of: address)) })
        #expect(transfer.transaction.description == txid)
        #expect(transfer.amount == UInt256(125_000_000))
        #expect(transfer.maturity == 0)
        #expect(block.transfers[0].maturity == 100)

        try await litecoind.reorganize(depth: 2)
        #expect(try await node.headers(after: tip.reference, limit: 10) == nil)
        let branch = try #require(try await node.headers(after: headers[107].reference, limit: 10))
        #expect(branch.map(\.height) == [109, 110, 111, 112])
        #expect(branch[0] == headers[108])
        #expect(branch.dropFirst().allSatisfy { $0.hash != tip.hash && $0.hash != state.tip.hash })
        // The orphaned block can still be had; that proves nothing about the best chain.
        #expect(try await node.block(tip.reference)?.header == tip)
    }

    @Test(arguments: [[], ["-rest=0"], ["-rpcserialversion=1"]])
    func `a peg-out is a transfer of the HogEx`(options: [String]) async throws {
        let litecoind = try await Litecoind(blocks: 110, options: options)
        try await litecoind.activateMWEB()
        let address = try await litecoind.newAddress(.legacy)
        let pegOut = try await litecoind.pegOut("2.5", to: address)
        let node = try node(of: litecoind)
        let tip = try await node.state().tip
        #expect(tip.hash.description == pegOut.block)
        let block = try #require(try await node.block(tip.reference))
        let transfer = try #require(block.transfers.first { $0.recipient == (try? format.watchKey(of: address)) })
        #expect(transfer.transaction.description == pegOut.txid)
        #expect(transfer.locator == .output(UInt32(pegOut.vout)))
        #expect(transfer.amount == UInt256(250_000_000))
        #expect(transfer.maturity == 6)
    }

    @Test func `wakes when a block is mined, also one mined before it waits`() async throws {
        let litecoind = try await Litecoind(blocks: 2)
        let node = try node(of: litecoind)
        let known = try await node.state().tip

        // Were it not woken, it would wait for an hour.
        async let wait: Void = node.waitForTip(otherThan: known.hash, timeout: .seconds(3_600))
        try await litecoind.mine()
        try await wait
        // The block came before the call: it must not wait for the next one.
        try await node.waitForTip(otherThan: known.hash, timeout: .seconds(3_600))
        let tip = try await node.state().tip
        #expect(tip.parent == known.hash)

        // Nothing new: it comes back after the time given, and does not fail.
        let clock = ContinuousClock()
        let quiet = clock.now
        try await node.waitForTip(otherThan: tip.hash, timeout: .milliseconds(300))
        #expect(clock.now - quiet >= .milliseconds(250))
    }

    @Test func `a node of another chain is told from ours`() async throws {
        let litecoind = try await Litecoind(blocks: 2)
        for (coin, chain) in [(Coin.litecoin, BitcoinChain.main), (.litecoin, .test), (.bitcoin, .regtest)] {
            let parameters = try #require(ChainParameters(coin: coin, chain: chain))
            let node = try node(of: litecoind, on: parameters)
            #expect(await code { _ = try await node.state() } == .wrongChain)
            #expect(await code { _ = try await node.header(at: 0) } == .wrongChain)
            let genesis = BlockReference(height: 0, hash: parameters.genesis)
            #expect(await code { _ = try await node.headers(after: genesis, limit: 1) } == .wrongChain)
            #expect(await code { _ = try await node.block(genesis) } == .wrongChain)
            #expect(await code { _ = try await node.mempool() } == .wrongChain)
            #expect(await code { _ = try await node.unconfirmed([genesis.hash]) } == .wrongChain)
        }
    }

    @Test func `wrong credentials and an absent node are told apart, and a node that returns is used again`()
        async throws
    {
        // A stopping node waits for its idle connections to time out.
        let litecoind = try await Litecoind(blocks: 2, options: ["-rpcservertimeout=1"])
        let intruder = BitcoinNode(
            Self.parameters, http: Self.http,
            endpoint: try NodeEndpoint(
                url: litecoind.url, credentials: .basic(username: litecoind.username, password: "mistaken")))
        let refusal = await error { _ = try await intruder.state() }
        #expect(refusal?.code == .refused)
        #expect(refusal?.message.contains("mistaken") == false)

        let node = try node(of: litecoind)
        let tip = try await node.state().tip
        try await litecoind.stop()
        #expect(await code { _ = try await node.state() } == .unreachable)
        #expect(await code { _ = try await node.block(tip.reference) } == .unreachable)
        #expect(await code { _ = try await node.headers(after: tip.reference, limit: 1) } == .unreachable)
        #expect(await code { _ = try await node.mempool() } == .unreachable)
        #expect(await code { _ = try await node.unconfirmed([tip.hash]) } == .unreachable)
        try await litecoind.start()
        #expect(try await node.state().tip == tip)
    }

    private let format = BitcoinAddress(Self.parameters)

    private func node(of litecoind: Litecoind, on parameters: ChainParameters = Self.parameters) throws -> BitcoinNode {
        let endpoint = try NodeEndpoint(
            url: litecoind.url, credentials: .basic(username: litecoind.username, password: litecoind.password))
        return BitcoinNode(parameters, http: Self.http, endpoint: endpoint)
    }

    private func error(_ call: () async throws -> Void) async -> NodeError? {
        do { try await call() } catch { return error as? NodeError }
        return nil
    }

    private func code(_ call: () async throws -> Void) async -> NodeError.Code? {
        await error(call)?.code
    }
}
