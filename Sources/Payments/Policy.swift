public import Chain

/// The rules of one network that a decision is made under, with the number under which they were published.
public struct Policy: Sendable {
    public let network: String
    public let number: Int64
    public let terms: PolicyTerms
    private let assets: [WatchKey?: Asset]

    public init(network: String, number: Int64, terms: PolicyTerms, assets: [Asset]) {
        self.network = network
        self.number = number
        self.terms = terms
        self.assets = Dictionary(assets.map { ($0.contract, $0) }, uniquingKeysWith: { first, _ in first })
    }

    public init(
        network: String, number: Int64, thresholds: Thresholds, tiers: [Tier] = [], quorum: Quorum? = nil,
        assets: [Asset]
    ) {
        self.init(
            network: network, number: number,
            terms: PolicyTerms(ThresholdTable(thresholds, tiers: tiers), quorum: quorum), assets: assets)
    }

    public var thresholds: Thresholds { terms.table.thresholds }
    public var quorum: Quorum? { terms.quorum }

    /// What deposits of an asset need, when an owner's deposits of it that are not yet final sum up to `sum`.
    public func thresholds(for asset: String, sum: Amount) -> Thresholds {
        terms.table.thresholds(for: asset, sum: sum)
    }

    /// The listed asset that a transfer moved; nil for what nobody listed.
    public func asset(of transfer: Transfer) -> Asset? {
        assets[transfer.contract]
    }
}
