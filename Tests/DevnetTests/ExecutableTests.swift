import Foundation
import NodeHTTP
import TestSupport
import Testing

@testable import Devnet

/// The node as a process.
@Suite("confirmd-devnet") struct ExecutableTests {
    private func endpoint(_ node: TronDevnet, key: String? = nil) throws -> NodeEndpoint {
        try NodeEndpoint(url: node.url, headers: key.map { [HeaderField("TRON-PRO-API-KEY", $0)] } ?? [])
    }

    private func get(_ path: String, _ node: TronDevnet, key: String? = nil) async throws -> HTTPResponse {
        try await HTTPClient().send(
            HTTPRequest(.get, path: path, deadline: .seconds(10), maximumBytes: 1 << 24),
            to: try endpoint(node, key: key))
    }

    @Test("GET and POST have the same answer, and a body that is not an object of scalars has an error")
    func methods() async throws {
        let node = try await TronDevnet()
        let posted = try await node.post("/wallet/getblockbynum", ["num": 3, "visible": true])
        #expect(posted.body["blockID"].string?.hasPrefix("0000000000000003") == true)
        let got = try await get("/wallet/getblockbynum?num=3&visible=true", node)
        #expect(try JSONDecoder().decode(JSON.self, from: Data(got.body)) == posted.body)
        for body: JSON in [["num": [1]], [1], ["num": "x"]] {
            let answer = try await node.post("/wallet/getblockbynum", body)
            #expect(answer.status == 200)
            #expect(answer.body["Error"].string != nil)
        }
    }

    @Test("Each failure is what it says on the wire, and the node is well again after it")
    func failures() async throws {
        let node = try await TronDevnet()
        for (failure, status) in [
            (TronDevnet.Failure.forbidden, 403), (.tooMany, 429), (.failure, 500), (.unavailable, 503),
        ] {
            try await node.fail(failure, times: 1)
            #expect(try await node.post("/wallet/getnowblock").status == status)
        }
        try await node.fail(.truncated, times: 1)
        let half = try await get("/wallet/getnowblock", node)
        let whole = try await get("/wallet/getnowblock", node)
        #expect(!half.body.isEmpty && whole.body.starts(with: half.body) && half.body.count < whole.body.count)
        try await node.fail(.hang, times: 1)
        let error = await #expect(throws: HTTPError.self) {
            try await HTTPClient().send(
                HTTPRequest(.get, path: "/wallet/getnowblock", deadline: .milliseconds(300), maximumBytes: 1 << 20),
                to: try endpoint(node))
        }
        #expect(error?.code == .timedOut)
        #expect(try await node.post("/wallet/getnowblock").status == 200)
        #expect(try await node.requests() == 8)
    }

    @Test("The key is read from its header")
    func key() async throws {
        let node = try await TronDevnet(apiKey: "secret")
        #expect(try await node.post("/wallet/getnowblock").status == 401)
        #expect(try await get("/wallet/getnowblock", node, key: "secret").status == 200)
    }

    @Test("Commands for people: pay, mine, fork and state, with the node's refusal in words")
    func commands() async throws {
        let node = try await TronDevnet()
        func run(_ arguments: String...) async throws -> Command.Output {
            try await TronDevnet.run(arguments + ["--node", node.url])
        }
        let address = try await node.newAddress()
        #expect(try await run("pay", "--to", address, "--amount", "12.5", "--asset", "USDT").status == 0)
        #expect(try await run("mine", "--blocks", "2").status == 0)
        #expect(try await node.height == 32)
        #expect(try await run("fork", "--depth", "2", "--payments", "none").status == 0)
        #expect(try await node.height == 33)
        #expect(try await run("state").stdout.contains("\"height\":33"))
        #expect(try await run("tell", "lag", "blocks=2").status == 0)
        let refusal = try await run("pay", "--to", "nobody", "--amount", "1")
        #expect(refusal.status != 0)
        #expect(refusal.stderr.contains("to is not an address"))
    }

    @Test("Blocks come by themselves where they are to, with the time of the clock")
    func blockTime() async throws {
        let node = try await TronDevnet(blockTime: "50ms")
        try await eventually("five more blocks", look: { try await node.height }, holds: { $0 >= 35 })
        let block = try await node.post("/wallet/getblockbynum", ["num": 31]).body
        let time = try #require(block["block_header"]["raw_data"]["timestamp"].number)
        #expect(abs(Double(time) / 1_000 - Date().timeIntervalSince1970) < 30)
    }
}
