import Postgres

public struct NetworkColumns: Decodable, Sendable {
    public let network: String
    public let state: String
    public let stateReason: String?
    public let tipHeight: Int64?
    public let headHeight: Int64?
    /// Blocks between the last one committed and the best node's.
    public let lag: Int64?
    public let observedThrough: String?
    public let policyNumber: Int64
    /// The host whose lease on the network has not run out.
    public let heldBy: String?

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
    private static let holder = "CASE WHEN held_until > clock_timestamp() THEN held_by END AS held_by"

    /// Every network that the database knows, by name.
    public func networks() async throws -> [ViewRow<NetworkColumns>] {
        try await rows(
            """
            SELECT network, family, chain, state, state_reason, tip_height, tip_hash, \(Self.utc("tip_time")),
                   head_height,
                   CASE WHEN head_height < tip_height THEN 0 ELSE head_height - tip_height END AS lag,
                   \(Self.utc("observed_through")), policy_number, \(Self.holder), \(Self.utc("held_until"))
            FROM confirmd.network ORDER BY network
            """, [])
    }

    /// The host that settles payments: decides deadlines and carries out commands; nil when none does.
    public func settlementHolder() async throws -> String? {
        let lane: ViewRow<LaneColumns>? = try await row(
            "SELECT lane, epoch, \(Self.holder), \(Self.utc("held_until")) FROM confirmd.lane WHERE lane = $1",
            [.text(Store.settlementLane)])
        return lane?.heldBy
    }
}
