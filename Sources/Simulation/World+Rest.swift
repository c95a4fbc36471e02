import Chain
import Payments
import Store

/// How a world comes to rest.
extension World {
    /// Ends every fault, and has each chain grow by a few more blocks, so that the best branch is the only one.
    func calm() {
        weather.clear()
        for (place, daemon) in daemons.enumerated() {
            if let daemon, daemon.host.isPaused { daemon.host.proceed() }
            start(place)
        }
        for number in networks.indices {
            reconnect(number)
            var random = SplitMix64(seed: UInt64(number), "rest")
            for block in 1...random.int(3...8) {
                loop.after(.seconds(2) * block) { [self] in
                    mine(on: number, &random)
                    reconnect(number)
                }
            }
        }
        loop.run(until: loop.now + .seconds(20))
    }

    /// Runs until nothing is left to do; says what is when that takes too long.
    func settle(within patience: Duration) -> String? {
        let end = loop.now + patience
        var reason: String? = ""
        while reason != nil, loop.now < end, loop.failure == nil {
            loop.run(until: loop.now + .seconds(5))
            reason = unrest
        }
        return reason
    }

    private var unrest: String? {
        for (number, network) in networks.enumerated() {
            guard let row = database.networks[network.plan.name] else {
                return "network \(network.plan.name) is missing"
            }
            let tip = network.tree.nodes[best(number)].header.reference
            if row.tip?.reference != tip {
                return
                    "\(network.plan.name) is \(row.state.rawValue) at \(row.tip.map { "\($0.reference)" } ?? "nothing"), "
                    + "the tip is \(tip)"
            }
            if row.state != .following { return "\(network.plan.name) is \(row.state.rawValue)" }
            if database.hasUnregisteredOptions(of: network.plan.name) {
                return "options of \(network.plan.name) are not registered"
            }
        }
        if let place = database.commands.firstIndex(where: { $0.outcome == nil }) {
            return "command \(place + 1) was not carried out"
        }
        if let due = database.dueInvoices(limit: 1).first { return "invoice \(due) is due and not judged" }
        return nil
    }

    /// Ends every daemon; says which does not.
    func shutDown() -> String? {
        for place in daemons.indices { end(place) { $0.kill() } }
        for daemon in leaving where daemon.isRunning { daemon.kill() }
        loop.drain()
        return leaving.first(where: \.isRunning).map { "daemon \($0.host.name) did not leave" }
    }
}
