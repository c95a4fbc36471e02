import Chain
public import Foundation

/// Gives each arrival to the owner of its address: where several wallets of a customer share it, to the one for its
/// asset. Where an address means the same on several networks, what came on the wrong one goes to the owner too. An arrival
/// that nobody owns (a fingerprint that was only similar) goes to none.
public func route(_ arrivals: [Arrival], to dossiers: [Dossier], network: String) -> [UUID: [Arrival]] {
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
    var routed: [UUID: [Arrival]] = [:]
    for arrival in arrivals {
        guard let candidates = options[arrival.transfer.recipient] else { continue }
        let owner = candidates.first { $0.asset == arrival.asset.code } ?? candidates[0]
        routed[owner.owner, default: []].append(arrival)
    }
    return routed
}
