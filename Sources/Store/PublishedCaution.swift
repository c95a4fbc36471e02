import Foundation
public import Payments
public import Postgres

/// `caution` in `confirmd.policy.thresholds`.
public struct PublishedCaution: Codable, Sendable {
    /// What the raised thresholds are without it.
    public struct Configured: Codable, Sendable {
        public let credit: WrittenThreshold
        public let final: WrittenThreshold
        /// In the order of those in force.
        public let tiers: [PublishedTier]
    }

    public let causes: [String]
    /// Seconds since 1970.
    public let until: Int64
    /// Nil where an earlier version wrote it.
    public let configured: Configured?

    init(_ caution: Caution, raising configured: Thresholds, tiers: [PublishedTier]) {
        causes = caution.causes.map(\.rawValue).sorted()
        until = caution.until
        self.configured = Configured(
            credit: WrittenThreshold(configured.credit), final: WrittenThreshold(configured.final), tiers: tiers)
    }

    /// Without causes that a later version may know.
    public var caution: Caution { Caution(causes: Set(causes.compactMap(Caution.Cause.init)), until: until) }
}

extension Store {
    public func caution() async throws(PostgresError) -> Caution? {
        let rows = try await connection.query(
            """
            SELECT (p.thresholds -> 'caution')::text AS caution FROM confirmd_data.network n
            JOIN confirmd_data.policy p ON p.network = n.network AND p.number = n.policy_number WHERE n.network = $1
            """, [.text(lane)])
        guard let text: String = try rows.first?.decode("caution", as: String?.self) else { return nil }
        guard let published = try? JSONDecoder().decode(PublishedCaution.self, from: Data(text.utf8)) else {
            throw PostgresError(.other, "the caution of a policy is stored as \(text), which confirmd never writes")
        }
        return published.caution
    }
}
