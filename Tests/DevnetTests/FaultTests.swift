import NodeHTTP
import TestSupport
import Testing

@testable import Devnet

@Suite("Faults") struct FaultTests {
    private static let receiver = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"

    @Test("The newest blocks' results are late, and are there once enough blocks have come")
    func lateInfos() throws {
        var node = Node.made()
        try node.perform("fill", ["transactions": "3"])
        try node.perform("mine")
        let id = "\(node.chain.tip.transactions[2].id)"
        try node.perform("infos", ["blocks": "1", "kept": "2"])
        #expect(try node.infos(at: 31).count == 2)
        #expect(try node.ask("wallet/gettransactioninfobyid", ["value": id]) == [:])
        #expect(try node.ask("wallet/gettransactionbyid", ["value": id]) != [:])
        try node.perform("mine")
        #expect(try node.infos(at: 31).count == 3)
        try node.perform("infos")
        #expect(try node.infos(at: 31) == [])
        try node.perform("release")
        #expect(try node.infos(at: 31).count == 3)
    }

    @Test("A node that lags serves an older tip, and nothing above it")
    func lag() throws {
        var node = Node.made()
        try node.perform("pay", ["to": Self.receiver, "amount": "5"])
        try node.perform("mine", ["blocks": "2"])
        try node.perform("lag", ["blocks": "3"])
        #expect(try node.ask("wallet/getnowblock")["block_header"]?["raw_data"]?["number"] == 29)
        #expect(try node.ask("wallet/getblockbynum", ["num": "31"]) == [:])
        #expect(try node.ask("wallet/getaccount", ["address": Self.receiver]) == [:])
        try node.perform("lag", ["blocks": "1000"])
        #expect(try node.ask("wallet/getnowblock")["blockID"] == .string("\(node.chain.blocks[0].id)"))
        #expect(try node.ask("wallet/getnodeinfo")["solidityBlock"] == .string("Num:0,ID:\(node.chain.blocks[0].id)"))
    }

    @Test("Requests fail after so many, so many times, and only where they are to", arguments: Fault.Effect.allCases)
    func failures(effect: Fault.Effect) throws {
        var node = Node.made()
        try node.perform(
            "fail", ["how": effect.rawValue, "path": "/walletsolidity/", "after": "1", "times": "2"])
        func outcomes(_ path: String) -> [String] {
            (0..<4).map { _ in
                switch node.answer(path, Parameters([:]), apiKey: nil) {
                case .answer: "answer"
                case .status(let status, _): String(status)
                case .truncated: "truncated"
                case .silence: "hang"
                }
            }
        }
        #expect(outcomes("/wallet/getnowblock") == ["answer", "answer", "answer", "answer"])
        #expect(outcomes("/walletsolidity/getnowblock") == ["answer", effect.rawValue, effect.rawValue, "answer"])
        #expect(try node.perform("state")["requests"] == 8)
        #expect(try node.perform("state")["requestsByPath"]?["/wallet/getnowblock"] == 4)
    }

    @Test("Another chain has another genesis block at the same height, and gives way again")
    func otherChain() throws {
        var node = Node.made()
        let genesis = try node.ask("wallet/getblockbynum", ["num": "0"])
        let tip = try node.ask("wallet/getnowblock")
        try node.perform("chain", ["seed": "2"])
        #expect(try node.ask("wallet/getblockbynum", ["num": "0"]) != genesis)
        #expect(try node.ask("wallet/getnowblock")["block_header"]?["raw_data"]?["number"] == 30)
        try node.perform("release")
        #expect(try node.ask("wallet/getnowblock") == tip)
    }

    @Test("Without its key a node answers nothing, and counts the request all the same")
    func apiKey() throws {
        var node = Node.made(apiKey: "secret")
        #expect(node.status(of: "wallet/getnowblock") == 401)
        #expect(node.status(of: "wallet/getnowblock", apiKey: "wrong") == 401)
        #expect(node.status(of: "wallet/getnowblock", apiKey: "secret") == 200)
        #expect(try node.perform("state")["requests"] == 3)
    }

    @Test(
        "A command that makes no sense is refused with a reason and changes nothing",
        arguments: [
            ("pay", ["to": "x", "amount": "1"]), ("pay", ["to": receiver]),
            ("pay", ["to": receiver, "amount": "-1"]), ("pay", ["to": receiver, "amount": "0"]),
            ("pay", ["to": receiver, "amount": "0.0000001"]), ("pay", ["to": receiver, "amount": "1e3"]),
            ("pay", ["to": receiver, "amount": "99999999999999999999"]),
            ("pay", ["to": receiver, "amount": String(repeating: "9", count: 39)]),
            ("pay", ["to": receiver, "amount": "1", "asset": "usdt"]),
            ("pay", ["to": receiver, "amount": "1", "asset": "USDT", "kind": "internal"]),
            ("pay", ["to": receiver, "amount": "1", "kind": "gift"]),
            ("pay", ["to": receiver, "amount": "1", "result": "DEFAULT"]),
            ("pay", ["to": receiver, "ammount": "1"]), ("mine", ["blocks": "0"]), ("mine", ["blocks": "1001"]),
            ("mine", ["blocks": "9223372036854775808"]), ("fork", ["depth": "0"]), ("fork", ["depth": "31"]),
            ("fork", ["depth": "1", "length": "0"]), ("fork", ["payments": "half"]), ("lag", ["blocks": "-1"]),
            ("infos", ["kept": "-1"]), ("fail", ["how": "200"]), ("fill", ["transactions": "10001"]), ("dance", [:]),
        ])
    func refusals(command: String, parameters: [String: String]) throws {
        var node = Node.made()
        #expect(throws: TestFailure.self) { try node.perform(command, parameters) }
        #expect(node.chain.tip.height == 30)
        #expect(node.chain.pending.isEmpty)
        #expect(node.faults.isEmpty)
    }
}
