import Foundation
import TestSupport
import Testing

/// Another implementation's eyes on the node.
@Suite("tronpy", .enabled(if: Python.tronpyPath != nil, "needs .build-tronpy, which deploy/test makes"))
struct TronpyTests {
    @Test("tronpy reads blocks, transactions, infos and balances, and every id follows from the bytes")
    func read() async throws {
        let node = try await TronDevnet(isVirtual: true)
        let receiver = try await node.newAddress()
        for asset in ["TRX", "USDT", "USDD", "FAKE", "1002000"] { try await node.pay("12.5", in: asset, to: receiver) }
        try await node.pay("3", to: receiver, as: .internal)
        try await node.pay("4", to: receiver, as: .rejected)
        try await node.pay("5", to: try #require(node.contracts["forwarder"]), as: .call)
        try await node.pay("6", in: "USDT", to: receiver, result: "REVERT")
        try await node.pay("7", in: "USDT", to: receiver, result: "OUT_OF_ENERGY")
        try await node.mine()
        for count in 1...5 {
            try await node.fill(count)
            try await node.mine()
        }
        try await node.fork(depth: 3, payments: .last)

        let python = try #require(Python.tronpyPath)
        let output = try await Command.succeed([python, Package.file("Tests/Python/tron/check_node.py"), node.url])
        let seen = try JSONDecoder().decode(JSON.self, from: Data(output.utf8))
        #expect(seen["blocks"] == 38)
        #expect(seen["witnesses"] == 27)
        #expect(seen["results"] == ["SUCCESS": 23, "REVERT": 1, "OUT_OF_ENERGY": 1])
        #expect(
            seen["kinds"] == [
                "TransferContract": 6, "TransferAssetContract": 1, "TriggerSmartContract": 13,
                "FreezeBalanceV2Contract": 3, "VoteWitnessContract": 2,
            ])
        let balances = seen["balances"].array?.filter { $0[2].string == receiver }
        #expect(
            balances == [
                ["USDD", 18, .string(receiver), "12500000000000000000"], ["USDT", 6, .string(receiver), "12500000"],
                ["USDT", 6, .string(receiver), "12500000"],
            ])
    }
}
