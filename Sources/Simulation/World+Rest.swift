import Chain
import Payments
import Store

/// How a world comes to rest.
extension World {
    /// Ends every fault, and has each chain grow by a few more blocks, so that the best branch is the only one.
    func calm() {
        weather.clear()
        endOldPrimary()
        database.isDown = false
        for (place, daemon) in daemons.enumerated() {
            if let daemon, daemon.host.isPaused { daemon.host.proceed() }
            start(place)
        }
        for number in networks.indices {
            for node in networks[number].nodes { node.invent(false) }
            reconnect(number)
            var random = SplitMix64(seed: UInt64(number), "rest")
            let more = max(networks[number].plan.lags.values.max() ?? 0, lead(of: number))
            for block in 1...(random.int(3...8) + more) {
                loop.after(min(.seconds(2), .seconds(16) / (more + 8)) * block) { [self] in
                    mine(on: number, &random)
                    reconnect(number)
                }
            }
        }
        loop.run(until: loop.now + .seconds(20))
    }

    /// How far our cursor is above the best branch: an invented one had more blocks in the same time. Until the chain has grown
    /// as high, nobody can tell its nodes from such as lag.
    private func lead(of number: Int) -> Int {
        let tip = networks[number].tree.nodes[best(number)].header.height
        return max(0, Int((database.networks[networks[number].plan.name]?.tip?.height ?? tip) - tip))
    }

    /// Runs until nothing is left to do; says what is when that takes too long.
    func settle(within patience: Duration) -> String? {
        let end = loop.now + patience
        var reason: String? = ""
        while reason != nil, loop.now < end, loop.failure == nil {
            loop.run(until: loop.now + .seconds(5))
            resynchronize()
            reason = unrest
        }
        return reason
    }

    /// What an operator does about a network that halted because its chain has left ours.
    private func resynchronize() {
        for (number, network) in networks.enumerated() {
            let command = ModelDatabase.Command.Kind.resync(network: network.plan.name)
            guard database.networks[network.plan.name]?.state == .halted, hasLeft(number),
                !database.commands.contains(where: { $0.kind == command && $0.outcome == nil })
            else { continue }
            weather.fire(.retreat)
            _ = database.queue(command)
        }
    }

    private var unrest: String? {
        for (number, network) in networks.enumerated() {
            guard let row = database.networks[network.plan.name] else {
                return "network \(network.plan.name) is missing"
            }
            if row.isRetired { continue }
            let tip = network.tree.nodes[best(number)].header.reference
            if row.tip?.reference != tip {
                return
                    "\(network.plan.name) is \(row.state.rawValue) at \(row.tip.map { "\($0.reference)" } ?? "nothing"), "
                    + "the tip is \(tip)"
            }
            if row.state != .following { return "\(network.plan.name) is \(row.state.rawValue)" }
            if let age = staleness(of: row) {
                return "the watermark of \(network.plan.name) is \(age) s old: nothing expires"
            }
            if let reason = row.stateReason, !isHeldForEver(number) { return "\(network.plan.name): \(reason)" }
            for tag in row.publication.terms.table.tags {
                let truth = network.tree.settled(tag, on: network.tree.nodes[best(number)].path)?.height
                if row.finality[tag] != truth {
                    return "\(network.plan.name) is \(tag) to \(row.finality[tag] ?? -1), the chain to \(truth ?? -1)"
                }
            }
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

    /// How many seconds ago our cursor was last confirmed as the tip, where that is longer than a few polls and the chain was
    /// not silent for longer than is trusted.
    private func staleness(of row: ModelDatabase.Network) -> Int64? {
        guard let tip = row.tip else { return nil }
        let seen = row.observedThrough ?? 0
        let age = database.clock - seen
        let isTrusted = seen < tip.time * 1_000 + row.publication.maximumBlockGap.milliseconds
        return isTrusted && age > 30_000 ? age / 1_000 : nil
    }

    /// Ends every daemon; says which does not.
    func shutDown() -> String? {
        for place in daemons.indices { end(place) { $0.kill() } }
        for daemon in leaving where daemon.isRunning { daemon.kill() }
        loop.drain()
        return leaving.first(where: \.isRunning).map { "daemon \($0.host.name) did not leave" }
    }
}
