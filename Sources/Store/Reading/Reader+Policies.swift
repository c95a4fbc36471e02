public import Payments
import Postgres

/// The thresholds of a network under one number.
public struct PolicyColumns: Decodable, Sendable {
    public let network: String
    public let number: Int64
    public let thresholds: NetworkColumns.Thresholds
    public let isInForce: Bool
    public let publishedAt: String
    /// The host that published it.
    public let publishedBy: String
    /// What it changed of the one before.
    public let difference: Difference

    public struct Difference: Decodable, Sendable {
        public let credit: Change<Threshold>?
        public let final: Change<Threshold>?
        public let tiers: Change<[NetworkColumns.Tier]>?
        public let quorum: Change<Int>?
        public let caution: Change<PolicyTerms.Raise>?
    }

    public struct Change<Value: Decodable & Sendable>: Decodable, Sendable {
        /// Nil in the first policy, and where there was none.
        public let from: Value?
        /// Nil where there is none any more.
        public let to: Value?
    }
}

public struct AssetColumns: Decodable, Sendable {
    public let asset: String
    public let network: String
    public let decimals: Int
}

extension Reader {
    /// The policies of one network or all, oldest first.
    public func policies(network: String?) async throws -> [ViewRow<PolicyColumns>] {
        try await rows(
            """
            SELECT network, number, thresholds, difference, \(Self.utc("published_at")), published_by,
                   number = (SELECT policy_number FROM confirmd.network n WHERE n.network = p.network) AS is_in_force
            FROM confirmd.policy p WHERE $1 IS NULL OR network = $1 ORDER BY network, number
            """, [.text(network)])
    }

    /// Every asset that was ever listed.
    public func assets() async throws -> [ViewRow<AssetColumns>] {
        try await rows(
            """
            SELECT asset, network, contract, decimals, \(Self.amount("min_deposit")), \(Self.amount("transfer_fee"))
            FROM confirmd.asset ORDER BY asset
            """, [])
    }
}
