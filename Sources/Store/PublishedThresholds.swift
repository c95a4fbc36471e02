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

    static func text(_ publication: Publication) -> String {
        JSONObject.text(
            PublishedThresholds(
                credit: WrittenThreshold(publication.thresholds.credit),
                final: WrittenThreshold(publication.thresholds.final),
                tiers: publication.tiers.map {
                    PublishedTier(
                        asset: $0.asset, from: $0.from.description,
                        credit: WrittenThreshold($0.thresholds.credit), final: WrittenThreshold($0.thresholds.final))
                }))
    }
}
