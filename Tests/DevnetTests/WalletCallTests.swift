import Foundation
import NodeHTTP
import TestSupport
import Testing

@testable import Devnet

@Suite("The node's interface") struct WalletCallTests {
    private static let receiver = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"

    /// A node whose block 31 has a payment of TRX, one of USDT and two internal transfers, one of them rejected.
    private func node() throws -> Node {
        var node = Node.made()
        try node.perform("pay", ["to": Self.receiver, "amount": "5"])
        try node.perform("pay", ["to": Self.receiver, "amount": "7", "asset": "USDT"])
        try node.perform("pay", ["to": Self.receiver, "amount": "8", "kind": "internal"])
        try node.perform("pay", ["to": Self.receiver, "amount": "9", "kind": "rejected"])
        try node.perform("mine")
        return node
    }

    @Test("A block is the same by number, id and range, and without details only its header")
    func blocks() throws {
        var node = try node()
        let block = try node.ask("wallet/getnowblock")
        let id = "\(node.chain.tip.id)"
        #expect(block["blockID"] == .string(id))
        #expect(try node.ask("wallet/getblockbynum", ["num": "31"]) == block)
        #expect(try node.ask("wallet/getblockbyid", ["value": id]) == block)
        #expect(try node.ask("wallet/getblock", ["id_or_num": "31", "detail": "true"]) == block)
        let header = try node.ask("wallet/getblock", ["id_or_num": id])
        #expect(header["transactions"] == nil)
        #expect(header["block_header"] == block["block_header"])
        #expect(try node.ask("wallet/getblock") == header)
        let range = try node.ask("wallet/getblockbylimitnext", ["startNum": "30", "endNum": "40"])
        #expect(range["block"]?.count == 2)
        #expect(range["block"]?[1] == block)
    }

    @Test("What there is none of is an empty object, an empty list of results for a block")
    func nothing() throws {
        var node = try node()
        let zeros = String(repeating: "0", count: 64)
        for (path, parameters) in [
            ("getblockbynum", ["num": "32"]), ("getblockbynum", ["num": "-1"]), ("getblockbyid", ["value": zeros]),
            ("getblockbyid", ["value": "x"]), ("getblock", ["id_or_num": "99"]),
            ("gettransactionbyid", ["value": zeros]), ("gettransactioninfobyid", [:]),
            ("gettransactioninfobyblocknum", ["num": "0"]),
            ("getblockbylimitnext", ["startNum": "0", "endNum": "101"]),
            ("getblockbylimitnext", ["startNum": "5", "endNum": "5"]),
            ("getaccount", ["address": "T9yD14Nj9j7xAB4dbGeiX9h8unkKHxuWwb"]),
            ("getcontract", ["value": "T9yD14Nj9j7xAB4dbGeiX9h8unkKHxuWwb"]),
        ] { #expect(try node.ask("wallet/" + path, parameters) == [:], "\(path) \(parameters)") }
        #expect(try node.infos(at: 99) == [])
        #expect(try node.infos(at: 30) == [])
        #expect(try node.ask("wallet/getblockbylimitnext", ["startNum": "0", "endNum": "100"])["block"]?.count == 32)
        #expect(node.status(of: "wallet/nosuchcall") == 404)
        #expect(node.status(of: "nosuchinterface/getnowblock") == 404)
    }

    @Test("Below /walletsolidity there is nothing that can still be replaced")
    func solidified() throws {
        var node = try node()
        #expect(try node.ask("walletsolidity/getnowblock")["block_header"]?["raw_data"]?["number"] == 13)
        #expect(try node.ask("walletsolidity/getblockbynum", ["num": "14"]) == [:])
        #expect(
            try node.ask("walletsolidity/getblockbylimitnext", ["startNum": "10", "endNum": "20"])["block"]?.count == 4)
        #expect(try node.infos(at: 31, in: "walletsolidity") == [])
        #expect(try node.ask("walletsolidity/getaccount", ["address": Self.receiver]) == [:])
        try node.perform("mine", ["blocks": "18"])
        #expect(try node.infos(at: 31, in: "walletsolidity").count == 4)
        #expect(try node.ask("walletsolidity/getaccount", ["address": Self.receiver])["balance"] == 13_000_000)
    }

    @Test("A token's log has a 20-byte address, and only a call's receipt has a result")
    func infos() throws {
        var node = try node()
        let infos = try node.infos(at: 31)
        #expect(infos[0]["receipt"] == ["net_fee": 100_000])
        #expect(infos[0]["fee"] == 1_100_000)
        let token = node.chain.participants.tokens[0].address
        #expect(infos[1]["contract_address"] == .string(token.hex))
        #expect(infos[1]["log"]?[0]?["address"] == .string(String(token.hex.dropFirst(2))))
        #expect(infos[1]["receipt"]?["result"] == "SUCCESS")
        // As USDT on TRON: false, and yet it was paid.
        #expect(infos[1]["contractResult"] == [.string(String(repeating: "0", count: 64))])
        let sent = infos[2]["internal_transactions"]?[0]
        #expect(sent?["callValueInfo"] == [["callValue": 8_000_000]])
        #expect(sent?["rejected"] == nil)
        #expect(infos[3]["internal_transactions"]?[0]?["rejected"] == true)
    }

    @Test("visible writes addresses in base58 and names as text")
    func visible() throws {
        var node = try node()
        try node.perform("pay", ["to": Self.receiver, "amount": "1", "asset": "1002000"])
        try node.perform("pay", ["to": Self.receiver, "amount": "1", "asset": "USDT", "result": "REVERT"])
        try node.perform("mine")
        func value(_ visible: String) throws -> JSONValue? {
            try node.ask("wallet/getnowblock", ["visible": visible])["transactions"]?[0]?["raw_data"]?["contract"]?[0]?[
                "parameter"]?["value"]
        }
        #expect(try value("true")?["to_address"] == .string(Self.receiver))
        #expect(try value("true")?["asset_name"] == "1002000")
        #expect(try value("false")?["to_address"] == "41a614f803b6fd780986a42c78ec9c7f77e6ded13c")
        #expect(try value("false")?["asset_name"] == "31303032303030")
        let infos = try node.ask("wallet/gettransactioninfobyblocknum", ["num": "31", "visible": "true"])
        #expect(infos[1]?["log"]?[0]?["address"] == .string(node.chain.participants.tokens[0].address.base58))
        let failed = try node.ask("wallet/gettransactioninfobyblocknum", ["num": "32", "visible": "true"])
        #expect(failed[1]?["resMessage"] == "REVERT opcode executed")
    }

    @Test("Tokens that only look alike have balances of their own")
    func balances() throws {
        var node = try node()
        let payer = node.chain.participants.payer
        func balance(_ index: Int) throws -> JSONValue? {
            let receiver = try #require(Address(Self.receiver))
            return try node.ask(
                "wallet/triggerconstantcontract",
                [
                    "owner_address": payer.hex, "contract_address": node.chain.participants.tokens[index].address.hex,
                    "function_selector": "balanceOf(address)",
                    "parameter": String(repeating: "0", count: 24) + receiver.hex.dropFirst(2),
                ])["constant_result"]?[0]
        }
        #expect(try balance(0) == .string(String(repeating: "0", count: 58) + "6acfc0"))
        #expect(try balance(2) == .string(String(repeating: "0", count: 64)))
    }

    @Test(
        "A message's bytes are those of real transactions",
        .enabled(if: Fixtures.folder("tron") != nil, "needs ../shared/fixtures"))
    func realTransactions() throws {
        let folder = try #require(Fixtures.folder("tron"))
        let data = try Fixtures.gunzip(folder.appendingPathComponent("trongrid-account-transactions-2.json.gz"))
        var compared = 0
        for transaction in try JSONDecoder().decode(JSON.self, from: data)["data"].array ?? [] {
            let contract = transaction["raw_data"]["contract"][0]
            let value = contract["parameter"]["value"]
            guard let owner = value["owner_address"].string.flatMap({ Address($0) }),
                let to = value["to_address"].string.flatMap({ Address($0) }), let amount = value["amount"].number
            else { continue }
            let made: Contract =
                if let asset = value["asset_name"].string {
                    .transferAsset(asset, to: to, amount: Int64(amount))
                } else {
                    .transfer(to: to, amount: Int64(amount))
                }
            let bytes = made.message(owner: owner).encoded.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
            #expect(transaction["raw_data_hex"].string?.contains(bytes.joined()) == true)
            compared += 1
        }
        #expect(compared == 8)
    }
}
