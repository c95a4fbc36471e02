import Postgres

public struct ProjectColumns: Decodable, Sendable {
    public let project: String
    public let serviceFeeBps: Int32
    public let serviceFeePayer: String
    public let transferFeePayer: String
    public let underpayToleranceBps: Int32
    public let overpayToleranceBps: Int32
    public let autoConfirmBps: Int32?
    public let latePolicy: String
    /// By asset.
    public let serviceFeeBpsFor: [String: Int32]
}

public struct BalanceColumns: Decodable, Sendable {
    public let project: String
    public let asset: String
    public let credited: String
    public let final: String
    public let fees: String
}

extension Reader {
    /// All projects, or the one of that name.
    public func projects(named name: String? = nil) async throws -> [ViewRow<ProjectColumns>] {
        try await rows(
            """
            SELECT project, service_fee_bps, service_fee_payer, transfer_fee_payer, underpay_tolerance_bps,
                   overpay_tolerance_bps, auto_confirm_bps, late_policy, service_fee_bps_for, \(Self.utc("created_at"))
            FROM confirmd.project WHERE $1 IS NULL OR project = $1 ORDER BY project
            """, [.text(name)])
    }

    /// The balances of all projects, or of one.
    public func balances(project: String?) async throws -> [ViewRow<BalanceColumns>] {
        try await rows(
            """
            SELECT project, asset, \(Self.amount("credited")), \(Self.amount("final")), \(Self.amount("fees"))
            FROM confirmd.balance WHERE $1 IS NULL OR project = $1 ORDER BY project, asset
            """, [.text(project)])
    }
}
