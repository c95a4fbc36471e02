import Chain
import Foundation
import Logging
import Payments
import Store
import Sync
import Watcher

/// Everything that a simulation consists of, and what happens to it.
final class World {
    struct Network {
        let plan: Plan.Network
        let tree: ForkTree
        var nodes: [ModelNode]
        /// Which of the publications is in force.
        var publication = 0
        var payments: [Int: Hash256] = [:]
    }

    let plan: Plan
    let loop = Loop()
    let database: ModelDatabase
    let weather = Weather()
    let testimony: Testimony
    var networks: [Network] = []
    var daemons: [Daemon?]
    /// Lives that are over, or about to be.
    var leaving: [Daemon] = []
    let trace: Trace
    let consumers: Consumers
    /// Payments that wait for the next block of each network, as its coinbase.
    var coinbases: [[ForkTree.Transaction]]
    /// The lowest height that a rollback of each network may go back to, by the steps that were written.
    var floors: [Int: Int64] = [:]
    /// Where operators had a network read again from.
    var restarts: [Int: Int64] = [:]
    /// What the primary had that was given up last.
    var formerPrimary: Past?
    /// The primary, while the former one runs in its place.
    var standIn: Past?
    /// Daemons refuse a database for which an operator has to speak.
    var isRefused = false
    /// Invented blocks that were taken for ours once.
    var followed: Set<BlockReference> = []
    private var random: SplitMix64
    private var lives = 0
    private let fetchesMaximum: Int

    init(_ plan: Plan, seed: UInt64, isTracing: Bool, fetchesMaximum: Int) {
        self.plan = plan
        self.fetchesMaximum = fetchesMaximum
        random = SplitMix64(seed: seed, "world")
        database = ModelDatabase(loop: loop)
        testimony = Testimony(loop: loop)
        trace = Trace(loop: loop, isKept: isTracing, testimony: testimony)
        consumers = Consumers(loop: loop, database: database, random: SplitMix64(seed: seed, "consumers"))
        daemons = Array(repeating: nil, count: plan.daemons)
        coinbases = plan.networks.map { _ in [] }
        database.projects = plan.projects
        for (number, network) in plan.networks.enumerated() {
            let tree = ForkTree(number: number, style: network.style, lags: network.lags)
            var tip: Int?
            for height in 0..<network.history {
                let age = network.interval * (network.history - height)
                tip = tree.mine(
                    on: tip, time: ModelDatabase.epoch - age.milliseconds / 1_000, work: 2, coinbase: nil,
                    transactions: [])
            }
            tree.settle(by: tip!)
            networks.append(
                Network(
                    plan: network, tree: tree,
                    nodes: (0..<network.nodes).map {
                        ModelNode(
                            name: network.nodeName($0), of: network.name, tree: tree, tip: tip!,
                            hasLongPoll: network.hasLongPoll[$0], isLiar: network.isLiar($0),
                            isBoaster: network.boaster == $0)
                    }))
            _ = try? database.publish(network.publications[0], as: network.name, introducing: true)
        }
        database.audit = { [unowned self] in audit($0, $1) }
        trace.isExpected = { [unowned self] in isExpected($0) }
    }

    // MARK: Daemons

    func start(_ place: Int) {
        guard daemons[place] == nil, !isRefused else { return }
        lives += 1
        let name = Plan.daemonName(place)
        let host = Host(name: "\(name)/\(lives)", loop: loop)
        let link = StoreLink(
            host: host, database: database, weather: weather, target: name,
            random: SplitMix64(seed: random.next(), name))
        let followed = networks.map { network in
            // And one of each node that has to show that it gives blocks again.
            let flights = Flights(maximum: fetchesMaximum + network.nodes.count, database: database)
            return (
                settings: NetworkSettings(
                    network: network.plan.name, publication: mandate(network),
                    start: network.plan.startHeight.map { Start.height($0) } ?? .tip,
                    maxReorgDepth: network.plan.maxReorgDepth, pollInterval: network.plan.pollInterval,
                    blockSpacing: network.plan.blockSpacing,
                    mempool: network.plan.mempool),
                nodes: network.nodes.map { node in
                    NodeView(
                        node: node, host: host, weather: weather,
                        source: NodeLink(
                            to: node, latency: network.plan.latency, loop: loop, weather: weather,
                            testimony: testimony, sabotage: database.sabotage,
                            random: SplitMix64(seed: random.next(), node.name)),
                        flights: flights, victims: keys(on: network.plan.name))
                }
            )
        }
        trace("\(host.name) starts")
        daemons[place] = Daemon(
            host: host, networks: followed, link: link, random: &random, logger: trace.logger(of: host.name))
    }

    /// What a daemon is configured with: what the operator wants, unless sabotage hides some of it.
    private func mandate(_ network: Network) -> Publication {
        let publication = network.plan.publications[network.publication]
        guard let (told, mandated) = database.sabotage?.hide(some: publication) else { return publication }
        database.mandated[network.plan.name] = mandated
        return told
    }

    func end(_ place: Int, _ body: (Daemon) -> Void) {
        guard let daemon = daemons[place] else { return }
        daemons[place] = nil
        leaving.append(daemon)
        body(daemon)
    }

    // MARK: The chain

    /// The best branch that nodes which are not cut off can know.
    func best(_ number: Int) -> Int { networks[number].tree.best }

    /// The keys of all who may be paid on a network.
    func keys(on name: String) -> [WatchKey] {
        plan.owners.flatMap(\.options).filter { plan.networks[$0.network].name == name }
            .map { ModelAddresses.key($0.key) }
    }

    func isCutOff(_ node: ModelNode) -> Bool { weather.has(.nodeForked, at: node.name) }

    /// Has every node that is not cut off hear of a block, some later than others.
    func spread(_ place: Int, on number: Int, _ random: inout SplitMix64) {
        for node in networks[number].nodes where !isCutOff(node) {
            var delay = random.duration(.milliseconds(20)...min(.seconds(2), networks[number].plan.interval))
            if weather.has(.nodeLagging, at: node.name) {
                weather.fire(.nodeLagging)
                delay += random.duration(.seconds(10) ... .seconds(60))
            }
            loop.after(delay) { [self] in if !isCutOff(node) { node.learn(place) } }
        }
    }

    /// Every node hears of everything.
    func reconnect(_ number: Int) {
        networks[number].tree.reveal()
        let best = best(number)
        for node in networks[number].nodes {
            node.reconsider()
            node.learn(best)
            for id in networks[number].tree.order { node.hear(of: id) }
        }
    }
}
