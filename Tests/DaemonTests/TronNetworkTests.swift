import Chain
import Foundation
import NodeHTTP
import Payments
import TestSupport
import Testing
import Tron

@testable import Daemon

/// TRON's file as it ships, and mistakes in such files.
@Suite struct TronNetworkTests {
    private static func shipped() throws -> String {
        try String(contentsOfFile: Package.file("config/networks.d/tron.yaml"), encoding: .utf8)
    }

    private static func network(_ text: String) throws -> NetworkConfiguration {
        try #require(try ConfigurationFolder(networks: ["tron.yaml": text]).read().networks.first)
    }

    @Test func `the file as it ships is read`() throws {
        let network = try Self.network(Self.shipped())
        #expect(network.adapter.chain == "main" && network.adapter.isMain && network.adapter.coinDecimals == 6)
        let thresholds = network.terms.table.thresholds
        #expect("\(thresholds.credit) \(thresholds.final)" == "solidified solidified")
        #expect(network.nodes.map(\.endpoint.origin) == ["http://127.0.0.1:8090"])
        #expect(network.nodes.map(\.solidity?.origin) == ["http://127.0.0.1:8091"])
        #expect(network.nodes[0].endpoint.budget == nil)
        #expect(
            network.assets.map { [$0.code, $0.contract.flatMap(network.adapter.addresses.address), "\($0.decimals)"] }
                == [
                    ["TRX", nil, "6"], ["USDT_TRC20", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "6"],
                    ["USDD_TRC20", "TXDk8mbtRbXeYuMNS83CfKPaYYT8XWv9Hz", "18"],
                ])
        #expect(network.assets.map { $0.transferFee.text(decimals: $0.decimals) } == ["0", "1.4", "1.4"])
    }

    @Test func `what it says of TronGrid is right as well`() throws {
        let lines = try Self.shipped().split(separator: "\n", omittingEmptySubsequences: false).map {
            line -> Substring in
            if line.hasPrefix("  - { url: \"http://127.0.0.1:8090\"") { return "" }
            guard line.hasPrefix("  # - url:") || line.hasPrefix("  #   ") else { return line }
            return "  " + line.dropFirst(4)
        }
        let text = lines.joined(separator: "\n").replacing("/etc/confirmd/secrets/trongrid", with: "node-password")
        let node = try #require(try Self.network(text).nodes.first)
        #expect(node.endpoint.origin == "https://api.trongrid.io:443" && node.solidity == nil)
        #expect(node.endpoint.budget?.limits.perSecond == 12 && node.endpoint.budget?.limits.perDay == 90_000)
        #expect(node.endpoint.budget?.inHand == 900)
    }

    @Test func `a TRC-10 token is listed by its number`() throws {
        let text = try Self.shipped() + "  - { code: BTT_TRC10, token_id: 1002000, decimals: 6 }\n"
        #expect(try Self.network(text).assets.last?.contract == WatchKey(trc10: "1002000"))
    }

    @Test(arguments: [
        (
            "chain: main", "chain: mainnet",
            "\"chain\" must be main, nile, shasta, or a private network's first block id"
        ),
        ("TR7N", "TR7M", "\"contract\" must be the address of the token's contract"),
        ("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t\"", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t\", token_id: 1002000", "not both"),
        ("{ code: TRX,", "{ code: TRX, token_id: 01,", "\"token_id\" must be the number of a TRC-10 token"),
        ("code: TRX, decimals: 6", "code: TRX, decimals: 18", "\"decimals\" must be 6 for this coin, not 18"),
        (":8091\"", ":8091\", requests_per_day: 0", "\"requests_per_day\" must be a whole number from 1 to 1000000000"),
        (":8091\"", ":8091\", api_key_file: nowhere", "\"api_key_file\": networks.d/nowhere does not exist"),
        ("credit: solidified\n", "credit: finalized\n", "\"credit\""),
    ])
    func `a mistake is found`(right: String, wrong: String, report: String) throws {
        let shipped = try Self.shipped()
        try #require(shipped.contains(right))
        let problems = try ConfigurationFolder(networks: ["tron.yaml": shipped.replacing(right, with: wrong)]).problems
        #expect(problems.count { $0.contains(report) } == 1, "\(problems)")
    }

    @Test func `budgets are for every family, keys for TRON's alone`() throws {
        let node = "password_file: node-password }"
        func litecoin(_ more: String) throws -> ConfigurationFolder {
            try ConfigurationFolder(networks: [
                "litecoin.yaml": ConfigurationFolder.litecoin.replacing(node, with: node.dropLast(2) + more + " }")
            ])
        }
        let read = try litecoin(", requests_per_second: 25").read().networks
        #expect(read.first?.nodes[0].endpoint.budget?.limits.perSecond == 25)
        #expect(try litecoin(", api_key_file: node-password").problems.first?.contains("unknown key") == true)
        #expect(try litecoin(", solidity_url: \"http://node\"").problems.first?.contains("unknown key") == true)
    }
}
