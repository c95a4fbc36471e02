import Payments
import Store

/// Everything that happens in the world of one seed, in order.
struct Schedule {
    private(set) var happenings: [Happening] = []
    private var random: SplitMix64
    private let plan: Plan
    private var payments = 0

    /// - Parameter hasFaults: else nothing goes wrong, though chains fork all the same.
    init(_ plan: Plan, seed: UInt64, hasFaults: Bool, isPlain: Bool) {
        self.plan = plan
        random = SplitMix64(seed: seed, "schedule")
        for network in plan.networks.indices { addChain(of: network) }
        for owner in plan.owners.indices { addLife(of: owner) }
        if random.chance(30) {
            add(within: .zero...plan.end, .changePolicy(network: anyNetwork(), to: random.int(1...2)))
            if random.chance(40) {
                add(within: .zero...plan.end, .changePolicy(network: anyNetwork(), to: random.int(0...2)))
            }
        }
        if hasFaults {
            addFaults()
            if !isPlain {
                addLies(seed: seed)
                addRetreats(seed: seed)
                addLosses(seed: seed)
            }
        }
        if !isPlain { addSpending(seed: seed) }
        if hasFaults, !isPlain {
            addSiblings(seed: seed)
            addRetirement(seed: seed)
        }
        happenings = happenings.enumerated().sorted {
            ($0.element.at, $0.offset) < ($1.element.at, $1.offset)
        }.map(\.element)
    }

    private mutating func add(_ at: Duration, _ kind: Happening.Kind) {
        happenings.append(Happening(at: at, kind: kind, seed: random.next()))
    }

    private mutating func add(within range: ClosedRange<Duration>, _ kind: Happening.Kind) {
        add(random.duration(range), kind)
    }

    /// Seconds as a rule; hours where somebody had set it wrong.
    private mutating func clockJump() -> Duration {
        let maximum = random.chance(25) ? Duration.seconds(10_800) : .seconds(60)
        return random.duration(.zero...maximum) * (random.chance(50) ? 1 : -1)
    }

    private mutating func anyNetwork() -> Int { random.int(0...plan.networks.count - 1) }

    private mutating func addChain(of network: Int) {
        var at = Duration.zero
        let interval = plan.networks[network].interval
        while true {
            at += random.chance(10) ? interval * 3 : random.duration(interval / 4...interval * 2)
            guard at < plan.end else { break }
            add(at, .mine(network: network))
        }
        let forks = random.chance(70) ? random.int(0...5) : 0
        for _ in 0..<forks {
            let depth = random.chance(80) ? random.int(1...3) : random.int(4...8)
            add(
                within: .zero...plan.end,
                .fork(network: network, depth: depth, length: max(1, depth + random.int(-1...2))))
        }
        if random.chance(15) {
            add(within: .zero...plan.end, .invalidate(network: network, depth: random.int(1...3)))
        }
    }

    // MARK: Owners and payments

    private mutating func addLife(of place: Int) {
        let owner = plan.owners[place]
        let born = random.duration(.zero...plan.end * 3 / 4)
        let delay: Duration = random.chance(20) ? random.duration(.seconds(1) ... .seconds(40)) : .zero
        add(born, .create(owner: place, delay: delay))
        if owner.later != nil { add(within: born...born + .seconds(60), .addOption(owner: place)) }
        if owner.isInvoice, random.chance(15) {
            add(within: born...born + owner.expiresIn * 2, .markPaid(owner: place))
        }
        if owner.isInvoice, random.chance(15) {
            add(within: born...born + owner.expiresIn * 2, .cancel(owner: place))
        }
        let first = max(.zero, born - .seconds(15))
        for _ in 0..<random.int(0...3) {
            addPayment(to: place, within: first...max(first, born + owner.expiresIn + .seconds(30)))
        }
    }

    private mutating func addPayment(to place: Int, within range: ClosedRange<Duration>) {
        let at = min(random.duration(range), plan.end)
        let (payment, network) = payment(to: place, option: nil)
        add(at, .pay(payment))
        guard payment.way != .coinbase else { return }
        if random.chance(25) {
            let after = at + random.duration(.milliseconds(100) ... .seconds(40))
            let other = random.chance(50) ? place : random.int(0...plan.owners.count - 1)
            if let by = self.payment(to: other, on: network) { add(after, .replace(payment: payment.number, by: by)) }
        }
        if random.chance(10) {
            add(
                at + random.duration(.seconds(1) ... .seconds(30)),
                .evict(payment: payment.number, mayReturn: random.chance(50)))
        }
    }

    private mutating func payment(to place: Int, option: Int?) -> (Happening.Payment, network: Int) {
        let owner = plan.owners[place]
        let options = owner.options + [owner.later].compactMap(\.self)
        let option = option ?? random.int(0...options.count - 1)
        let network = network(for: options[option])
        var outputs = [output(owner: place, option: option)]
        if random.chance(15) { outputs.append(output(owner: place, option: option)) }
        let way: Happening.Payment.Way = random.chance(10) ? .coinbase : random.chance(25) ? .hidden : .broadcast
        payments += 1
        return (Happening.Payment(number: payments, network: network, outputs: outputs, way: way), network)
    }

    /// The option's own, or another on which its address looks as good.
    private mutating func network(for option: Plan.Option) -> Int {
        guard plan.networks[option.network].style == .accounts else { return option.network }
        let others = plan.networks.indices.filter { $0 != option.network && plan.networks[$0].style == .accounts }
        return !others.isEmpty && random.chance(12) ? random.pick(others) : option.network
    }

    /// A payment to one who takes any on this network; nil when there is none.
    private mutating func payment(to place: Int, on network: Int) -> Happening.Payment? {
        let owner = plan.owners[place]
        let options = owner.options + [owner.later].compactMap(\.self)
        guard let option = options.firstIndex(where: { $0.network == network }) else { return nil }
        let made = payment(to: place, option: option).0
        return Happening.Payment(number: made.number, network: network, outputs: made.outputs, way: .broadcast)
    }

    private mutating func output(owner: Int, option: Int) -> Happening.Payment.Output {
        Happening.Payment.Output(
            owner: owner, option: option, share: random.pick([10_000, 10_000, 10_000, 5_000, 9_900, 15_000, 300, 1]),
            isUnexpected: random.chance(6))
    }

    // MARK: Faults

    private mutating func addFaults() {
        // Not everything at once: what is never alone hides what it does alone.
        func some(_ faults: [Fault]) -> [Fault] { faults.filter { _ in random.chance(40) } }
        let live = Duration.zero...plan.end
        for fault in some(Fault.ofNodes) {
            for _ in 0..<random.int(1...4) {
                let network = anyNetwork()
                let node = random.int(0...plan.networks[network].nodes - 1)
                add(
                    within: live,
                    .fault(
                        fault, at: plan.networks[network].nodeName(node),
                        lasting: random.duration(.seconds(2) ... .seconds(90))))
            }
        }
        for fault in some(Fault.ofStores) {
            for _ in 0..<random.int(1...4) {
                add(
                    within: live,
                    .fault(
                        fault, at: Plan.daemonName(random.int(0...plan.daemons - 1)),
                        lasting: random.duration(.seconds(1) ... .seconds(60))))
            }
        }
        for fault in some([.daemonKilled, .daemonStopped, .daemonPaused, .clockJump]) {
            for _ in 0..<random.int(1...4) {
                let daemon = random.int(0...plan.daemons - 1)
                let down = random.duration(.milliseconds(100) ... .seconds(40))
                switch fault {
                case .daemonKilled: add(within: live, .kill(daemon: daemon, down: down))
                case .daemonStopped: add(within: live, .stop(daemon: daemon, down: down))
                case .daemonPaused: add(within: live, .pause(daemon: daemon, lasting: down))
                default: add(within: live, .jumpClock(by: clockJump()))
                }
            }
        }
    }
}

extension Schedule {
    private mutating func addLies(seed: UInt64) {
        random = SplitMix64(seed: seed, "lies")
        for network in plan.networks {
            for lie in Lie.ofAnswers where random.chance(Lie.ofContents.contains(lie) ? 50 : 25) {
                for _ in 0..<random.int(1...3) {
                    let maximum: Duration = Lie.ofContents.contains(lie) ? .seconds(120) : .seconds(30)
                    add(lie, by: random.int(0...network.nodes - 1), of: network, lasting: maximum)
                }
            }
            // Where every policy has a quorum, so that what is invented may cost somebody only time.
            let quorum = network.publications.map { $0.terms.quorum?.nodes ?? 1 }.min() ?? 1
            guard quorum > 1, random.chance(60) else { continue }
            for _ in 0..<random.int(1...2) {
                let inventor = random.int(0...network.nodes - 1)
                add(.inventedBranch, by: inventor, of: network, lasting: .seconds(60))
                if quorum > 2, random.chance(60) {
                    add(.falseAgreement, by: (inventor + 1) % network.nodes, of: network, lasting: .seconds(60))
                }
            }
        }
    }

    /// Chains that have no settled blocks may go back for as long as they like.
    private mutating func addRetreats(seed: UInt64) {
        random = SplitMix64(seed: seed, "retreats")
        for (place, network) in plan.networks.enumerated() where network.lags.isEmpty && network.interval > .seconds(2)
        {
            guard random.chance(20) else { continue }
            let retreat = Happening.Kind.retreat(
                network: place, piece: random.int(4...12), isRestarting: random.chance(50))
            add(within: .zero...plan.end / 2, retreat)
        }
    }

    /// Payers choose another network, whose chain then takes the payment back; some such network is given up soon after.
    private mutating func addSiblings(seed: UInt64) {
        random = SplitMix64(seed: seed, "siblings")
        let births = happenings.compactMap { happening in
            if case .create(let owner, _) = happening.kind { (owner, happening.at) } else { nil }
        }
        for (place, born) in births where plan.owners[place].isInvoice && random.chance(40) {
            let option = plan.owners[place].options[0]
            let others = plan.networks.indices.filter { $0 != option.network && plan.networks[$0].style == .accounts }
            guard plan.networks[option.network].style == .accounts, !others.isEmpty else { continue }
            let network = random.pick(others)
            let interval = plan.networks[network].interval
            payments += 1
            let payment = Happening.Payment(
                number: payments, network: network, outputs: [output(owner: place, option: 0)], way: .hidden)
            let at = min(born + random.duration(.seconds(2) ... .seconds(30)), plan.end)
            add(at, .pay(payment))
            let gone = min(at + interval * random.int(2...8), plan.end)
            if random.chance(70) { add(gone, .evict(payment: payments, mayReturn: random.chance(30))) }
            let depth = random.int(3...8)
            add(gone, .fork(network: network, depth: depth, length: depth + random.int(1...2)))
            if random.chance(60) {
                add(min(gone + random.duration(.seconds(1) ... .seconds(60)), plan.end), .retire(network: network))
            }
        }
    }

    private mutating func addRetirement(seed: UInt64) {
        random = SplitMix64(seed: seed, "retirement")
        if random.chance(12) { add(within: .zero...plan.end, .retire(network: anyNetwork())) }
    }

    /// The database goes back in time.
    private mutating func addLosses(seed: UInt64) {
        random = SplitMix64(seed: seed, "losses")
        if random.chance(25) {
            for _ in 0..<random.int(1...2) {
                let at = random.duration(.zero...plan.end)
                let lag = random.chance(20) ? .zero : random.duration(.milliseconds(100) ... .seconds(30))
                add(at, .failOver(lag: lag, down: random.duration(.milliseconds(100) ... .seconds(15))))
                guard random.chance(40) else { continue }
                add(
                    at + lag + random.duration(.seconds(15) ... .seconds(60)),
                    .oldPrimary(lasting: random.duration(.seconds(1) ... .seconds(30))))
            }
        }
        if random.chance(12) {
            add(
                within: .zero...plan.end,
                .restore(
                    age: random.duration(.seconds(1) ... .seconds(120)),
                    down: random.duration(.milliseconds(100) ... .seconds(20))))
        }
        if random.chance(15) {
            for _ in 0..<random.int(1...2) { add(within: .zero...plan.end, .newIncarnation) }
        }
    }

    /// Owners spend what they were paid, and some of it returns to them or goes to another owner.
    private mutating func addSpending(seed: UInt64) {
        random = SplitMix64(seed: seed, "spending")
        for happening in happenings {
            guard case .pay(let payment) = happening.kind, plan.networks[payment.network].style == .outputs,
                random.chance(20)
            else { continue }
            let payee = random.chance(75) ? payment.outputs[0].owner : random.int(0...plan.owners.count - 1)
            guard let by = self.payment(to: payee, on: payment.network) else { continue }
            let pause = random.chance(40) ? .zero : random.duration(.milliseconds(100) ... .seconds(90))
            add(
                min(happening.at + pause, plan.end),
                .spend(payment: payment.number, by: by, isMixed: random.chance(25)))
        }
    }

    private mutating func add(_ lie: Lie, by node: Int, of network: Plan.Network, lasting maximum: Duration) {
        add(
            within: .zero...plan.end,
            .lie(lie, by: network.nodeName(node), lasting: random.duration(.seconds(1)...maximum)))
    }
}

extension Plan {
    static func daemonName(_ place: Int) -> String { ["one", "two"][place] }
}

extension Plan.Network {
    func nodeName(_ place: Int) -> String { "\(name)-\(place)" }
}
