import Chain
import Payments
import Store

/// Holds each step against what nodes had and said when it was written.
extension World {
    func audit(_ step: Step, _ network: ModelDatabase.Network) {
        guard let number = networks.firstIndex(where: { $0.plan.name == step.network }) else { return }
        let tree = networks[number].tree
        for header in step.headers where tree.places[header.hash].map({ tree.nodes[$0].header }) != header {
            database.note(.state, "header \(header.reference) of \(step.network) was never mined")
        }
        for header in step.headers where tree.isInvented(header.hash) { followed.insert(header.reference) }
        auditDepth(of: step, number)
        let truth = reach(number, tip: step.tip?.height ?? 0)
        if step.finality != network.finality, step.finality.contains(where: { $1 > truth.finality[$0] ?? 0 }) {
            testimony.note(.believed(network: step.network))
        }
        if step.changes.contains(where: { tellsOfSibling($0, taken: step.network) }) {
            weather.fire(.wrongNetworkReorg)
        }
        guard let terms = network.policies.last else { return }
        for change in step.changes {
            for deposit in change.deposits
            where deposit.isCredited && deposit.credits > database.deposits[deposit.id]?.deposit.credits ?? 0 {
                auditQuorum(of: deposit, change, terms, number)
                auditFinality(of: deposit, terms, step, number)
            }
        }
    }

    /// Whether an owner loses a payment that was meant for another network.
    private func tellsOfSibling(_ change: Changes, taken network: String) -> Bool {
        let options = database.owners[change.owner.id]?.options ?? []
        return !options.contains { $0.network == network }
            && change.deposits.contains { $0.network == network && $0.status == .orphaned }
    }

    /// Only an operator takes a network back further than its window reached from its highest block.
    private func auditDepth(of step: Step, _ number: Int) {
        if let block = step.disconnectedTo, !step.isTakenUp, block.height < floors[number] ?? 0 {
            database.note(.depth, "\(step.network) goes back to \(block), the lowest is \(floors[number] ?? 0)")
        }
        if step.isTakenUp { restarts[number] = step.disconnectedTo?.height ?? restarts[number] }
        guard let tip = step.tip else { return }
        let before = step.isTakenUp ? 0 : floors[number] ?? 0
        floors[number] = max(before, tip.height - Int64(networks[number].plan.maxReorgDepth))
    }

    /// Whether the chain has left ours below what a rollback may go back to.
    func hasLeft(_ number: Int) -> Bool {
        let network = networks[number]
        guard let row = database.networks[network.plan.name], let floor = floors[number],
            let bottom = row.headers.values.filter({ $0.height >= floor }).min(by: { $0.height < $1.height }),
            let place = network.tree.places[bottom.hash]
        else { return false }
        return !network.tree.isOn(place, network.tree.nodes[best(number)].path)
    }

    /// As many nodes as are wanted have its block, those aside that lie about that together.
    private func auditQuorum(
        of deposit: Deposit, _ change: Changes, _ terms: PolicyTerms, _ number: Int
    ) {
        guard let quorum = terms.quorum, let hash = deposit.block?.hash,
            database.sum(with: deposit, change) >= quorum.from[deposit.asset] ?? .zero
        else { return }
        let network = networks[number]
        guard let place = network.tree.places[hash] else {
            return database.note(.quorum, "deposit \(deposit.id) was credited in block \(hash), which nobody has")
        }
        let having = network.nodes.filter {
            $0.had.contains(place) || network.tree.nodes[place].isInvented && $0.agrees
        }
        if having.count < quorum.nodes {
            database.note(
                .quorum,
                "deposit \(deposit.id) was credited in block \(hash), which \(having.map(\.name)) have, of "
                    + "\(quorum.nodes) that are wanted")
        }
    }

    /// Some threshold was reached by what nodes have said of finality until now.
    private func auditFinality(
        of deposit: Deposit, _ terms: PolicyTerms, _ step: Step, _ number: Int
    ) {
        guard let tip = step.tip, let block = deposit.block else { return }
        let reach = said(on: number, tip: tip.height)
        let isReached = terms.table.all(for: deposit.asset).contains {
            $0.credit.due(from: block.height).isReached(by: reach)
        }
        if !isReached {
            database.note(
                .finality,
                "deposit \(deposit.id) in block \(block.height) was credited at \(reach); it waited for "
                    + "\(deposit.required.credit), the table says \(terms.table.thresholds.credit)")
        }
    }

    /// Whether a daemon has reason to alarm its operator.
    func isExpected(_ alarm: Testimony.Alarm) -> Bool {
        switch alarm {
        case .held(let name): plan.networks.contains { $0.name == name && $0.quorum > 1 }
        case .frozen(let name): testimony.has(told: [.finalityRegress, .finalityAhead], on: name)
        case .unsettled(let name), .defended(let name):
            testimony.has(told: Set(Lie.allCases), on: name) || weather.fired[.nodeForked] != nil
                || networks.contains { $0.plan.name == name && $0.tree.nodes.contains(where: \.isInvented) }
        case .agreed, .distrusted, .believed: true
        case .halted(let name): networks.indices.contains { networks[$0].plan.name == name && hasLeft($0) }
        }
    }

    /// How far the chain reaches in truth.
    func reach(_ number: Int, tip: Int64) -> Reach {
        let tree = networks[number].tree
        let path = tree.nodes[best(number)].path
        var finality: [FinalityTag: Int64] = [:]
        for tag in tree.settled.keys { finality[tag] = tree.settled(tag, on: path)?.height }
        return Reach(tip: tip, finality: finality)
    }

    /// How far the chain reaches by the most that any node ever said.
    func said(on number: Int, tip: Int64) -> Reach {
        var finality: [FinalityTag: Int64] = [:]
        for tag in FinalityTag.allCases { finality[tag] = testimony.highest(tag, on: networks[number].plan.name) }
        return Reach(tip: tip, finality: finality)
    }
}

extension ModelDatabase {
    /// What a deposit and its owner's others of the same asset that are not yet final sum up to once this is written.
    func sum(with deposit: Deposit, _ change: Changes) -> Amount {
        let known = Set(change.deposits.map(\.id))
        let others = (owners[change.owner.id]?.deposits ?? []).filter { !known.contains($0) }
            .compactMap { deposits[$0]?.deposit }
        return (change.deposits + others).filter {
            $0.asset == deposit.asset && $0.network == deposit.network
                && ($0.id == deposit.id || $0.status == .detected || $0.status == .credited)
        }.reduce(.zero) { $0 + $1.gross }
    }
}

extension ThresholdTable {
    /// All that a deposit of an asset may wait for.
    func all(for asset: String) -> [Thresholds] {
        [thresholds] + tiers.filter { $0.asset == asset }.map(\.thresholds)
    }
}
