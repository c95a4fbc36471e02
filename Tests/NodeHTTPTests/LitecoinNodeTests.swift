import Foundation
import Testing

@testable import NodeHTTP

/// Against a real node, a private regtest chain of Litecoin Core.
@Suite(
    .enabled(if: FileManager.default.isExecutableFile(atPath: LitecoinNode.executable), "needs litecoind"), .serialized)
struct LitecoinNodeTests {
    @Test func callsBatchesAndRESTWorkWithAPassword() async throws {
        let node = try LitecoinNode(password: "hunter2")
        defer { node.stop() }
        let http = HTTPClient()
        let basic = NodeCredentials.basic(username: "confirmd", password: "hunter2")
        let client = JSONRPCClient(http: http, endpoint: try NodeEndpoint(url: node.url, credentials: basic))
        try await node.waitUntilReady(client)

        let count = try await client.call("getblockcount", as: Int.self)
        #expect(count == 0)
        let genesis = try await client.call("getblockhash", [0], as: String.self)

        // One failing item: its own error stays in its place, and fails the plain batch.
        let calls = [RPCCall("getblockhash", [0]), RPCCall("getblockhash", [999]), RPCCall("getbestblockhash")]
        let results = try await client.batchResults(calls, as: String.self)
        #expect(results.map { try? $0.get() } == [genesis, nil, genesis])
        #expect(rpcCode(results[1]) == -8)
        #expect(await rpcCode { () throws(RPCError) in _ = try await client.batch(calls, as: String.self) } == -8)

        #expect(
            await rpcCode { () throws(RPCError) in _ = try await client.call("nosuchmethod", as: Int.self) } == -32_601)
        let zeros = String(repeating: "0", count: 64)
        #expect(
            await rpcCode { () throws(RPCError) in
                _ = try await client.call("getblock", [.string(zeros), 0], as: String.self)
            } == -5)

        // The same block by REST as bytes and by RPC as hex.
        let block = try await client.get("/rest/block/\(genesis).bin", maximumBytes: 4 << 20)
        #expect(block.status == 200)
        let hex = try await client.call("getblock", [.string(genesis), 0], as: String.self)
        #expect(block.body.map { String(format: "%02x", $0) }.joined() == hex)
        let missing = try await client.get("/rest/block/\(zeros).bin", maximumBytes: 4 << 20)
        #expect(missing.status == 404)
        #expect(String(decoding: missing.body, as: UTF8.self).contains("not found"))
        let small = await failure(
            of: .get("/rest/block/\(genesis).bin", maximumBytes: 100), at: client.endpoint, with: http)
        #expect(small?.code == .tooLarge)

        let wrong = NodeCredentials.basic(username: "confirmd", password: "wrong")
        let stranger = JSONRPCClient(http: http, endpoint: try NodeEndpoint(url: node.url, credentials: wrong))
        do throws(RPCError) {
            _ = try await stranger.call("getblockcount", as: Int.self)
            Issue.record("a wrong password was accepted")
        } catch {
            guard case .http(let error) = error else { throw error }
            #expect(error.code == .refused)
            #expect(error.status == 401)
        }

        // A long poll ends with its task, and the node goes on answering.
        let poll = Task { try await client.call("waitfornewblock", [60_000], as: [String: String].self) }
        poll.cancel()
        await #expect(throws: RPCError.self) { try await poll.value }
        let after = try await client.call("getblockcount", as: Int.self)
        #expect(after == 0)
    }

    @Test func cookieFileOutlivesARestart() async throws {
        let node = try LitecoinNode(password: nil)
        defer { node.stop() }
        let endpoint = try NodeEndpoint(url: node.url, credentials: .cookieFile(node.cookieFile))
        let client = JSONRPCClient(http: HTTPClient(), endpoint: endpoint)
        try await node.waitUntilReady(client)
        let cookie = try String(contentsOfFile: node.cookieFile, encoding: .utf8)

        try node.restart()
        try await node.waitUntilReady(client)
        #expect(try String(contentsOfFile: node.cookieFile, encoding: .utf8) != cookie)
        let count = try await client.call("getblockcount", as: Int.self)
        #expect(count == 0)

        node.stop()
        do throws(RPCError) {
            _ = try await client.call("getblockcount", as: Int.self)
            Issue.record("a stopped node answered")
        } catch {
            guard case .http(let error) = error else { throw error }
            #expect(error.code == .unreachable)
        }
    }

    private func rpcCode(_ work: () async throws(RPCError) -> Void) async -> Int? {
        do throws(RPCError) { try await work() } catch {
            if case .node(let code, _) = error { return code }
        }
        return nil
    }

    private func rpcCode(_ result: Result<String, RPCError>) -> Int? {
        if case .failure(.node(let code, _)) = result { code } else { nil }
    }
}
