/// What deposits of a network wait for: as configured, or as in force, raised for a caution.
///
/// Its coded form is `confirmd.policy.thresholds`.
public struct PolicyTerms: Hashable, Sendable {
    public let table: ThresholdTable
    /// Nil where the word of one node will do.
    public let quorum: Quorum?
    /// Nil while the thresholds are as configured.
    public let raise: Raise?

    /// Why thresholds are above the configured ones, and what those are.
    public struct Raise: Hashable, Sendable {
        public let caution: Caution
        /// Nil where an earlier version wrote it.
        public let configured: ThresholdTable?
    }

    /// Terms as configured.
    public init(_ table: ThresholdTable, quorum: Quorum? = nil) {
        self.init(table, quorum, raise: nil)
    }

    private init(_ table: ThresholdTable, _ quorum: Quorum?, raise: Raise?) {
        self.table = table
        self.quorum = quorum
        self.raise = raise
    }

    /// The same with thresholds raised above these. Without a caution, and thus nothing to tell of, where none of them
    /// can be.
    ///
    /// - Parameter terms: how they are raised; nil where they never are.
    public func raised(for caution: Caution?, by terms: CautionTerms?) -> PolicyTerms {
        guard let caution, let terms else { return self }
        let raised = ThresholdTable(terms.raise(table.thresholds), tiers: table.tiers.map(terms.raise))
        guard raised != table else { return self }
        return PolicyTerms(raised, quorum, raise: Raise(caution: caution, configured: table))
    }

    /// Which thresholds are raised, from what to what: `credit 2 → 4, final 4 → 8, 3 tiers`; empty when none is.
    public var raises: String {
        guard let configured = raise?.configured else { return "" }
        let (before, now) = (configured.thresholds, table.thresholds)
        let words = [("credit", before.credit, now.credit), ("final", before.final, now.final)]
            .filter { $1 != $2 }.map { "\($0) \($1) → \($2)" }
        let count = zip(configured.tiers, table.tiers).count { $0 != $1 }
        let more = count == 0 ? [] : [count == 1 ? "one tier" : "\(count) tiers"]
        return (words + more).joined(separator: ", ")
    }
}

extension PolicyTerms: Codable {
    private enum CodingKeys: String, CodingKey {
        case caution, quorum
        case quorumFrom = "quorum_from"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        var quorum: Quorum?
        if let nodes = try container.decodeIfPresent(Int.self, forKey: .quorum) {
            let from = try container.decodeIfPresent([String: String].self, forKey: .quorumFrom) ?? [:]
            let amounts = from.compactMapValues { Amount(base: $0) }
            guard nodes >= 1, amounts.count == from.count else {
                throw DecodingError.dataCorruptedError(
                    forKey: .quorum, in: container, debugDescription: "not a quorum that is known here")
            }
            quorum = Quorum(nodes: nodes, from: amounts)
        }
        self.init(
            try ThresholdTable(from: decoder), quorum,
            raise: try container.decodeIfPresent(Raise.self, forKey: .caution))
    }

    public func encode(to encoder: any Encoder) throws {
        try table.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(quorum?.nodes, forKey: .quorum)
        try container.encodeIfPresent(quorum?.from.mapValues(\.description), forKey: .quorumFrom)
        try container.encodeIfPresent(raise, forKey: .caution)
    }
}

extension PolicyTerms.Raise: Codable {
    private enum CodingKeys: String, CodingKey { case causes, until, configured }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        // Without causes that a later version may know.
        let causes = try container.decode([String].self, forKey: .causes).compactMap(Caution.Cause.init)
        self.init(
            caution: Caution(causes: Set(causes), until: try container.decode(Int64.self, forKey: .until)),
            configured: try container.decodeIfPresent(ThresholdTable.self, forKey: .configured))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(caution.causes.map(\.rawValue).sorted(), forKey: .causes)
        try container.encode(caution.until, forKey: .until)
        try container.encodeIfPresent(configured, forKey: .configured)
    }
}
