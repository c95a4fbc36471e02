import Chain
import Foundation
import NodeHTTP
import TestSupport
import Testing

@testable import EVM

@Suite struct CallTraceTests {
    private let transaction = Hash256(1, 2, 3, 4)
    private let payer = "0x" + String(repeating: "5e", count: 20)
    private let payee = "0x" + String(repeating: "a1", count: 20)

    private func traces(_ text: String, of transactions: [Hash256]) throws -> [CallTrace] {
        try CallTracer.traces(Array(text.utf8)[...], of: transactions)
    }

    private func call(_ type: String = "CALL", value: String = "0x1", _ more: String = "") -> String {
        #"{"type":"\#(type)","from":"\#(payer)","to":"\#(payee)","value":"\#(value)"\#(more)}"#
    }

    private func entry(_ result: String) -> String { #"{"txHash":"0x\#(transaction)","result":\#(result)}"# }

    // MARK: Real traces

    @Test(.enabled(if: ChainFixture.arePresent, "needs ../shared/fixtures"), arguments: ChainFixture.all("calltrace"))
    func `the calls of a real block pay what is expected`(fixture: ChainFixture) throws {
        let text = try fixture.text("calltrace")
        let entries = try #require(try JSONSerialization.jsonObject(with: Data(text)) as? [[String: Any]])
        let hashes = entries.compactMap { ($0["txHash"] as? String).flatMap { Hash256(hex: $0.dropFirst(2)) } }
        let traces = try CallTracer.traces(text[...], of: hashes)
        let found = zip(hashes, traces).flatMap { hash, trace in
            trace.payments.filter { !$0.path.isEmpty }.map {
                "0x\(hash) \(Locator.call($0.path)) 0x\($0.sender) 0x\($0.recipient) \($0.amount.decimal)"
            }
        }
        // One of them goes from an address to itself, which moves nothing.
        let listed = try #require(try fixture.expected().internal)
        if fixture.name == "24298763-trace" { #expect(listed.filter { $0.from == $0.to }.count == 1) }
        let expected = listed.filter { $0.from != $0.to }.map {
            "\($0.txid ?? "") call:\($0.path) \($0.from) \($0.to) \($0.amount)"
        }
        #expect(Set(found) == Set(expected))
        #expect(found.count == expected.count)
    }

    /// geth's own examples: creations, reverts within and around, a CALL that runs out of gas.
    @Test(.enabled(if: ChainFixture.arePresent, "needs ../shared/fixtures"))
    func `every recorded call trace pays what is expected`() throws {
        struct Recorded: Decodable {
            let expectedInternal: [ChainFixture.Expected.Inner]
        }
        let folder = try #require(Fixtures.folder("ethereum-traces"))
        let data = try Fixtures.gunzip(folder.appendingPathComponent("call_tracer.json.gz"))
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let expected = try decoder.decode([String: Recorded].self, from: data)
        let objects = try #require(try JSONSerialization.jsonObject(with: data) as? [String: [String: Any]])
        #expect(objects.count == 10)
        for (name, object) in objects {
            let result = [UInt8](try JSONSerialization.data(withJSONObject: try #require(object["result"])))
            var scanner = JSONScanner(result[...])
            let trace = try CallTracer.trace(&scanner)
            let found = trace.payments.filter { !$0.path.isEmpty }.map {
                "\(Locator.call($0.path)) 0x\($0.sender) 0x\($0.recipient) \($0.amount.decimal)"
            }
            let wanted = try #require(expected["\(name)"] ?? expected[camelCase(name)]).expectedInternal.map {
                "call:\($0.path) \($0.from) \($0.to) \($0.amount)"
            }
            #expect(found == wanted, "\(name)")
        }
    }

    private func camelCase(_ name: String) -> String {
        let words = name.split(separator: "_")
        return words.dropFirst().reduce(String(words[0])) { $0 + $1.prefix(1).uppercased() + $1.dropFirst() }
    }

    // MARK: Rules

    /// The error comes after the calls that it undoes, as geth writes it.
    @Test func `an error undoes everything below it`() throws {
        let inner = call("CALL", #","calls":[\#(call()),\#(call())]"#)
        let text = call("CALL", #","calls":[\#(inner)],"error":"execution reverted""#)
        let trace = try #require(try traces("[\(entry(text))]", of: [transaction]).first)
        #expect(trace.hasFailed)
        #expect(trace.payments.isEmpty)
    }

    @Test func `as many traces as transactions, in their order`() throws {
        let one = entry(call())
        #expect(try traces("[\(one)]", of: [transaction]).count == 1)
        #expect(throws: DecodeError.self) { try traces("[]", of: [transaction]) }
        #expect(throws: DecodeError.self) { try traces("[\(one)]", of: []) }
        #expect(throws: DecodeError.self) { try traces("[\(one)]", of: [transaction, transaction]) }
        #expect(throws: DecodeError.self) { try traces("[\(one)]", of: [Hash256(9, 9, 9, 9)]) }
        // Nodes of before 2023 leave the hash out.
        #expect(try traces("[{\"result\":\(call())}]", of: [transaction]).count == 1)
    }

    /// pitfall 8: an error in place of one result, within an answer that succeeded.
    @Test(arguments: [
        #"[{"txHash":"0x0000000000000001000000000000000200000000000000030000000000000004","error":"execution timeout"}]"#,
        #"[{"error":"missing trie node"}]"#, "[null]", "[{}]", "null", "{}", #"[{"result":null}]"#,
        #"[{"result":{}}]"#, #"[{"result":{"type":"CALL","value":"0x1"}}]"#,
        #"[{"result":{"type":"CALL","value":1,"from":"0x","to":"0x"}}]"#,
    ])
    func `a transaction that was not traced fails the block`(text: String) {
        #expect(throws: (any Error).self) { try traces(text, of: [transaction]) }
    }

    @Test func `an unknown kind of call stops the network by its name`() {
        let error = #expect(throws: DecodeError.self) {
            try traces("[\(entry(call("CALL", #","calls":[\#(call("AUTHCALL"))]"#)))]", of: [transaction])
        }
        #expect(error?.code == .unknownFormat)
        #expect(error?.message.contains("AUTHCALL") == true)
    }

    /// How deep calls nest is up to whoever made the transaction.
    @Test func `calls nest as deep as the EVM lets them and no deeper`() throws {
        func nested(_ depth: Int) -> String {
            let begin = #"{"type":"CALL","from":"\#(payer)","to":"\#(payee)","value":"0x1","calls":["#
            return String(repeating: begin, count: depth) + call() + String(repeating: "]}", count: depth)
        }
        let trace = try #require(try traces("[\(entry(nested(1_024)))]", of: [transaction]).first)
        #expect(trace.payments.count == 1_025)
        #expect(trace.payments.last?.path == [UInt32](repeating: 0, count: 1_024))
        #expect(throws: (any Error).self) { try traces("[\(entry(nested(1_025)))]", of: [transaction]) }
        #expect(throws: (any Error).self) { try traces("[\(entry(nested(100_000)))]", of: [transaction]) }
    }

    @Test func `a list of calls must have callers before what they call`() throws {
        func item(_ path: String) -> String {
            """
            {"type":"call","traceAddress":[\(path)],"transactionHash":"0x\(transaction)","action":{"callType":"call",\
            "from":"\(payer)","to":"\(payee)","value":"0x1"}}
            """
        }
        func read(_ paths: [String]) throws -> [CallTrace] {
            let text = "[\(paths.map(item).joined(separator: ","))]"
            return try BlockTracer.traces(Array(text.utf8)[...], of: [transaction])
        }
        #expect(try read(["", "0", "0,0", "1", "10"]).first?.payments.count == 5)
        for paths in [
            ["0"], ["", "1", "0"], ["", "0,0", "0"], ["", "0", "0"], ["", ""], [], ["", "-1"], ["", "x"],
        ] {
            #expect(throws: (any Error).self, "\(paths)") { try read(paths) }
        }
    }

    /// Nothing commits to a trace: other damage may go unnoticed, in numbers and texts that nobody reads.
    @Test func `what is cut off is refused, and random damage crashes nothing`() {
        var generator = SplitMix64(seed: Seed.value)
        let hashes = RecordedBlock.transactions.compactMap { Hash256(hex: $0) }
        let alphabet = Array(#"{}[]",:0x1fng\"#.utf8)
        for round in 0..<600 {
            var text = Array((round % 2 == 0 ? RecordedBlock.calls : RecordedBlock.traces).utf8)
            let place = Int.random(in: 0..<text.count, using: &generator)
            switch round % 3 {
            case 0: text.removeSubrange(place...)
            case 1: text[place] = alphabet.randomElement(using: &generator)!
            default: text.insert(alphabet.randomElement(using: &generator)!, at: place)
            }
            do {
                let traces =
                    round % 2 == 0
                    ? try CallTracer.traces(text[...], of: hashes) : try BlockTracer.traces(text[...], of: hashes)
                #expect(round % 3 > 0, "cut off in round \(round) of seed \(Seed.value)")
                #expect(traces.count == hashes.count)
            } catch {}
        }
    }
}
