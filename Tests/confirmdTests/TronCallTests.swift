import TestSupport
import Testing

/// What pays on TRON, and what only looks like it. One node serves these in turn; each has a database, a daemon and
/// addresses of its own.
@Suite("Calls and failures on TRON", .serialized, .inTurns)
struct TronCallTests {
    private static let starting = Task { try await TronDevnet() }
    private let node: TronDevnet

    init() async throws {
        node = try await Self.starting.value
    }

    @Test("Paid to an address that has no account yet, the whole amount arrives: the payer bears its activation")
    func activation() async throws {
        let shop = try await TronShop(on: node)
        let address = try await shop.invoice("1", of: "5")
        try await shop.following { _ in
            try await shop.isRegistered("1")
            #expect(try await node.post("/wallet/getaccount", ["address": .string(address)]).body == [:])
            let payment = try await node.pay("5", to: address)
            try await shop.reads(2)
            try await shop.reaches("paid", "1")
            let info = try await node.post("/wallet/gettransactioninfobyid", ["value": .string(payment)]).body
            #expect(info["fee"] == 1_100_000)
            #expect(
                try await node.post("/wallet/getaccount", ["address": .string(address)]).body["balance"] == 5_000_000)
        }
        #expect(try await shop.payments == [["call", "TRX", "5", "credited"]])
    }

    @Test("An internal transfer pays, one that was rejected doesn't, and the call's own value is the contract's")
    func internalTransfers() async throws {
        let shop = try await TronShop(on: node)
        let address = try await shop.invoice("1", of: "5")
        try await shop.following { _ in
            try await shop.isRegistered("1")
            try await node.pay("5", to: address, as: .rejected)
            try await node.pay("5", to: address, as: .call)
            try await shop.reads(2)
            #expect(try await shop.payments == [])
            try await node.pay("5", to: address, as: .internal)
            try await shop.reads(2)
            try await shop.reaches("paid", "1")
        }
        #expect(try await shop.payments == [["call:0", "TRX", "5", "credited"]])
    }

    @Test(
        "Pitfall 23: a call that fails pays nothing, whatever it was to move",
        arguments: ["REVERT", "OUT_OF_ENERGY", "OUT_OF_TIME", "TRANSFER_FAILED"])
    func failed(result: String) async throws {
        let shop = try await TronShop(on: node)
        let coins = try await shop.invoice("1", of: "5")
        let tokens = try await shop.invoice("2", of: "5", in: "USDT_TRC20")
        try await shop.following { _ in
            try await shop.areRegistered()
            try await node.pay("5", to: coins, result: result)
            try await node.pay("5", to: coins, as: .internal, result: result)
            let failed = try await node.pay("5", in: "USDT", to: tokens, result: result)
            try await shop.reads(2)
            #expect(try await shop.payments == [])
            #expect(try await shop.explain(failed).has("failed"))
            try await node.pay("5", to: coins)
            try await node.pay("5", in: "USDT", to: tokens)
            try await shop.reads(2)
            try await shop.reaches("paid", "1")
            try await shop.reaches("paid", "2")
        }
        #expect(
            try await shop.payments == [
                ["call", "TRX", "5", "credited"], ["log:0", "USDT_TRC20", "5", "credited"],
            ])
    }

    @Test("Pitfall 23: a token with the symbol, the name and the digits of another is not that one")
    func fakeToken() async throws {
        let shop = try await TronShop(on: node)
        let address = try await shop.invoice("1", of: "5", in: "USDT_TRC20")
        try await shop.following { _ in
            try await shop.isRegistered("1")
            try await node.pay("5", in: "FAKE", to: address)
            try await node.pay("5", in: "1002000", to: address)
            try await shop.reads(2)
            #expect(try await shop.payments == [])
            #expect(try await shop.status(of: "1") == "created")
            try await node.pay("5", in: "USDT", to: address)
            try await shop.reads(2)
            try await shop.reaches("paid", "1")
        }
        #expect(try await shop.payments == [["log:0", "USDT_TRC20", "5", "credited"]])
    }

    @Test("Among many transactions of other kinds each payment is found")
    func crowd() async throws {
        let shop = try await TronShop(
            on: node, .tron([node], tokens: ["USDT_TRC20": "USDT", "USDD_TRC20": "USDD"]))
        let coins = try await shop.invoice("1", of: "5")
        let tokens = try await shop.invoice("2", of: "0.000000000000000001", in: "USDD_TRC20")
        try await shop.following { _ in
            try await shop.areRegistered()
            try await node.fill(150)
            try await node.pay("5", to: coins)
            try await node.fill(150)
            try await node.pay("0.000000000000000001", in: "USDD", to: tokens)
            try await shop.reads(2)
            try await shop.reaches("paid", "1")
            try await shop.reaches("paid", "2")
        }
    }
}
