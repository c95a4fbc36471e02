public import Chain

/// The rules of one network that a decision is made under, with the number under which they were published.
public struct Policy: Sendable {
    public let network: String
    public let number: Int64
    public let thresholds: Thresholds
    public let tiers: [Tier]
    public let quorum: Quorum?
    private let assets: [WatchKey?: Asset]

    public init(
        network: String, number: Int64, thresholds: Thresholds, tiers: [Tier] = [], quorum: Quorum? = nil,
        assets: [Asset]
    ) {
        self.network = network
        self.number = number
        self.thresholds = thresholds
        self.tiers = tiers
        self.quorum = quorum
        self.assets = Dictionary(assets.map { ($0.contract, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// What deposits of an asset need, when an owner's deposits of it that are not yet final sum up to `sum`: the
    /// highest tier that the sum reaches, so that splitting a payment does not dodge it.
    public func thresholds(for asset: String, sum: Amount) -> Thresholds {
        tiers.filter { $0.asset == asset && $0.from <= sum }.max { $0.from < $1.from }?.thresholds ?? thresholds
    }

    /// The listed asset that a transfer moved; nil for what nobody listed.
    public func asset(of transfer: Transfer) -> Asset? {
        assets[transfer.contract]
    }
}

/// Other thresholds for an asset from an amount on.
public struct Tier: Hashable, Sendable {
    public let asset: String
    public let from: Amount
    public let thresholds: Thresholds

    public init(asset: String, from: Amount, thresholds: Thresholds) {
        self.asset = asset
        self.from = from
        self.thresholds = thresholds
    }
}
