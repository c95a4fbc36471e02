import Chain
import Foundation
import Logging
import NodeHTTP
import Payments
import Postgres
import Store
import Telemetry
import TestSupport
import Testing
import Watcher

@testable import Daemon

/// A network that is followed by one session after the other, each over nodes of one chain: several have the same number of
/// their answers replaced, each by another, and an honest one comes in once all of them have given such an answer.
struct NumberFuzz {
    /// As JSON writes them.
    static let numbers = [
        "-9223372036854775808", "-1", "0", "2147483648", "9007199254740992", "9223372036854775807",
        "18446744073709551616", "1e400",
    ]
    /// As EVM nodes write them; for the last there is no such way.
    static let quantities = [
        "\"-0x8000000000000000\"", "\"-0x1\"", "\"0x0\"", "\"0x80000000\"", "\"0x20000000000000\"",
        "\"0x7fffffffffffffff\"", "\"0x10000000000000000\"", "1e400",
    ]

    let database: TestDatabase
    let network: NetworkConfiguration
    private let altering: [AlteringNode]
    private let values: [String]
    private let http = HTTPClient()
    private let lane: Store
    private let configuration: PostgresConfiguration

    /// - Parameters:
    ///   - url: of the real node.
    ///   - values: what numbers are replaced by.
    ///   - wallets: addresses by the codes of their assets.
    ///   - file: the network's file with nodes at these addresses, the last being the real one's.
    init(
        _ url: String, _ values: [String], wallets: [String: String], file: (_ urls: [String]) -> NetworkFile
    ) async throws {
        self.values = values
        altering = try values.map { _ in try AlteringNode(of: url) }
        let file = file(altering.map(\.url) + [url])
        database = try await PrivatePostgres.shared.createDatabase()
        network = try #require(
            try ConfigurationFolder(networks: ["network.yaml": file.text]).read().networks.first)
        let administrator = PostgresConnection(configuration: try PostgresConfiguration(url: database.url))
        _ = try await Migrator(administrator).migrate { _ in }
        try await Store(administrator, lane: network.network)
            .publish(network.publication, from: "test", introducing: true)
        configuration = try PostgresConfiguration(url: database.url(user: "confirmd_daemon"))
        lane = Store(PostgresConnection(configuration: configuration), lane: network.network)
        try await database.execute("SELECT confirmd.set_project('shop')")
        for (asset, address) in wallets {
            try await database.execute(
                "SELECT confirmd.create_static_wallet('shop', :'asset', :'asset', :'address')",
                ["asset": asset, "address": address])
        }
    }

    /// Runs sessions over blocks that `grow` makes, until each number of each answer was each value once. A session ends when
    /// the network is where the honest node is.
    ///
    /// - Parameters:
    ///   - tip: where the chain begins.
    ///   - grow: makes some blocks with payments and returns the tip.
    func run(from tip: Hash256, grow: () async throws -> Hash256) async throws {
        try await follow(altering, to: tip, "first run")
        try await follow(altering, to: try await grow(), "what was before")
        // What there is to replace, with nothing replaced.
        altering[0].forget()
        for _ in 0..<2 { try await follow([altering[0]], to: try await grow(), "nothing replaced") }
        let places = altering[0].places.sorted()
        #expect(places.count > 10)
        var sessions = 0
        for place in places {
            var left = Array(zip(altering, values))
            while !left.isEmpty {
                for (node, value) in left { node.alter([place: value]) }
                let tip = try await grow()
                let isThere = try await follow(left.map(\.0), to: tip, "\(place)")
                let isAsked = left.contains { $0.0.altered > 0 }
                #expect(isAsked, "\(place) was answered in no session")
                // A value that does no harm is followed to the end, and the others are not asked.
                left.removeAll { $0.0.altered > 0 || !isAsked }
                for node in altering { node.alter([:]) }
                // What this version does not know stops a network, whatever other nodes say.
                if !isThere { try await follow([], to: tip, "after a halt") }
                sessions += 1
            }
        }
        print(
            "\(network.network): \(places.count) numbers in answers, \(values.count) values each, \(sessions) sessions")
    }

    /// False when the network halted for something unknown.
    @discardableResult
    private func follow(_ altering: [AlteringNode], to tip: Hash256, _ what: String) async throws -> Bool {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let metrics = Metrics()
        let settings = NetworkSettings(
            network: network.network, publication: network.publication, start: network.start,
            maxReorgDepth: network.maxReorgDepth, pollInterval: .milliseconds(50), lookBack: .seconds(60),
            mempool: network.mempool)
        let nodes = network.nodes.filter { node in
            altering.contains { $0.url == node.endpoint.origin }
                || node.endpoint.origin == network.nodes.last?.endpoint.origin
        }.map { network.adapter.node(http, $0) }
        let worker = LaneWorker(
            following: settings,
            nodes: nodes.dropLast() + [
                GatedNode(node: nodes[nodes.count - 1]) { altering.allSatisfy { $0.altered > 0 } }
            ],
            addresses: network.adapter.addresses,
            stores: PostgresLaneStore.opener(of: network.network, in: configuration, logger: logger), host: "test",
            metrics: metrics, logger: logger)
        let running = Task { await worker.run() }
        // How long it takes proves nothing: this only ends a run that hangs.
        let deadline = ContinuousClock.now + .seconds(300)
        var (isThere, isUnknown) = (false, false)
        while !isThere, !isUnknown, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(10))
            isThere = try await lane.snapshot().tip?.hash == tip && worker.status == .following
            isUnknown = "\(worker.status)".contains("a version that knows it must be installed")
            // What it tells of its nodes is told whatever they say.
            _ = metrics.text
            _ = worker.nodes.map { "\($0)" }
        }
        if !isThere, !isUnknown { Issue.record("\(what): \(worker.status), \(worker.nodes.map(\.health))") }
        worker.stop()
        await running.value
        return isThere
    }
}
