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
    /// What deposits wait for: as configured, or raised for a caution.
    public private(set) var thresholds: Thresholds
    public private(set) var tiers: [Tier]
    /// The same as configured.
    public let configured: Thresholds
    public let configuredTiers: [Tier]
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
        configured = thresholds
        configuredTiers = tiers
        self.quorum = quorum
        self.cautionTerms = cautionTerms
        self.assets = assets
    }

    /// The same with its thresholds raised above the configured ones, where there are terms for it. Without a caution, and
    /// thus nothing to tell of, where none of them can be.
    public func raised(for caution: Caution?) -> Publication {
        guard let caution, let cautionTerms else { return self }
        var raised = self
        raised.thresholds = cautionTerms.raise(configured)
        raised.tiers = configuredTiers.map(cautionTerms.raise)
        guard raised.thresholds != configured || raised.tiers != configuredTiers else { return self }
        raised.caution = caution
        return raised
    }

    /// Which thresholds are raised, from what to what: `credit 2 → 4, final 4 → 8, 3 tiers`; empty when none is.
    public var raises: String {
        let words = [("credit", configured.credit, thresholds.credit), ("final", configured.final, thresholds.final)]
            .filter { $1 != $2 }.map { "\($0) \($1) → \($2)" }
        let count = zip(configuredTiers, tiers).count { $0 != $1 }
        let more = count == 0 ? [] : [count == 1 ? "one tier" : "\(count) tiers"]
        return (words + more).joined(separator: ", ")
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
