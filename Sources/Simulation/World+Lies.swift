import Chain
import Payments
import Store

extension World {
    func begin(_ lie: Lie, by name: String, lasting: Duration) {
        guard let node = networks.flatMap(\.nodes).first(where: { $0.name == name }) else { return }
        weather.begin(lie, by: name)
        if lie == .inventedBranch { node.invent(true) }
        if lie == .falseAgreement { node.agrees = true }
        loop.after(lasting) { [self] in
            weather.end(lie, by: name)
            if lie == .inventedBranch { node.invent(false) }
        }
    }

    /// A liar's next block, with a payment that nobody made.
    func invent(by liar: ModelNode, on number: Int, _ random: inout SplitMix64) {
        let network = networks[number]
        var chosen: [Hash256] = []
        let keys = keys(on: network.plan.name)
        if !keys.isEmpty {
            let asset = random.pick(network.plan.publications[0].assets)
            let payment = ForkTree.Transaction(
                id: Hash256(4, UInt64(number), UInt64(network.tree.nodes.count), 0),
                outputs: [(key: random.pick(keys), contract: asset.contract, amount: 250_000)], spends: [],
                isHidden: true)
            network.tree.insert(payment)
            chosen.append(payment.id)
        }
        for _ in 0..<random.int(1...2) {
            let place = network.tree.mine(
                on: liar.tip, time: ModelDatabase.epoch + loop.now.milliseconds / 1_000,
                work: network.plan.style == .accounts ? 1 : 3, coinbase: nil,
                transactions: chosen, isInvented: true)
            trace("\(liar.name) invents block \(network.tree.nodes[place].header.reference)")
            liar.learn(place)
            chosen = []
        }
    }

    /// Whether too few of a network's nodes tell the truth for anything to be credited that needs their agreement.
    func isHeldForEver(_ number: Int) -> Bool {
        let network = networks[number].plan
        return network.nodes - network.liars < database.networks[network.name]?.publication.terms.quorum?.nodes ?? 0
    }
}
