public import Chain
public import Payments
import Postgres

public struct NetworkColumns: Decodable, Sendable {
    public let network: String
    /// Tells the chain from every other of its family: `litecoin/main` on the Bitcoin family.
    public let chain: String
    public let state: String
    public let stateReason: String?
    public let tipHeight: Int64?
    public let tipHash: String?
    public let headHeight: Int64?
    /// Blocks between the last one committed and the best node's.
    public let lag: Int64?
    public let observedThrough: String?
    /// How old what we know of the chain is: seconds since a node confirmed that our last block is its tip, or, while
    /// blocks are missing, since the time of the last one committed.
    public let lagSeconds: Int64?
    public let policyNumber: Int64
    /// The heights at which the chain's finality tags stand, by tag.
    public let finality: [String: Int64]
    /// The policy in force; nil before the first run.
    public let thresholds: Thresholds?
    /// Deposits below their credit threshold, by asset.
    public let pending: [Pending]
    /// Age of the oldest of them, in seconds; nil when there is none.
    public let oldestPendingSeconds: Int64?
    /// When blocks were disconnected last, and how many.
    public let reorganizedAt: String?
    public let reorganizedDepth: Int64?
    /// Raised at every take-over.
    public let epoch: Int64?
    /// The host whose lease on the network has not run out.
    public let heldBy: String?

    public struct Thresholds: Decodable, Sendable {
        public let credit: Threshold
        public let final: Threshold
        public let tiers: [Tier]
        /// Why they are above what is configured; nil when they are not.
        public let caution: PolicyTerms.Raise?
    }

    public struct Tier: Decodable, Sendable {
        public let asset: String
        /// In whole coins.
        public let from: String
        public let credit: Threshold
        public let final: Threshold
    }

    public struct Pending: Decodable, Sendable {
        public let asset: String
        public let count: Int64
        /// In whole coins.
        public let gross: String
    }

    /// How far its chain reaches; nil before the first run. Tags that are not known here stand nowhere.
    public var reach: Reach? {
        let heights = finality.compactMap { tag, height in FinalityTag(rawValue: tag).map { ($0, height) } }
        return tipHeight.map { Reach(tip: $0, finality: Dictionary(uniqueKeysWithValues: heights)) }
    }

    /// A daemon is at work on it and has caught up, or it needs none.
    public var isReady: Bool {
        state == NetworkState.following.rawValue && heldBy != nil || state == NetworkState.retired.rawValue
    }
}

public struct LaneColumns: Decodable, Sendable {
    /// The host whose lease on the lane has not run out.
    public let heldBy: String?
}

extension Reader {
    /// Every network that the database knows, by name.
    public func networks() async throws -> [ViewRow<NetworkColumns>] {
        try await rows(
            """
            SELECT network, family, chain, state, state_reason, tip_height, tip_hash, \(Self.utc("tip_time")),
                   head_height,
                   CASE WHEN head_height < tip_height THEN 0 ELSE head_height - tip_height END AS lag,
                   extract(epoch FROM clock_timestamp()
                       - CASE WHEN head_height > tip_height THEN tip_time ELSE observed_through END)::bigint AS lag_seconds,
                   \(Self.utc("observed_through")), finality, policy_number,
                   (SELECT jsonb_set(thresholds, '{tiers}', (
                        SELECT coalesce(jsonb_agg(t || jsonb_build_object('from', trim_scale(
                                   (t ->> 'from' || 'e-' || a.decimals)::numeric)::text) ORDER BY place), '[]')
                        FROM jsonb_array_elements(thresholds -> 'tiers') WITH ORDINALITY AS e (t, place)
                        JOIN confirmd.asset a ON a.asset = t ->> 'asset'))
                    FROM confirmd.policy p
                    WHERE p.network = n.network AND p.number = n.policy_number) AS thresholds,
                   (SELECT coalesce(json_agg(d ORDER BY asset), '[]') FROM (
                        SELECT asset, count(*) AS count, sum(gross)::text AS gross, sum(gross_base)::text AS gross_base
                        FROM confirmd.deposit WHERE network = n.network AND status = 'detected' GROUP BY asset) d
                   ) AS pending,
                   (SELECT extract(epoch FROM clock_timestamp() - min(recorded_at))::bigint
                    FROM confirmd.deposit WHERE network = n.network AND status = 'detected') AS oldest_pending_seconds,
                   \(Self.utc("reorganized_at")), reorganized_depth,
                   epoch, held_by, \(Self.utc("held_until"))
            FROM confirmd.network n ORDER BY network
            """, [])
    }

    /// The host that settles payments: decides deadlines and carries out commands; nil when none does.
    public func settlementHolder() async throws -> String? {
        let lane: ViewRow<LaneColumns>? = try await row(
            "SELECT lane, epoch, held_by, \(Self.utc("held_until")) FROM confirmd.lane WHERE lane = $1",
            [.text(Store.settlementLane)])
        return lane?.heldBy
    }
}
