public import Chain

/// What deposits of a network wait for, by what an owner has been sent of an asset: the usual thresholds and, from some
/// sums on, others.
///
/// Its coded form is that of `confirmd.policy.thresholds`: `credit`, `final` and `tiers`, amounts in base units.
public struct ThresholdTable: Hashable, Sendable {
    public let thresholds: Thresholds
    public let tiers: [Tier]

    public init(_ thresholds: Thresholds, tiers: [Tier] = []) {
        self.thresholds = thresholds
        self.tiers = tiers
    }

    /// What deposits of an asset need, when an owner's deposits of it that are not yet final sum up to `sum`: the
    /// highest tier that the sum reaches, so that splitting a payment does not dodge it.
    public func thresholds(for asset: String, sum: Amount) -> Thresholds {
        tiers.filter { $0.asset == asset && $0.from <= sum }.max { $0.from < $1.from }?.thresholds ?? thresholds
    }

    /// All that any deposit may wait for.
    public var all: [Thresholds] { [thresholds] + tiers.map(\.thresholds) }

    /// The finality tags that anything waits for.
    public var tags: Set<FinalityTag> { Set(all.flatMap { [$0.credit.tag, $0.final.tag] }.compactMap(\.self)) }
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

extension ThresholdTable: Codable {
    private enum CodingKeys: String, CodingKey { case tiers }

    public init(from decoder: any Decoder) throws {
        self.init(
            try Thresholds(from: decoder),
            tiers: try decoder.container(keyedBy: CodingKeys.self).decode([Tier].self, forKey: .tiers))
    }

    public func encode(to encoder: any Encoder) throws {
        try thresholds.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(tiers, forKey: .tiers)
    }
}

extension Tier: Codable {
    private enum CodingKeys: String, CodingKey { case asset, from }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        guard let from = Amount(base: try container.decode(String.self, forKey: .from)) else {
            throw DecodingError.dataCorruptedError(
                forKey: .from, in: container, debugDescription: "not an amount in base units")
        }
        self.init(
            asset: try container.decode(String.self, forKey: .asset), from: from,
            thresholds: try Thresholds(from: decoder))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(asset, forKey: .asset)
        try container.encode(from.description, forKey: .from)
        try thresholds.encode(to: encoder)
    }
}
