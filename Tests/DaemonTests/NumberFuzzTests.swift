import Chain
import Foundation
import TestSupport
import Testing

@testable import Daemon

/// Every number in every answer of a node, replaced by ones that no sum holds: the process lives, the network goes on by the
/// other node, and nothing is booked but what was paid.
@Suite struct NumberFuzzTests {
    @Test(.enabled(if: Litecoind.isInstalled, "deploy/test installs litecoind"))
    func `no number of a Bitcoin-like node does harm`() async throws {
        let node = try await Litecoind()
        // Or else there is no block 432.
        try await node.activateMWEB()
        let address = try await node.newAddress()
        let fuzz = try await NumberFuzz(node.url, NumberFuzz.numbers, wallets: ["LTC": address]) { urls in
            var file = NetworkFile.litecoin([node])
            let nodes = urls.map {
                "  - { url: \"\($0)\", username: \(node.username), password_file: \"\(node.passwordFile)\" }\n"
            }
            file.text.replace(/nodes:\n.*\n/, with: "nodes:\n" + nodes.joined())
            return file
        }
        let miner = try await node.newAddress()
        var (runs, paid) = (0, 0)
        try await fuzz.run(from: try #require(Hash256(hex: try await node.tip))) {
            // A call of the wallet's takes its time.
            if runs % 4 == 0 {
                try await node.send("0.01", to: address)
                paid += 1
            }
            runs += 1
            return try #require(Hash256(hex: try await node.mine(2, to: miner)[1]))
        }
        let booked = try await fuzz.database.rows(
            "SELECT count(*), count(DISTINCT transaction), min(gross), max(gross) FROM confirmd.deposit")
        #expect(booked == [["\(paid)", "\(paid)", "0.01", "0.01"]])
    }

    @Test(.enabled(if: EthereumNode.isInstalled, "deploy/test installs py-evm"))
    func `no number of an Ethereum node does harm`() async throws {
        let node = try await EthereumNode()
        try await node.mine(30)
        let token = try await node.deploy(.token, [.amount(1 << 100)])
        let forwarder = try await node.deploy(.forwarder)
        let address = "0x" + String(repeating: "ab", count: 20)
        let fuzz = try await NumberFuzz(
            node.url, NumberFuzz.quantities, wallets: ["ETH": address, "TOK": address]
        ) { urls in
            Self.listing(urls, in: .ethereum([node], tokens: ["TOK": token], nativeTransfers: "traces"))
        }
        var paid = 0
        try await fuzz.run(
            from: try #require(Hash256(hex: String(try await node.tip.dropFirst(2))))
        ) {
            try await node.setAutomaticMining(false)
            try await node.submit(EthereumTransaction(to: address, value: 6))
            try await node.submit(token.transfer(7, to: address))
            try await node.submit(try forwarder.call("forward(address)", [.address(address)], value: 5))
            try await node.mine(2)
            paid += 1
            return try #require(Hash256(hex: String(try await node.tip.dropFirst(2))))
        }
        let booked = try await fuzz.database.rows(
            """
            SELECT asset, gross_base, count(*), count(DISTINCT transaction) FROM confirmd.deposit
            WHERE gross_base <> 5 GROUP BY 1, 2 ORDER BY 1
            """)
        // No root commits to what contracts paid: a trace without it is the node's word.
        #expect(booked == [["ETH", "6", "\(paid)", "\(paid)"], ["TOK", "7", "\(paid)", "\(paid)"]])
    }

    @Test func `no number of a TRON node does harm`() async throws {
        let node = try await TronDevnet(isVirtual: true)
        let address = try await node.newAddress()
        let fuzz = try await NumberFuzz(
            node.url, NumberFuzz.numbers, wallets: ["TRX": address, "USDT_TRC20": address]
        ) { Self.listing($0, in: .tron([node])) }
        var paid = 0
        try await fuzz.run(from: try #require(Hash256(hex: try await node.tip))) {
            try await node.pay("2", to: address)
            try await node.pay("3", to: address, as: .internal)
            try await node.pay("5", in: "USDT", to: address)
            paid += 1
            return try #require(Hash256(hex: try await node.mine(2)))
        }
        let booked = try await fuzz.database.rows(
            """
            SELECT asset, gross, count(*), count(DISTINCT transaction) FROM confirmd.deposit
            WHERE gross IN (2, 5) GROUP BY 1, 2 ORDER BY 1
            """)
        // No id commits to what contracts paid: it is the node's word.
        #expect(booked == [["TRX", "2", "\(paid)", "\(paid)"], ["USDT_TRC20", "5", "\(paid)", "\(paid)"]])
    }

    /// The file with nodes at these addresses.
    private static func listing(_ urls: [String], in file: NetworkFile) -> NetworkFile {
        var file = file
        file.text.replace(/nodes:\n.*\n/, with: "nodes:\n" + urls.map { "  - { url: \"\($0)\" }\n" }.joined())
        return file
    }
}
