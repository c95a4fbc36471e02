public import Chain

/// An option that waits to be registered, with what its address turned out to be.
public struct Claim: Sendable {
    public let owner: Owner
    public let ordinal: Int32
    public let key: Result<WatchKey, AddressError>

    public init(owner: Owner, ordinal: Int32, key: Result<WatchKey, AddressError>) {
        self.owner = owner
        self.ordinal = ordinal
        self.key = key
    }

    /// Why an address that is fine in itself can't be had.
    public static let addressInUse = "address_in_use"

    /// Which claims can be watched and which are refused. An address belongs to one owner, or to several wallets of
    /// one customer; who claims first has it. `holders` are those of the keys that are watched already.
    public static func decide(
        _ claims: [Claim], holders: [WatchKey: [Owner]]
    ) -> (watched: [(claim: Claim, key: WatchKey)], refused: [(claim: Claim, reason: String)]) {
        var holders = holders
        var watched: [(claim: Claim, key: WatchKey)] = []
        var refused: [(claim: Claim, reason: String)] = []
        for claim in claims {
            switch claim.key {
            case .failure(let error):
                refused.append((claim, error.rawValue))
            case .success(let key):
                if holders[key, default: []].allSatisfy({ $0.shares(with: claim.owner) }) {
                    holders[key, default: []].append(claim.owner)
                    watched.append((claim, key))
                } else {
                    refused.append((claim, addressInUse))
                }
            }
        }
        return (watched, refused)
    }
}

extension Owner {
    /// Whether an address may belong to both: it is the same owner, or both are wallets of one customer.
    func shares(with other: Owner) -> Bool {
        id == other.id
            || kind == .wallet && other.kind == .wallet && project == other.project && reference == other.reference
    }
}
