import Payments

/// `confirmd.policy.thresholds`: amounts in base units.
struct PublishedThresholds: Encodable {
    struct PublishedTier: Encodable {
        let asset: String
        let from: String
        let credit: Int32
        let final: Int32
    }

    let credit: Int32
    let final: Int32
    let tiers: [PublishedTier]

    static func text(_ publication: Publication) -> String {
        JSONObject.text(
            PublishedThresholds(
                credit: publication.thresholds.credit, final: publication.thresholds.final,
                tiers: publication.tiers.map {
                    PublishedTier(
                        asset: $0.asset, from: $0.from.description, credit: $0.thresholds.credit,
                        final: $0.thresholds.final)
                }))
    }
}
