import Chain
import Foundation
import Payments
import Store

extension World {
    func perform(_ happening: Happening) {
        var random = SplitMix64(seed: happening.seed)
        trace("\(happening.kind)")
        switch happening.kind {
        case .mine(let network): mine(on: network, &random)
        case .fork(let network, let depth, let length): fork(network, depth: depth, length: length, &random)
        case .invalidate(let network, let depth): invalidate(network, depth: depth)
        case .retreat(let network, let piece, let isRestarting):
            retreat(network, by: piece, isRestarting: isRestarting)
        case .pay(let payment): pay(payment, &random)
        case .replace(let number, let by): replace(number, by: by, &random)
        case .spend(let number, let by, let isMixed): spend(number, by: by, isMixed: isMixed, &random)
        case .evict(let number, let mayReturn): evict(number, mayReturn: mayReturn, &random)
        case .create(let owner, let delay): create(plan.owners[owner], delay: delay)
        case .addOption(let owner):
            guard let option = plan.owners[owner].later else { return }
            _ = database.addOption(option.new, to: plan.owners[owner].id)
        case .markPaid(let owner): _ = database.queue(.markPaid(plan.owners[owner].id))
        case .cancel(let owner): _ = database.queue(.cancel(plan.owners[owner].id))
        case .changePolicy(let network, let version): changePolicy(of: network, to: version)
        case .fault(let fault, let target, let lasting): begin(fault, at: target, lasting: lasting)
        case .lie(let lie, let node, let lasting): begin(lie, by: node, lasting: lasting)
        case .kill(let daemon, let down): kill(daemon, down: down)
        case .stop(let daemon, let down): stop(daemon, down: down)
        case .pause(let daemon, let lasting): pause(daemon, lasting: lasting)
        case .jumpClock(let by):
            weather.fire(.clockJump)
            database.clockOffset += by.milliseconds
        case .retire(let network): _ = database.queue(.retire(network: plan.networks[network].name))
        case .failOver(let lag, let down): failOver(lag: lag, down: down, &random)
        case .oldPrimary(let lasting): runOldPrimary(lasting: lasting)
        case .restore(let age, let down): restore(age: age, down: down, &random)
        case .newIncarnation:
            guard !database.isDown, standIn == nil, !isRefused else { return }
            weather.fire(.newIncarnation)
            _ = database.queue(.newIncarnation(above: nil))
        }
    }

    // MARK: The chain

    func mine(on number: Int, _ random: inout SplitMix64) {
        let network = networks[number]
        if let alone = network.nodes.first(where: isCutOff), random.chance(40) {
            weather.fire(.nodeForked)
            let place = extend(alone.tip, of: number, isSecret: true, &random)
            alone.learn(place)
        } else {
            spread(extend(best(number), of: number, &random), on: number, &random)
            network.tree.settle(by: best(number))
        }
        for liar in network.nodes where liar.isInventing { invent(by: liar, on: number, &random) }
    }

    @discardableResult
    private func extend(
        _ parent: Int, of number: Int, isSecret: Bool = false, _ random: inout SplitMix64
    ) -> Int {
        let network = networks[number]
        let isExact = network.plan.style == .accounts
        let time = ModelDatabase.epoch + loop.now.milliseconds / 1_000 + Int64(isExact ? 0 : random.int(-5...5))
        let chosen = network.tree.choose(after: parent, percent: network.plan.minedPercent, random: &random)
        let place = network.tree.mine(
            on: parent, time: time, work: isExact ? 1 : UInt128(random.int(1...3)),
            coinbase: coinbases[number].popLast(), transactions: chosen, isSecret: isSecret)
        trace(
            "block \(network.tree.nodes[place].header.reference) on \(network.plan.name), \(chosen.count) transactions")
        return place
    }

    private func fork(_ number: Int, depth: Int, length: Int, _ random: inout SplitMix64) {
        let path = networks[number].tree.nodes[best(number)].path
        let depth = min(depth, path.count - 1 - networks[number].tree.lowestFork)
        guard depth > 0, path.count > depth + 1 else { return }
        weather.fire(.fork)
        var parent = path[path.count - 1 - depth]
        for _ in 0..<length {
            parent = extend(parent, of: number, &random)
            spread(parent, on: number, &random)
        }
    }

    private func invalidate(_ number: Int, depth: Int) {
        let path = networks[number].tree.nodes[best(number)].path
        let depth = min(depth, path.count - 1 - networks[number].tree.lowestFork)
        guard depth > 0, path.count > depth + 1 else { return }
        weather.fire(.invalidation)
        networks[number].tree.invalidate(path[path.count - depth])
        for node in networks[number].nodes { node.reconsider() }
    }

    /// Down to what a rollback may not go back to, but to where a resynchronization still finds a stored block.
    private func retreat(_ number: Int, by piece: Int, isRestarting: Bool) {
        let top = networks[number].tree.nodes[best(number)].path.count - 1
        let bottom = top - networks[number].plan.maxReorgDepth - 2
        let stored = database.networks[networks[number].plan.name]?.headers.keys.min()
        guard let stored, bottom > max(1, stored) else { return }
        goBack(number, to: top - piece, by: piece, until: bottom, isRestarting: isRestarting)
    }

    /// The next piece; when there is none left, another chain higher than the first.
    private func goBack(_ number: Int, to height: Int, by piece: Int, until bottom: Int, isRestarting: Bool) {
        let network = networks[number]
        let tip = network.tree.nodes[best(number)].path.count - 1
        guard height + piece <= bottom || loop.now > plan.end else {
            invalidate(number, depth: tip - max(height, bottom))
            if isRestarting { for place in daemons.indices { kill(place, down: .seconds(1)) } }
            return loop.after(network.plan.pollInterval * 4) { [self] in
                goBack(number, to: height - piece, by: piece, until: bottom, isRestarting: isRestarting)
            }
        }
        for block in 0...max(0, bottom + network.plan.maxReorgDepth + 4 - tip) {
            var random = SplitMix64(seed: UInt64(block), "retreat")
            loop.after(network.plan.interval / 8 * block) { [self] in
                spread(extend(best(number), of: number, &random), on: number, &random)
            }
        }
    }

    // MARK: Payments

    private func option(_ output: Happening.Payment.Output) -> Plan.Option {
        let owner = plan.owners[output.owner]
        return (owner.options + [owner.later].compactMap(\.self))[output.option]
    }

    private func transaction(_ payment: Happening.Payment, spending: [Outpoint]) -> ForkTree.Transaction {
        let network = networks[payment.network].plan
        return ForkTree.Transaction(
            id: Hash256(2, UInt64(payment.network), UInt64(payment.number), 0),
            outputs: payment.outputs.map { output in
                let option = option(output)
                let assets = network.publications[0].assets
                // None of them is what was asked for where the network is another.
                let asset = assets.first { ($0 == option.asset) != output.isUnexpected } ?? option.asset
                let due = option.amount.flatMap { plan.projects[plan.owners[output.owner].project]?.due($0, of: asset) }
                let whole = due.flatMap { UInt64($0.units) } ?? 100_000
                return (
                    key: ModelAddresses.key(option.key), contract: asset.contract,
                    amount: max(1, whole * UInt64(output.share) / 10_000)
                )
            }, spends: spending, isHidden: payment.way == .hidden || network.style == .accounts,
            isNested: !payment.number.isMultiple(of: 3))
    }

    private func pay(_ payment: Happening.Payment, _ random: inout SplitMix64) {
        guard payment.way != .coinbase || networks[payment.network].plan.style == .accounts else {
            return coinbases[payment.network].insert(transaction(payment, spending: []), at: 0)
        }
        let coin = Outpoint(transaction: Hash256(3, UInt64(payment.number), 0, 0), index: 0)
        broadcast(transaction(payment, spending: [coin]), payment, &random)
    }

    private func broadcast(
        _ transaction: ForkTree.Transaction, _ payment: Happening.Payment, _ random: inout SplitMix64
    ) {
        networks[payment.network].tree.insert(transaction)
        networks[payment.network].payments[payment.number] = transaction.id
        guard !transaction.isHidden else { return }
        for node in networks[payment.network].nodes {
            loop.after(random.duration(.milliseconds(10) ... .seconds(3))) { node.hear(of: transaction.id) }
        }
    }

    private func replace(_ number: Int, by payment: Happening.Payment, _ random: inout SplitMix64) {
        let network = networks[payment.network]
        guard let id = network.payments[number], let replaced = network.tree.transactions[id] else { return }
        broadcast(transaction(payment, spending: replaced.spends), payment, &random)
    }

    private func spend(
        _ number: Int, by payment: Happening.Payment, isMixed: Bool, _ random: inout SplitMix64
    ) {
        let network = networks[payment.network]
        guard let id = network.payments[number], let parent = network.tree.transactions[id] else { return }
        var spent = [Outpoint(transaction: id, index: UInt32(random.int(0...parent.outputs.count - 1)))]
        if isMixed { spent.append(Outpoint(transaction: Hash256(3, UInt64(payment.number), 0, 0), index: 0)) }
        broadcast(transaction(payment, spending: spent), payment, &random)
    }

    private func evict(_ number: Int, mayReturn: Bool, _ random: inout SplitMix64) {
        for network in networks {
            guard let id = network.payments[number] else { continue }
            network.tree.evict(id)
            if mayReturn {
                loop.after(random.duration(.seconds(5) ... .seconds(60))) { network.tree.evict(id, false) }
            }
        }
    }

    // MARK: Creators and operators

    func create(_ owner: Plan.Owner, delay: Duration) {
        let created = database.clock
        loop.after(delay) { [database] in
            if owner.isInvoice {
                database.createInvoice(
                    owner.id, project: owner.project, order: owner.reference, options: owner.options.map(\.new),
                    expiresIn: owner.expiresIn, created: created)
            } else {
                database.createWallet(
                    owner.id, project: owner.project, customer: owner.reference, asset: owner.options[0].asset.code,
                    address: owner.options[0].address, created: created)
            }
        }
    }

    /// A new configuration comes with a restart, of one daemon after the other.
    private func changePolicy(of number: Int, to version: Int) {
        networks[number].publication = version
        for (place, daemon) in daemons.enumerated() where daemon != nil {
            loop.after(.seconds(2) * place) { [self] in stop(place, down: .seconds(1)) }
        }
    }

    // MARK: Faults

    private func begin(_ fault: Fault, at target: String, lasting: Duration) {
        weather.begin(fault, at: target)
        loop.after(lasting) { [self] in
            weather.end(fault, at: target)
            guard fault == .nodeForked else { return }
            for number in networks.indices where networks[number].nodes.contains(where: { $0.name == target }) {
                reconnect(number)
            }
        }
    }

    private func kill(_ place: Int, down: Duration) {
        guard daemons[place] != nil else { return }
        weather.fire(.daemonKilled)
        end(place) { $0.kill() }
        loop.after(down) { [self] in start(place) }
    }

    private func stop(_ place: Int, down: Duration) {
        guard let daemon = daemons[place], !daemon.host.isPaused else { return }
        weather.fire(.daemonStopped)
        end(place) { daemon in
            daemon.stop()
            // systemd waits for so long.
            loop.after(.seconds(10)) { if daemon.isRunning { daemon.kill() } }
        }
        loop.after(down) { [self] in start(place) }
    }

    private func pause(_ place: Int, lasting: Duration) {
        guard let daemon = daemons[place], !daemon.host.isPaused else { return }
        weather.fire(.daemonPaused)
        daemon.host.pause()
        loop.after(lasting) { if daemon.host.isPaused { daemon.host.proceed() } }
    }
}

extension Plan.Option {
    var new: ModelDatabase.NewOption {
        ModelDatabase.NewOption(asset: asset.code, address: address, amount: amount)
    }
}
