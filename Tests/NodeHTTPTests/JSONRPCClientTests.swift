import Foundation
import Synchronization
import TestSupport
import Testing

@testable import NodeHTTP

@Suite struct JSONRPCClientTests {
    /// Answers each POST with what `reply` makes of its ids (one for a single call).
    private func withNode(
        status: Int = 200, reply: @escaping @Sendable ([Int]) -> String, test: (JSONRPCClient) async throws -> Void
    ) async throws {
        try await withLoopback { connection in
            while let request = connection.request() {
                let json = try? JSONSerialization.jsonObject(with: Data(request.body))
                let calls = json as? [[String: Any]] ?? [json as? [String: Any] ?? [:]]
                connection.answer(status, [], reply(calls.map { $0["id"] as? Int ?? -1 }))
            }
        } test: { client, endpoint, _ in
            try await test(JSONRPCClient(http: client, endpoint: endpoint))
        }
    }

    private func error(of work: () async throws(RPCError) -> Void) async -> RPCError? {
        do throws(RPCError) { try await work() } catch { return error }
        return nil
    }

    private func code(_ error: RPCError?) -> HTTPError.Code? {
        if case .http(let error) = error { error.code } else { nil }
    }

    private func nodeCode(_ error: RPCError?) -> Int? {
        if case .node(let code, _) = error { code } else { nil }
    }

    @Test(arguments: [
        #"{"result":7,"error":null,"id":ID}"#, #"{"jsonrpc":"2.0","result":7,"id":ID}"#,
        #" { "id" : ID , "extra" : {"result":8} , "result" : 7 } "#,
    ])
    func resultIsDecoded(text: String) async throws {
        try await withNode {
            text.replacing("ID", with: "\($0[0])")
        } test: { node in
            let value = try await node.call("getblockcount", as: Int.self)
            #expect(value == 7)
        }
    }

    @Test func nullResultIsNil() async throws {
        try await withNode {
            #"{"result":null,"error":null,"id":\#($0[0])}"#
        } test: { node in
            let value = try await node.call("gettxout", as: Int?.self)
            #expect(value == nil)
            let failed = await error { () throws(RPCError) in _ = try await node.call("getblockcount", as: Int.self) }
            #expect(code(failed) == .malformed)
        }
    }

    @Test func amountsStayExact() async throws {
        try await withNode {
            #"{"result":[0.29,20999999.97690000,0.00000001],"id":\#($0[0])}"#
        } test: { node in
            let values = try await node.call("x", as: [Decimal].self)
            #expect(values == ["0.29", "20999999.9769", "0.00000001"].map { Decimal(string: $0) })
            let text = try await node.callForText("x")
            #expect(String(decoding: text, as: UTF8.self) == "[0.29,20999999.97690000,0.00000001]")
        }
    }

    @Test(arguments: [
        (500, #"{"result":null,"error":{"code":-28,"message":"Loading\u001b block index…"},"id":ID}"#, -28),
        (404, #"{"result":null,"error":{"code":-32601,"message":"Method not found"},"id":ID}"#, -32_601),
        (200, #"{"jsonrpc":"2.0","error":{"code":-8,"message":"out of range","data":{}},"id":ID}"#, -8),
        (400, #"{"jsonrpc":"2.0","error":{"code":-32700},"id":null}"#, -32_700),
    ])
    func errorOfTheNodeKeepsItsCode(status: Int, text: String, expected: Int) async throws {
        try await withNode(status: status) {
            text.replacing("ID", with: "\($0[0])")
        } test: { node in
            let failed = await error { () throws(RPCError) in _ = try await node.call("m", as: Int.self) }
            #expect(nodeCode(failed) == expected)
            #expect(failed?.description.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } == true)
        }
    }

    @Test func errorTextIsBounded() async throws {
        let long = String(repeating: "x", count: 100_000)
        try await withNode {
            #"{"error":{"code":1,"message":"\#(long)"},"id":\#($0[0])}"#
        } test: { node in
            let failed = await error { () throws(RPCError) in _ = try await node.call("m", as: Int.self) }
            #expect(String(describing: failed).count < 300)
        }
    }

    @Test(arguments: [
        "", "null", "7", "[]", "{}", "not JSON", #"{"result":7}"#, #"{"result":7,"id":null}"#,
        #"{"result":7,"id":"ID"}"#,
        #"{"result":7,"id":ID0}"#, #"{"result":7,"id":-1}"#, #"{"result":7,"id":ID.0}"#, #"{"id":ID}"#,
        #"{"error":null,"id":ID}"#, #"{"result":7,"error":{"code":1},"id":ID}"#, #"{"error":"no","id":ID}"#,
        #"{"error":{"code":"1"},"id":ID}"#, #"{"error":{"code":1e300},"id":ID}"#, #"{"error":{"code":1},"id":0}"#,
        #"{"result":7,"result":8,"id":ID}"#, #"{"result":7,"id":ID,"id":ID}"#, #"{"result":7,"id":ID}x"#,
        #"{"result":"text","id":ID}"#, #"{"result":7.5,"id":ID}"#, #"{"result":1e999,"id":ID}"#,
        #"[{"result":7,"id":ID}]"#,
        #"{"result":--7,"id":ID}"#, #"{"result":7"#, #"{"result":99999999999999999999,"id":ID}"#,
    ])
    func answerIsMalformed(text: String) async throws {
        try await withNode {
            text.replacing("ID", with: "\($0[0])")
        } test: { node in
            let failed = await error { () throws(RPCError) in _ = try await node.call("m", as: Int.self) }
            #expect(code(failed) == .malformed)
        }
    }

    @Test(arguments: [
        (404, HTTPError.Code.refused), (400, .refused), (500, .unreachable), (503, .rateLimited), (403, .refused),
    ])
    func statusWithoutJSONIsItsFailure(status: Int, expected: HTTPError.Code) async throws {
        try await withNode(status: status) { _ in
            "<h1>Work queue depth exceeded</h1>"
        } test: { node in
            let failed = await error { () throws(RPCError) in _ = try await node.call("m", as: Int.self) }
            #expect(code(failed) == expected)
            let batch = await error { () throws(RPCError) in _ = try await node.batch([RPCCall("m")], as: Int.self) }
            #expect(code(batch) == expected)
        }
    }

    @Test func resultUnderAnErrorStatusIsMalformed() async throws {
        try await withNode(status: 500) {
            #"{"result":7,"id":\#($0[0])}"#
        } test: { node in
            let failed = await error { () throws(RPCError) in _ = try await node.call("m", as: Int.self) }
            #expect(code(failed) == .malformed)
        }
    }

    @Test func batchIsMatchedByIdInAnyOrder() async throws {
        try await withNode { ids in
            "[" + ids.enumerated().reversed().map { #"{"result":\#($0 * 10),"id":\#($1)}"# }.joined(separator: ",")
                + "]"
        } test: { node in
            let calls = (0..<50).map { RPCCall("getblockhash", [.integer($0)]) }
            let values = try await node.batch(calls, as: Int.self)
            #expect(values == (0..<50).map { $0 * 10 })
            let none = try await node.batch([], as: Int.self)
            #expect(none.isEmpty)
        }
    }

    @Test func failedItemFailsTheBatchOrStandsInItsPlace() async throws {
        try await withNode { ids in
            #"[{"result":1,"error":null,"id":\#(ids[0])},{"result":null,"error":{"code":-5,"message":"no"},"id":\#(ids.last ?? 0)}]"#
        } test: { node in
            let calls = [RPCCall("a"), RPCCall("b")]
            let failed = await error { () throws(RPCError) in _ = try await node.batch(calls, as: Int.self) }
            #expect(nodeCode(failed) == -5)
            let results = try await node.batchResults(calls, as: Int.self)
            #expect(results.count == 2)
            #expect(try results[0].get() == 1)
            #expect(throws: RPCError.self) { try results[1].get() }
        }
    }

    @Test(arguments: [
        "[]", "[A]", "[A,A]", "[A,B,B]", "[A,F]", "[A,N]", "[A,B,F]", "{}", "", "[A,B", #"[A,{"result":1}]"#, "[A,7]",
        "[[A,B]]",
    ])
    func batchWithoutExactlyOneAnswerEachIsMalformed(text: String) async throws {
        try await withNode { ids in
            let items = ["A": "\(ids[0])", "B": "\(ids.last ?? 0)", "F": "999999999", "N": "null"]
            return text.map { items[String($0)].map { #"{"result":1,"id":\#($0)}"# } ?? String($0) }.joined()
        } test: { node in
            let calls = [RPCCall("a"), RPCCall("b")]
            let failed = await error { () throws(RPCError) in _ = try await node.batchResults(calls, as: Int.self) }
            #expect(code(failed) == .malformed)
        }
    }

    @Test(arguments: [
        #"{"error":{"code":-32600,"message":"too large"},"id":null}"#, #"[{"error":{"code":-32600},"id":ID}]"#,
    ])
    func batchRefusedAsAWholeIsTheNodesError(text: String) async throws {
        try await withNode { ids in
            ids.count > 1
                ? text.replacing("ID", with: "\(ids[0])")
                : #"{"error":{"code":-32001,"message":"no"},"id":\#(ids[0])}"#
        } test: { node in
            // Whether it was the batch can't be told from a call that fails too.
            let calls = [RPCCall("a"), RPCCall("b")]
            let failed = await error { () throws(RPCError) in _ = try await node.batch(calls, as: Int.self) }
            #expect(nodeCode(failed) == -32_001)
            for result in try await node.batchResults(calls, as: Int.self) {
                #expect(throws: RPCError.self) { try result.get() }
            }
            #expect(node.takesBatches)
        }
    }

    @Test func aBatchThatIsRefusedIsMadeSmallerDownToSingleCalls() async throws {
        try await withNode { ids in
            ids.count > 1 ? "no batches, sorry" : #"{"result":\#(ids[0]),"id":\#(ids[0])}"#
        } test: { node in
            let values = try await node.batch((0..<70).map { RPCCall("m\($0)") }, as: Int.self)
            #expect(values == values.sorted() && values.count == 70)
            #expect(!node.takesBatches)
        }
    }

    @Test func whatANodeTookOnceIsTriedAgainInTime() async throws {
        let refusals = Atomic(1)
        try await withNode { ids in
            if ids.count == 1 { return #"{"result":1,"id":\#(ids[0])}"# }
            if refusals.subtract(1, ordering: .relaxed).oldValue > 0 { return "not now" }
            return "[" + ids.map { #"{"result":\#(ids.count),"id":\#($0)}"# }.joined(separator: ",") + "]"
        } test: { node in
            let values = try await node.batch((0..<600).map { RPCCall("m\($0)") }, as: Int.self)
            #expect(values[1] == 32 && values[599] < 64)
            let later = try await node.batch((0..<64).map { RPCCall("m\($0)") }, as: Int.self)
            #expect(later == Array(repeating: 64, count: 64))
        }
    }

    @Test func notFoundCanBeToldFromFailure() async throws {
        try await withLoopback { connection in
            while let request = connection.request() {
                connection.answer(Int(request.path.dropFirst()) ?? 0, [], "text")
            }
        } test: { client, endpoint, _ in
            let node = JSONRPCClient(http: client, endpoint: endpoint)
            for status in [200, 404] {
                let response = try await node.get("/\(status)", maximumBytes: 100)
                #expect(response.status == status)
            }
            for (status, code) in [(400, HTTPError.Code.refused), (500, .unreachable), (503, .rateLimited)] {
                await #expect { try await node.get("/\(status)", maximumBytes: 100) } throws: {
                    ($0 as? HTTPError)?.code == code
                }
            }
        }
    }

    @Test func randomAnswersNeverCrash() async throws {
        try await withNode { ids in
            var random = SplitMix64(seed: Seed.value &+ UInt64(ids[0]))
            let whole =
                "[" + ids.map { #"{"result":{"a":[1,"b"]},"error":null,"id":\#($0)}"# }.joined(separator: ",") + "]"
            let text = Array((ids.count == 1 ? String(whole.dropFirst().dropLast()) : whole).utf8)
            return String(decoding: random.mutation(of: text, alphabet: Array(0x09...0x7E)), as: UTF8.self)
        } test: { node in
            struct Answer: Decodable { let a: [String] }
            await withTaskGroup { group in
                for _ in 0..<300 {
                    group.addTask { _ = try? await node.call("m", as: Answer.self) }
                    group.addTask { _ = try? await node.batch([RPCCall("m"), RPCCall("n")], as: Answer.self) }
                }
            }
        }
    }
}
