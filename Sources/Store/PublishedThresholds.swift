import Payments

/// `confirmd.policy.thresholds`: amounts in base units.
struct PublishedThresholds: Encodable {
    struct PublishedTier: Encodable {
        let asset: String
        let from: String
        let credit: WrittenThreshold
        let final: WrittenThreshold
    }

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
        JSONObject.text(
            PublishedThresholds(
                credit: WrittenThreshold(publication.thresholds.credit),
                final: WrittenThreshold(publication.thresholds.final),
                tiers: publication.tiers.map {
                    PublishedTier(
                        asset: $0.asset, from: $0.from.description,
                        credit: WrittenThreshold($0.thresholds.credit), final: WrittenThreshold($0.thresholds.final))
                },
                quorum: publication.quorum?.nodes, quorumFrom: publication.quorum?.from.mapValues(\.description),
                caution: publication.caution.map(PublishedCaution.init)))
    }
}
