import Foundation
import TestSupport
import Testing

/// TRX and tokens, from the invoice to final.
@Suite("TRON payments", .inTurns)
struct TronPaymentTests {
    @Test("TRX and USDT are credited at their depth and final once their block is solidified")
    func coinAndToken() async throws {
        let node = try await TronDevnet()
        let shop = try await TronShop(on: node)
        let coin = try await shop.invoice("1", of: "12.5")
        let token = try await shop.invoice("2", of: "99.99", in: "USDT_TRC20")
        try await shop.following { _ in
            for order in ["1", "2"] { try await shop.isRegistered(order) }
            try await node.pay("12.5", to: coin)
            try await node.pay("99.99", in: "USDT", to: token)
            try await node.mine()
            for order in ["1", "2"] { try await shop.event("deposit.detected", of: order) }
            #expect(try await shop.status(of: "1") == "created")
            try await node.mine()
            for order in ["1", "2"] { try await shop.reaches("paid", order) }
            #expect(try await shop.database.value("SELECT bool_or(is_final) FROM confirmd.invoice") == "f")
            // Solidified is eighteen blocks behind.
            try await node.mine(18)
            for order in ["1", "2"] { try await shop.event("deposit.final", of: order) }
        }
        #expect(
            try await shop.payments == [
                ["call", "TRX", "12.5", "final"], ["log:0", "USDT_TRC20", "99.99", "final"],
            ])
    }

    @Test("What collecting costs is taken out first, then the service fee of the rest")
    func transferFee() async throws {
        let node = try await TronDevnet()
        let text = NetworkFile.tron([node]).text
            .replacing(/code: USDT_TRC20.*decimals: 6/) { "\($0.output), transfer_fee: \"1.4\"" }
        let shop = try await TronShop(on: node, NetworkFile(name: "tron", text: text), terms: "--service-fee", "0.8%")
        let address = try await shop.invoice("1", of: "102", in: "USDT_TRC20")
        try await shop.following { _ in
            try await shop.isRegistered("1")
            try await node.pay("102", in: "USDT", to: address)
            try await node.mine(2)
            try await shop.reaches("paid", "1")
        }
        // 1.4, and 0.8 % of 100.6.
        #expect(
            try await shop.database.rows("SELECT gross, fee, net FROM confirmd.deposit")
                == [["102", "2.2048", "99.7952"]])
        #expect(
            try await shop.database.rows("SELECT asset, credited FROM confirmd.balance") == [["USDT_TRC20", "99.7952"]])
    }

    @Test("A provider's key comes from a file, and goes with every request")
    func key() async throws {
        let key = "3f1c9a52-0000-4000-8000-key"
        let node = try await TronDevnet(apiKey: key)
        let file = try Scratch.folder("key") + "/trongrid"
        try (key + "\n").write(toFile: file, atomically: true, encoding: .utf8)
        let shop = try await TronShop(on: node, .tron([node], nodeSettings: "api_key_file: \"\(file)\""))
        let address = try await shop.invoice("1", of: "1")
        try await shop.following { daemon in
            try await shop.isRegistered("1")
            try await node.pay("1", to: address)
            try await node.mine(2)
            try await shop.reaches("paid", "1")
            #expect(!daemon.log.contains(key))
            #expect(try await !daemon.get("/status.json").body.contains(key))
        }
    }
}
