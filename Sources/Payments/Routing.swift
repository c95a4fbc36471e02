public import Chain
public import Foundation

/// Gives each arrival to the owner of its address: where several wallets of a customer share it, to the one for its
/// asset. Where an address means the same on several networks, what came on the wrong one goes to the owner too. An arrival
/// that nobody owns (a fingerprint that was only similar) goes to none.
///
/// - Parameter recorded: whose deposits the outputs are that the arrivals' transactions spend, as far as they were recorded
///   before this step.
/// - Returns: the arrivals of each owner in their order, those marked that pay him out of his own deposits.
public func route(
    _ arrivals: [Arrival], to dossiers: [Dossier], network: String, recorded: [Outpoint: Set<UUID>] = [:]
) -> [UUID: [Arrival]] {
    var options: [WatchKey: [(owner: UUID, asset: String)]] = [:]
    for dossier in dossiers {
        for option in dossier.options where option.network == network {
            guard let key = option.key else { continue }
            options[key, default: []].append((dossier.owner.id, option.asset))
        }
    }
    // Whose address it is on another network is told only where it is nobody's on this one.
    for dossier in dossiers {
        for option in dossier.options where option.network != network {
            guard let key = option.key, options[key] == nil else { continue }
            options[key] = [(dossier.owner.id, option.asset)]
        }
    }
    let known = deposits(of: dossiers, at: Set(options.filter { $0.value.count > 1 }.keys))
    var routed: [UUID: [Arrival]] = [:]
    var recorded = recorded
    for var arrival in arrivals {
        guard let candidates = options[arrival.transfer.recipient] else { continue }
        if candidates.count > 1 {
            // Whoever had it before the one for its asset was there: it was seen then.
            let id = StableID.deposit(network: network, asset: arrival.asset.code, transfer: arrival.transfer)
            if let known = known[id] { arrival.see(known) }
        }
        let owner = candidates.first { $0.asset == arrival.asset.code } ?? candidates[0]
        routed[owner.owner, default: []].append(arrival)
        // A chain of transactions may come all at once, and in any order.
        if case .output(let index) = arrival.transfer.locator {
            recorded[Outpoint(transaction: arrival.transfer.transaction, index: index), default: []].insert(owner.owner)
        }
    }
    // Whose deposits each transaction spends: it may have many outputs.
    var spent: [Hash256: Set<UUID>] = [:]
    for (owner, arrivals) in routed {
        for (place, arrival) in arrivals.enumerated() where !arrival.spends.isEmpty {
            let transaction = arrival.transfer.transaction
            let owners = spent[transaction] ?? arrival.spends.reduce(into: []) { $0.formUnion(recorded[$1] ?? []) }
            spent[transaction] = owners
            if owners.contains(owner) { routed[owner]?[place].isOwnFunds = true }
        }
    }
    return routed
}

private func deposits(of dossiers: [Dossier], at keys: Set<WatchKey>) -> [UUID: Deposit] {
    guard !keys.isEmpty else { return [:] }
    let deposits = dossiers.lazy.flatMap(\.deposits).filter { keys.contains($0.key) }
    return Dictionary(deposits.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
}
