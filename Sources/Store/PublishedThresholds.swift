import Payments

/// A tier in `confirmd.policy.thresholds`.
public struct PublishedTier: Codable, Sendable {
    public let asset: String
    /// In base units.
    public let from: String
    public let credit: WrittenThreshold
    public let final: WrittenThreshold

    init(_ tier: Tier) {
        asset = tier.asset
        from = tier.from.description
        credit = WrittenThreshold(tier.thresholds.credit)
        final = WrittenThreshold(tier.thresholds.final)
    }
}

/// `confirmd.policy.thresholds`: amounts in base units.
struct PublishedThresholds: Encodable {
    let credit: WrittenThreshold
    let final: WrittenThreshold
    let tiers: [PublishedTier]
    /// How many nodes have to agree; left out where one will do.
    let quorum: Int?
    /// From which sums on, by asset, in base units.
    let quorumFrom: [String: String]?
    /// Why the thresholds are raised above the configured ones; left out when they are not.
    let caution: PublishedCaution?

    enum CodingKeys: String, CodingKey {
        case credit, final, tiers, quorum, caution
        case quorumFrom = "quorum_from"
    }

    static func text(_ publication: Publication) -> String {
        let caution = publication.caution.map {
            PublishedCaution(
                $0, raising: publication.configured, tiers: publication.configuredTiers.map(PublishedTier.init))
        }
        return JSONObject.text(
            PublishedThresholds(
                credit: WrittenThreshold(publication.thresholds.credit),
                final: WrittenThreshold(publication.thresholds.final),
                tiers: publication.tiers.map(PublishedTier.init), quorum: publication.quorum?.nodes,
                quorumFrom: publication.quorum?.from.mapValues(\.description), caution: caution))
    }
}
