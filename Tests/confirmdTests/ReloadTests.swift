import Foundation
import TestSupport
import Testing

/// SIGHUP while the daemon runs: what takes effect, what waits, and what is refused.
@Suite("Reload", .serialized, .enabled(if: Litecoind.isInstalled, "litecoind is not installed"))
struct ReloadTests {
    private static let starting = Task { try await Litecoind() }
    private let node: Litecoind

    init() async throws {
        node = try await Self.starting.value
    }

    private struct Policy: Decodable, Equatable {
        let number: Int
        let difference: String
        let publishedBy: String
    }

    private func policies(of shop: Shop) async throws -> [Policy] {
        try await shop.database.rows(
            as: Policy.self,
            "SELECT number, difference::text, published_by FROM confirmd.policy ORDER BY number")
    }

    /// Writes the network's file, has it read, and waits until the policy of that number is in force.
    private func reload(_ network: NetworkFile, _ daemon: Daemon, of shop: Shop, policy: Int) async throws {
        try shop.installation.write(network)
        daemon.reload()
        try await eventually("policy \(policy) is in force") {
            try await shop.database.value("SELECT policy_number FROM confirmd.network") == String(policy)
        }
    }

    private func network(credit: Int, final: Int, tiers: [String] = []) -> NetworkFile {
        .litecoin([node], credit: credit, final: final, tiers: tiers)
    }

    /// The causes of an order's or customer's events of that type.
    private func causes(of type: String, _ reference: String, in shop: Shop) async throws -> [String?] {
        try await shop.database.rows(
            """
            SELECT payload ->> 'cause' FROM confirmd.outbox WHERE type = :'type'
            AND coalesce(payload ->> 'order_id', payload ->> 'customer_id') = :'reference' ORDER BY position
            """, ["type": type, "reference": reference]
        ).map { $0[0] }
    }

    @Test("Lower thresholds book at once what is due, by the policy; higher ones take nothing back; tiers count")
    func thresholds() async throws {
        let shop = try await Shop(on: node, network: network(credit: 6, final: 12))
        let first = try await shop.invoice("1", of: "1")
        let second = try await shop.invoice("2", of: "5")
        try await shop.following { daemon in
            try await shop.isRegistered("2")
            #expect(try await policies(of: shop).count == 1)
            try await node.send("1", to: first)
            try await node.mine(2)
            try await shop.event("deposit.detected", of: "1")

            try await reload(network(credit: 2, final: 12), daemon, of: shop, policy: 2)
            try await shop.reaches("paid", "1")
            #expect(try await causes(of: "deposit.credited", "1", in: shop) == ["policy:2"])
            let policy = try #require(try await policies(of: shop).last)
            #expect(policy.difference == #"{"credit": {"to": 2, "from": 6}}"#)
            #expect(policy.publishedBy == ProcessInfo.processInfo.hostName)

            // Raised again, beside a tier for larger sums.
            let tier = "{ asset: LTC, from: \"4\", credit: 3, final: 20 }"
            try await reload(network(credit: 8, final: 12, tiers: [tier]), daemon, of: shop, policy: 3)
            #expect(try await shop.status(of: "1") == "paid")
            try await node.send("5", to: second)
            try await node.mine(2)
            try await shop.event("deposit.detected", of: "2")
            #expect(try await shop.status(of: "2") == "created")
            try await node.mine()
            // Three confirmations by the tier, where the network asks for eight.
            try await shop.reaches("paid", "2")
            #expect(try await causes(of: "deposit.credited", "2", in: shop) == [nil])
            #expect(try await shop.status(of: "1") == "paid")

            // The same thresholds again are not a new policy.
            daemon.reload()
            try await daemon.logs("networks=\"\"")
            #expect(try await policies(of: shop).count == 3)
        }
    }

    @Test("A minimum and a fee take effect for the next deposit")
    func fees() async throws {
        let shop = try await Shop(on: node)
        let address = try await shop.wallet("regular")
        try await shop.following { daemon in
            try await shop.walletIsRegistered("regular")
            try shop.installation.write(.litecoin([node], transferFee: "0.01", minDeposit: "0.5"))
            daemon.reload()
            try await eventually("the asset is published") {
                try await shop.database.rows("SELECT min_deposit, transfer_fee FROM confirmd.asset") == [
                    ["0.5", "0.01"]
                ]
            }
            try await node.send("0.4", to: address)
            try await node.send("1", to: address)
            try await node.mine(2)
            try await shop.event("deposit.credited", of: "regular")
            try await shop.event("deposit.rejected", of: "regular")
        }
        #expect(
            try await shop.database.rows("SELECT status, reason, net FROM confirmd.deposit ORDER BY gross") == [
                ["rejected", "below_minimum", nil], ["credited", nil, "0.99"],
            ])
    }

    @Test("A file that can't be used changes nothing, is told line by line, and is over with the next good one")
    func badFile() async throws {
        let shop = try await Shop(on: node)
        let address = try await shop.invoice("1", of: "1")
        try await shop.following { daemon in
            let good = try await metric("confirmd_config_last_reload_success_timestamp_seconds", daemon)
            #expect(try await metric("confirmd_config_last_reload_successful", daemon) == "1")
            var broken = shop.network
            broken.text += "\nmax_block_gab: 3h\nstart: yesterday\n"
            try shop.installation.write(broken)
            daemon.reload()
            try await daemon.logs("start\\\" must be")
            let lines = daemon.log.split(separator: "\n").filter { $0.contains("nothing changes") }
            #expect(lines.count == 2)
            #expect(lines[0].contains("level=error") && lines[0].contains(#/litecoin\.yaml:\d+:1: unknown key/#))
            #expect(lines[1].contains(#/litecoin\.yaml:\d+:8: /#))
            try await eventually("the metric tells") {
                try await metric("confirmd_config_last_reload_successful", daemon) == "0"
            }
            #expect(try await metric("confirmd_config_last_reload_success_timestamp_seconds", daemon) == good)
            #expect(try await daemon.get("/readyz").status == 200)

            try shop.installation.write(NetworkFile(name: "litecoin", text: "network: [\n"))
            daemon.reload()
            try await daemon.logs("invalid YAML")
            try await node.send("1", to: address)
            try await node.mine(2)
            try await shop.reaches("paid", "1")

            try shop.installation.write(shop.network)
            daemon.reload()
            try await eventually("the reload is good again") {
                try await metric("confirmd_config_last_reload_successful", daemon) == "1"
            }
            #expect(try await policies(of: shop).count == 1)
        }
    }

    private func metric(_ name: String, _ daemon: Daemon) async throws -> String? {
        let lines = try await daemon.get("/metrics").body.split(separator: "\n")
        return lines.first { $0.hasPrefix(name + " ") }.map { String($0.dropFirst(name.count + 1)) }
    }

    @Test("What needs a restart is listed at every reload; what keeps its meaning for ever is refused")
    func waiting() async throws {
        let shop = try await Shop(on: node)
        try await shop.following { daemon in
            // Whatever else is in the file takes effect.
            var moved = NetworkFile.litecoin([node], credit: 3)
            moved.text = moved.text.replacing(node.url, with: "http://127.0.0.1:1")
            moved.text += "\nmempool: { interval: 7s }\n"
            try await reload(moved, daemon, of: shop, policy: 2)
            for number in 1...2 {
                try await eventually("both are listed \(number) times") {
                    let lines = daemon.log.split(separator: "\n").filter { $0.contains("from the next restart") }
                    return lines.count { $0.contains(#/nodes\[0\]\.url \(\S+litecoin\.yaml:6\)/#) } == number
                        && lines.count { $0.contains("mempool.interval") } == number && lines.count == 2 * number
                }
                if number == 1 { daemon.reload() }
            }
            #expect(try await daemon.get("/readyz").status == 200)

            // Another network may not take the asset over, nor another chain the network's name.
            var other = shop.network
            other.text = other.text.replacing("network: litecoin", with: "network: litecoin-2")
            try shop.installation.write(other)
            daemon.reload()
            try await daemon.logs("asset LTC keeps its network, contract and decimals for ever")
            var test = shop.network
            test.text = test.text.replacing("chain: regtest", with: "chain: test")
            try shop.installation.write(test)
            daemon.reload()
            try await daemon.logs("network litecoin keeps its chain for ever")
            var coarse = shop.network
            coarse.text = coarse.text.replacing("decimals: 8", with: "decimals: 6")
            try shop.installation.write(coarse)
            daemon.reload()
            try await daemon.logs("must be 8 for this coin")
            #expect(daemon.log.contains(#/asset LTC keeps .*|litecoin\.yaml:\d+/#))
            #expect(try await policies(of: shop).count == 2)
            #expect(
                try await shop.database.rows("SELECT asset, network, decimals FROM confirmd.asset") == [
                    ["LTC", "litecoin", "8"]
                ])
        }
    }

    @Test("A standby publishes nothing; what it read counts once it takes over")
    func standby() async throws {
        let shop = try await Shop(on: node)
        let host = try shop.otherHost()
        let first = try shop.installation.start()
        try await first.ready()
        let second = try host.start()
        try await second.logs("standing by")
        try host.write(network(credit: 3, final: 5))
        second.reload()
        try await second.logs("reloaded networks=litecoin")
        // Long enough for a worker that would publish.
        try await node.mine()
        try await shop.cursorReachesTip()
        #expect(try await policies(of: shop).count == 1)
        try await shop.terminate(first)
        try await eventually("the second publishes") { try await policies(of: shop).count == 2 }
        try await second.ready()
        try await shop.terminate(second)
    }

    @Test("What was read while the database was away is published when it is back")
    func databaseAway() async throws {
        let server = try await PrivatePostgres()
        let shop = try await Shop(on: node, server: server)
        let daemon = try shop.installation.start()
        try await daemon.ready()
        try await server.stop(immediate: true)
        try await daemon.logs("waiting for the database")
        try shop.installation.write(network(credit: 3, final: 5))
        daemon.reload()
        try await daemon.logs("reloaded networks=litecoin")
        try await server.start()
        try await eventually("it is published") { try await policies(of: shop).count == 2 }
        try await daemon.ready()
        try await shop.terminate(daemon)
    }
}
