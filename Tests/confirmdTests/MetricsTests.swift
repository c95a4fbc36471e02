import Foundation
import TestSupport
import Testing

/// What Prometheus and whoever reads `/status.json` see of a daemon that had something to do.
@Suite("Metrics", .serialized, .enabled(if: Litecoind.isInstalled, "litecoind is not installed"))
struct MetricsTests {
    /// Every family there is, and its kind.
    static let families = [
        "confirmd_block_apply_duration_seconds": "histogram", "confirmd_blocks_applied_total": "counter",
        "confirmd_build_info": "gauge", "confirmd_config_last_reload_success_timestamp_seconds": "gauge",
        "confirmd_config_last_reload_successful": "gauge", "confirmd_confirmed_height": "gauge",
        "confirmd_db_failures_passed_over_total": "counter",
        "confirmd_db_transaction_retries_total": "counter", "confirmd_db_unknown_commits_total": "counter",
        "confirmd_db_up": "gauge", "confirmd_deposits_pending": "gauge", "confirmd_deposits_total": "counter",
        "confirmd_last_block_applied_timestamp_seconds": "gauge", "confirmd_lease_epoch": "gauge",
        "confirmd_lease_fenced_total": "counter", "confirmd_lease_held": "gauge",
        "confirmd_ledger_check_failures_total": "counter", "confirmd_network_state": "gauge",
        "confirmd_credits_held": "gauge", "confirmd_finality_frozen": "gauge", "confirmd_set_aside": "gauge",
        "confirmd_undecided_invoices": "gauge",
        "confirmd_thresholds_raised": "gauge",
        "confirmd_network_stuck": "gauge",
        "confirmd_node_disagreements_total": "counter", "confirmd_node_head_height": "gauge",
        "confirmd_node_head_lag_blocks": "gauge", "confirmd_node_requests_left": "gauge", "confirmd_node_up": "gauge",
        "confirmd_oldest_pending_deposit_age_seconds": "gauge", "confirmd_outbox_checkpoint_seq": "gauge",
        "confirmd_outbox_consumers": "gauge", "confirmd_replication_slot_lag_bytes": "gauge",
        "confirmd_outbox_head_seq": "gauge", "confirmd_outbox_oldest_unacked_age_seconds": "gauge",
        "confirmd_outbox_partitions_ahead": "gauge", "confirmd_reconcile_difference_base_units": "gauge",
        "confirmd_reorg_depth_blocks": "histogram", "confirmd_reorgs_total": "counter",
        "confirmd_reversed_deposits_total": "counter", "confirmd_rpc_request_duration_seconds": "histogram",
        "confirmd_rpc_requests_total": "counter", "confirmd_scan_lag_blocks": "gauge",
        "confirmd_scan_lag_seconds": "gauge", "confirmd_scanned_height": "gauge",
        "confirmd_max_block_gap_seconds": "gauge", "confirmd_db_commit_wait_seconds": "gauge",
        "confirmd_log_lines_lost_total": "counter",
        "process_cpu_seconds_total": "counter", "process_max_fds": "gauge", "process_open_fds": "gauge",
        "process_resident_memory_bytes": "gauge", "process_start_time_seconds": "gauge",
        "process_virtual_memory_bytes": "gauge",
    ]

    private struct Scrape {
        let text: String
        var samples: [String: Double] = [:]
        var kinds: [String: String] = [:]

        init(_ daemon: Daemon) async throws {
            let answer = try await daemon.get("/metrics")
            #expect(answer.status == 200)
            text = answer.body
            for line in text.split(separator: "\n") {
                let words = line.split(separator: " ")
                if line.hasPrefix("# TYPE ") {
                    kinds[String(words[2])] = String(words[3])
                } else if !line.hasPrefix("#"), let value = words.last {
                    samples[String(line.dropLast(value.count + 1))] = Double(value)
                }
            }
        }

        /// The value of the series whose name and labels are so.
        subscript(_ series: String) -> Double? { samples[series] }
    }

    private struct Status: Decodable {
        struct Network: Decodable {
            struct Node: Decodable {
                let node: String
                let health: String
                let reason: String?
            }
            struct Database: Decodable {
                let state: String
                let tipHeight: Int
                let heldBy: String?
            }
            let network: String
            let here: String
            let database: Database
            let nodes: [Node]
        }
        struct Settlement: Decodable {
            let here: String
            let heldBy: String?
        }
        struct Consumer: Decodable {
            let consumer: String
            let position: Int
        }
        let ready: Bool
        let database: String
        let networks: [Network]
        let settlement: Settlement
        let consumers: [Consumer]
    }

    private func status(_ daemon: Daemon) async throws -> Status {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Status.self, from: Data(try await daemon.get("/status.json").body.utf8))
    }

    @Test("Every family is there after payments, a reorganization and a change of hands, and its values are right")
    func story() async throws {
        let node = try await Litecoind()
        let shop = try await Shop(on: node, terms: "--service-fee", "1%")
        let address = try await shop.wallet("regular")
        let first = try shop.installation.start()
        try await first.ready()
        // Counters are there before there is anything to count.
        var scrape = try await Scrape(first)
        for series in [
            "confirmd_reorgs_total{network=\"litecoin\"}", "confirmd_reversed_deposits_total{network=\"litecoin\"}",
            "confirmd_reorg_depth_blocks_count{network=\"litecoin\"}", "confirmd_lease_fenced_total{lane=\"litecoin\"}",
            "confirmd_db_unknown_commits_total{lane=\"settlement\"}",
        ] {
            #expect(scrape[series] == 0, "\(series)")
        }

        try await shop.walletIsRegistered("regular")
        try await node.send("1", to: address)
        let mined = try await node.mine(2)
        try await shop.event("deposit.credited", of: "regular")
        try await shop.database.execute("SELECT confirmd.acknowledge('postgres', 1, 1)")
        try await node.invalidate(mined[0])
        try await shop.event("deposit.reversed", of: "regular")
        try await node.mineEmpty(3)
        try await shop.cursorReachesTip()
        try await node.mine(3)
        try await shop.event("deposit.credited", of: "regular", count: 2)
        try await shop.cursorReachesTip()
        let height = Double(try await node.height)
        try await eventually("the last block is told, here and in the database") {
            try await Scrape(first)["confirmd_scanned_height{network=\"litecoin\"}"] == height
        }

        scrape = try await Scrape(first)
        let name = String(node.url.dropFirst("http://".count))
        let expected: [String: Double] = [
            "confirmd_reorgs_total{network=\"litecoin\"}": 1,
            "confirmd_reorg_depth_blocks_sum{network=\"litecoin\"}": 2,
            "confirmd_reversed_deposits_total{network=\"litecoin\"}": 1,
            "confirmd_deposits_total{network=\"litecoin\",asset=\"LTC\",status=\"credited\"}": 2,
            "confirmd_deposits_total{network=\"litecoin\",asset=\"LTC\",status=\"reversed\"}": 1,
            "confirmd_node_head_height{network=\"litecoin\"}": height,
            "confirmd_scanned_height{network=\"litecoin\"}": height,
            "confirmd_confirmed_height{network=\"litecoin\"}": height - 3,
            "confirmd_scan_lag_blocks{network=\"litecoin\"}": 0,
            "confirmd_network_state{network=\"litecoin\",state=\"following\"}": 1,
            "confirmd_lease_held{lane=\"litecoin\"}": 1, "confirmd_lease_held{lane=\"settlement\"}": 1,
            "confirmd_lease_epoch{lane=\"litecoin\"}": 1, "confirmd_db_up": 1,
            "confirmd_config_last_reload_successful": 1,
            "confirmd_outbox_checkpoint_seq{consumer=\"postgres\"}": 1,
            "confirmd_reconcile_difference_base_units{asset=\"LTC\"}": 0,
            "confirmd_max_block_gap_seconds{network=\"litecoin\"}": 10_800, "confirmd_db_commit_wait_seconds": 0,
            "confirmd_log_lines_lost_total": 0,
        ]
        for (series, value) in expected.sorted(by: { $0.key < $1.key }) {
            #expect(scrape[series] == value, "\(series)")
        }
        #expect(
            scrape.samples.keys.contains {
                $0.hasPrefix("confirmd_node_up{network=\"litecoin\",node=") && $0.contains(name)
            })
        let now = Date().timeIntervalSince1970
        for series in [
            "confirmd_last_block_applied_timestamp_seconds{network=\"litecoin\"}",
            "confirmd_config_last_reload_success_timestamp_seconds", "process_start_time_seconds",
        ] {
            #expect(scrape[series].map { $0 > now - 300 && $0 <= now } == true, "\(series)")
        }
        #expect(scrape["confirmd_outbox_consumers"] == 1 && scrape["confirmd_replication_slot_lag_bytes"] == 0)
        let range = try #require(scrape["process_open_fds"])...(scrape["process_max_fds"] ?? 0)
        #expect(range.lowerBound > 10 && range.upperBound > range.lowerBound)
        #expect((scrape["process_cpu_seconds_total"] ?? 0) > 0)
        let resident = try #require(scrape["process_resident_memory_bytes"])
        #expect(resident > 10e6 && resident < scrape["process_virtual_memory_bytes"] ?? 0)
        let head = try await shop.database.value("SELECT max(position) FROM confirmd.outbox")
        try await eventually("the outbox's head is told") {
            try await Scrape(first)["confirmd_outbox_head_seq"] == head.flatMap { Double($0) }
        }
        #expect((scrape["confirmd_outbox_oldest_unacked_age_seconds{consumer=\"postgres\"}"] ?? 0) > 0)
        #expect((scrape["confirmd_outbox_partitions_ahead"] ?? 0) >= 1)
        try await expectStatus(of: first, in: shop, at: height, node: name)

        // The other takes over: what this one knew of the nodes is no longer told.
        let second = try shop.otherHost().start()
        try await second.logs("standing by")
        var other = try await Scrape(second)
        #expect(other["confirmd_lease_held{lane=\"litecoin\"}"] == 0)
        #expect(!other.text.contains("confirmd_node_up"))
        try await shop.terminate(first)
        try await second.ready()
        try await node.send("2", to: address)
        try await node.mine()
        try await shop.event("deposit.detected", of: "regular", count: 3)
        try await eventually("the pending deposit is told") {
            try await Scrape(second)["confirmd_deposits_pending{network=\"litecoin\",asset=\"LTC\"}"] == 1
        }
        other = try await Scrape(second)
        #expect(other["confirmd_lease_epoch{lane=\"litecoin\"}"] == 2)
        #expect(other["confirmd_lease_held{lane=\"litecoin\"}"] == 1)
        #expect(other["confirmd_reconcile_difference_base_units{asset=\"LTC\"}"] == 0)
        let missing = Self.families.filter { other.kinds[$0.key] != $0.value }
        #expect(missing == [:])
        #expect(Set(other.kinds.keys).subtracting(Self.families.keys) == [])
        try await expectPromtoolIsContent(with: scrape.text)
        try await expectPromtoolIsContent(with: other.text)
        // What fails in passing holds nothing up, and is counted.
        #expect(other["confirmd_db_failures_passed_over_total{lane=\"litecoin\",call=\"siblings\"}"] == 0)
        try await shop.database.execute("DROP FUNCTION confirmd_data.sibling_keys")
        try await eventually("what fails in passing is counted") {
            try await Scrape(second)["confirmd_db_failures_passed_over_total{lane=\"litecoin\",call=\"siblings\"}"]
                ?? 0 > 0
        }
        try await shop.terminate(second)
        try await shop.proveBooks()
    }

    private func expectStatus(of daemon: Daemon, in shop: Shop, at height: Double, node: String) async throws {
        let status = try await status(daemon)
        #expect(status.ready && status.database == "answers")
        let network = try #require(status.networks.first)
        #expect(status.networks.count == 1 && network.network == "litecoin" && network.here == "following")
        #expect(network.database.state == "following" && Double(network.database.tipHeight) == height)
        #expect(network.database.heldBy == ProcessInfo.processInfo.hostName)
        #expect(network.nodes.count == 1 && network.nodes[0].health == "healthy" && network.nodes[0].reason == nil)
        #expect(network.nodes[0].node.contains(node))
        #expect(status.settlement.here == "following")
        #expect(status.settlement.heldBy == ProcessInfo.processInfo.hostName)
        #expect(status.consumers.map(\.consumer) == ["postgres"])
    }

    private func expectPromtoolIsContent(with text: String) async throws {
        guard Promtool.path != nil else { return print("promtool is not there: deploy/test gets it") }
        let output = try await Promtool.run("check", "metrics", input: text)
        #expect(output.exit == .status(0), "\(output.stdout)\(output.stderr)")
    }

    @Test("Without its database a daemon still tells what it knows")
    func databaseAway() async throws {
        let node = try await Litecoind(blocks: 3)
        let server = try await PrivatePostgres()
        let shop = try await Shop(on: node, server: server)
        try await server.stop()
        let daemon = try shop.installation.start()
        try await eventually("it answers") { try await daemon.get("/healthz").status == 200 }
        try await eventually("the database is missed") { try await Scrape(daemon)["confirmd_db_up"] == 0 }
        try await expectPromtoolIsContent(with: try await Scrape(daemon).text)
        let answer = try await daemon.get("/status.json")
        let json = try #require(try JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [String: Any])
        #expect(json["ready"] as? Bool == false && json["database"] as? String != "answers")
        let networks = try #require(json["networks"] as? [[String: Any]])
        #expect(networks.first?["database"] is NSNull)
        #expect(
            (networks.first?["here"] as? String)?.hasPrefix("waiting for the database") == true || networks.count == 1)
        #expect(try await daemon.get("/readyz").status == 503)
        try await daemon.terminate()
    }
}
