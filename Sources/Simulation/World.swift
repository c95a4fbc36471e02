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
        /// Blocks that only one node has, for it is cut off.
        var secret: Set<Int> = []
        var payments: [Int: Hash256] = [:]
    }

    let plan: Plan
    let loop = Loop()
    let database: ModelDatabase
    let weather = Weather()
    var networks: [Network] = []
    var daemons: [Daemon?]
    /// Lives that are over, or about to be.
    var leaving: [Daemon] = []
    let trace: Trace
    let consumers: Consumers
    /// Payments that wait for the next block of each network, as its coinbase.
    var coinbases: [[ForkTree.Transaction]]
    private var random: SplitMix64
    private var lives = 0
    private let fetchesMaximum: Int

    init(_ plan: Plan, seed: UInt64, isTracing: Bool, fetchesMaximum: Int) {
        self.plan = plan
        self.fetchesMaximum = fetchesMaximum
        random = SplitMix64(seed: seed, "world")
        database = ModelDatabase(loop: loop)
        trace = Trace(loop: loop, isKept: isTracing)
        consumers = Consumers(loop: loop, database: database, random: SplitMix64(seed: seed, "consumers"))
        daemons = Array(repeating: nil, count: plan.daemons)
        coinbases = plan.networks.map { _ in [] }
        database.projects = plan.projects
        for (number, network) in plan.networks.enumerated() {
            let tree = ForkTree(number: number)
            var tip: Int?
            for height in 0..<network.history {
                let age = network.interval * (network.history - height)
                tip = tree.mine(
                    on: tip, time: ModelDatabase.epoch - age.milliseconds / 1_000, work: 2, coinbase: nil,
                    transactions: [])
            }
            networks.append(
                Network(
                    plan: network, tree: tree,
                    nodes: (0..<network.nodes).map {
                        ModelNode(
                            name: network.nodeName($0), tree: tree, tip: tip!, hasLongPoll: network.hasLongPoll[$0])
                    }))
            _ = try? database.publish(network.publications[0], as: network.name, introducing: true)
        }
    }

    // MARK: Daemons

    func start(_ place: Int) {
        guard daemons[place] == nil else { return }
        lives += 1
        let name = Plan.daemonName(place)
        let host = Host(name: "\(name)/\(lives)", loop: loop)
        let link = StoreLink(
            host: host, database: database, weather: weather, target: name,
            random: SplitMix64(seed: random.next(), name))
        let followed = networks.map { network in
            let flights = Flights(maximum: fetchesMaximum, database: database)
            return (
                settings: NetworkSettings(
                    network: network.plan.name, publication: network.plan.publications[network.publication],
                    start: network.plan.startHeight.map { Start.height($0) } ?? .tip,
                    maxReorgDepth: network.plan.maxReorgDepth, pollInterval: network.plan.pollInterval,
                    mempool: network.plan.mempool),
                nodes: network.nodes.map { node in
                    NodeView(
                        node: node, host: host, weather: weather,
                        source: NodeLink(
                            loop: loop, weather: weather, target: node.name,
                            random: SplitMix64(seed: random.next(), node.name)),
                        flights: flights)
                }
            )
        }
        trace("\(host.name) starts")
        daemons[place] = Daemon(
            host: host, networks: followed, link: link, random: &random, logger: trace.logger(of: host.name))
    }

    func end(_ place: Int, _ body: (Daemon) -> Void) {
        guard let daemon = daemons[place] else { return }
        daemons[place] = nil
        leaving.append(daemon)
        body(daemon)
    }

    // MARK: The chain

    /// The best branch that nodes which are not cut off can know.
    func best(_ number: Int) -> Int {
        let network = networks[number]
        let open = network.tree.nodes.indices.filter {
            network.tree.isValid($0) && network.secret.isDisjoint(with: network.tree.nodes[$0].path)
        }
        return open.max {
            (network.tree.nodes[$0].totalWork, -$0) < (network.tree.nodes[$1].totalWork, -$1)
        }!
    }

    func isCutOff(_ node: ModelNode) -> Bool { weather.has(.nodeForked, at: node.name) }

    /// Has every node that is not cut off hear of a block, some later than others.
    func spread(_ place: Int, on number: Int, _ random: inout SplitMix64) {
        for node in networks[number].nodes where !isCutOff(node) {
            var delay = random.duration(.milliseconds(20) ... .seconds(2))
            if weather.has(.nodeLagging, at: node.name) {
                weather.fire(.nodeLagging)
                delay += random.duration(.seconds(10) ... .seconds(60))
            }
            loop.after(delay) { [self] in if !isCutOff(node) { node.learn(place) } }
        }
    }

    /// Every node hears of everything.
    func reconnect(_ number: Int) {
        networks[number].secret = []
        let best = best(number)
        for node in networks[number].nodes {
            node.learn(best)
            for id in networks[number].tree.order { node.hear(of: id) }
        }
    }
}
