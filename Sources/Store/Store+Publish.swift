public import Chain
public import Payments
public import Postgres

/// What a network's configuration says that others read in the database.
public struct Publication: Hashable, Sendable {
    public let family: String
    /// Tells the chain from every other of its family: `litecoin/main` on the Bitcoin family, the id elsewhere.
    public let chain: String
    public let maximumBlockGap: Duration
    public let arrivalGrace: Duration
    public private(set) var thresholds: Thresholds
    public private(set) var tiers: [Tier]
    public let quorum: Quorum?
    public let assets: [Asset]
    /// Nil where thresholds are never raised.
    public let cautionTerms: CautionTerms?
    /// Why the thresholds are raised; nil when they are as configured.
    public private(set) var caution: Caution?

    public init(
        family: String, chain: String, maximumBlockGap: Duration, arrivalGrace: Duration, thresholds: Thresholds,
        tiers: [Tier] = [], quorum: Quorum? = nil, cautionTerms: CautionTerms? = nil, assets: [Asset]
    ) {
        self.family = family
        self.chain = chain
        self.maximumBlockGap = maximumBlockGap
        self.arrivalGrace = arrivalGrace
        self.thresholds = thresholds
        self.tiers = tiers
        self.quorum = quorum
        self.cautionTerms = cautionTerms
        self.assets = assets
    }

    /// The same with its thresholds raised, where there are terms for it.
    public func raised(for caution: Caution?) -> Publication {
        guard let caution, let cautionTerms else { return self }
        var raised = self
        raised.thresholds = cautionTerms.raise(thresholds)
        raised.tiers = tiers.map(cautionTerms.raise)
        raised.caution = caution
        return raised
    }

    /// The rules that decisions are made under, by the number under which they were published.
    public func policy(of network: String, number: Int64) -> Policy {
        Policy(
            network: network, number: number, thresholds: thresholds, tiers: tiers, quorum: quorum, assets: assets)
    }

    /// The finality tags that anything waits for.
    public var tags: Set<FinalityTag> {
        Set(([thresholds] + tiers.map(\.thresholds)).flatMap { [$0.credit.tag, $0.final.tag] }.compactMap(\.self))
    }
}

extension Store {
    /// Writes the configuration down and returns the number of the policy in force. With `introducing` only what the
    /// database does not know yet, so that invoices can be made before the first run; what is there stays.
    @discardableResult
    public func publish(
        _ publication: Publication, from host: String, introducing: Bool
    ) async throws(PostgresError) -> Int64 {
        let assets = publication.assets
        return try await connection.query(
            """
            SELECT confirmd_data.publish_network($1, $2, $3, $4::interval,
                $5::interval, $6, $7, $8, $9, $10, $11, $12, $13) AS policy_number
            """,
            [
                .text(lane), .text(publication.family), .text(publication.chain),
                .interval(publication.maximumBlockGap),
                .interval(publication.arrivalGrace),
                .jsonb(PublishedThresholds.text(publication)),
                .text(host), .bool(introducing),
                .textArray(assets.map(\.code)), .byteaArray(assets.map { $0.contract?.bytes }),
                .int4Array(assets.map { Int32($0.decimals) }),
                .textArray(assets.map { $0.minimumDeposit.description }),
                .textArray(assets.map { $0.transferFee.description }),
            ]
        ).only.decode("policy_number")
    }
}
