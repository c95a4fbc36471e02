import Chain
import Foundation
public import Payments
public import Postgres

/// What a network's configuration says that others read in the database.
public struct Publication: Hashable, Sendable {
    public let family: String
    /// Tells the chain from every other of its family: `litecoin/main` on the Bitcoin family, the id elsewhere.
    public let chain: String
    /// What it shares with the networks on which the same address is somebody's by the same key; nil where there are none.
    public let addressSpace: String?
    public let maximumBlockGap: Duration
    public let arrivalGrace: Duration
    /// What deposits wait for.
    public private(set) var terms: PolicyTerms
    public let assets: [Asset]
    /// How signs of trouble are answered, which nobody reads; nil where thresholds are never raised.
    public let cautionTerms: CautionTerms?

    public init(
        family: String, chain: String, addressSpace: String? = nil, maximumBlockGap: Duration, arrivalGrace: Duration,
        terms: PolicyTerms, cautionTerms: CautionTerms? = nil, assets: [Asset]
    ) {
        self.family = family
        self.chain = chain
        self.addressSpace = addressSpace
        self.maximumBlockGap = maximumBlockGap
        self.arrivalGrace = arrivalGrace
        self.terms = terms
        self.cautionTerms = cautionTerms
        self.assets = assets
    }

    public init(
        family: String, chain: String, addressSpace: String? = nil, maximumBlockGap: Duration, arrivalGrace: Duration,
        thresholds: Thresholds, tiers: [Tier] = [], quorum: Quorum? = nil, cautionTerms: CautionTerms? = nil,
        assets: [Asset]
    ) {
        self.init(
            family: family, chain: chain, addressSpace: addressSpace, maximumBlockGap: maximumBlockGap,
            arrivalGrace: arrivalGrace, terms: PolicyTerms(ThresholdTable(thresholds, tiers: tiers), quorum: quorum),
            cautionTerms: cautionTerms,
            assets: assets)
    }

    /// The same, where this is as configured, with thresholds raised for a caution.
    public func raised(for caution: Caution?) -> Publication {
        var raised = self
        raised.terms = terms.raised(for: caution, by: cautionTerms)
        return raised
    }

    /// The rules that decisions are made under, by the number under which they were published.
    public func policy(of network: String, number: Int64) -> Policy {
        Policy(network: network, number: number, terms: terms, assets: assets)
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
                $5::interval, $6, $7, $8, $9, $10, $11, $12, $13, $14) AS policy_number
            """,
            [
                .text(lane), .text(publication.family), .text(publication.chain),
                .interval(publication.maximumBlockGap),
                .interval(publication.arrivalGrace),
                .jsonb(JSONObject.text(publication.terms)),
                .text(host), .bool(introducing),
                .textArray(assets.map(\.code)), .byteaArray(assets.map { $0.contract?.bytes }),
                .int4Array(assets.map { Int32($0.decimals) }),
                .textArray(assets.map { $0.minimumDeposit.description }),
                .textArray(assets.map { $0.transferFee.description }), .text(publication.addressSpace),
            ]
        ).only.decode("policy_number")
    }

    /// Why the thresholds of the policy in force are raised; nil when they are as configured.
    public func caution() async throws(PostgresError) -> Caution? {
        let rows = try await connection.query(
            """
            SELECT (p.thresholds -> 'caution')::text AS caution FROM confirmd_data.network n
            JOIN confirmd_data.policy p ON p.network = n.network AND p.number = n.policy_number WHERE n.network = $1
            """, [.text(lane)])
        guard let text: String = try rows.first?.decode("caution", as: String?.self) else { return nil }
        guard let raise = try? JSONDecoder().decode(PolicyTerms.Raise.self, from: Data(text.utf8)) else {
            throw PostgresError(.other, "the caution of a policy is stored as \(text), which confirmd never writes")
        }
        return raise.caution
    }
}
