public import Foundation
import Postgres

public struct WalletColumns: Decodable, Sendable {
    public let id: UUID
    public let project: String
    public let customerId: String
    public let asset: String
    public let address: String
    public let createdAt: String
    public let registeredAt: String?
    public let refusedReason: String?
    /// Why nothing can be decided about it.
    public let haltedReason: String?
}

/// A static wallet with its newest deposits.
public struct WalletDetail: Decodable, Sendable {
    public let wallet: WalletColumns
    public let deposits: [DepositColumns]

    private enum Key: CodingKey { case deposits }

    public init(from decoder: any Decoder) throws {
        deposits = try decoder.container(keyedBy: Key.self).decode([DepositColumns].self, forKey: .deposits)
        wallet = try WalletColumns(from: decoder)
    }
}

extension Reader {
    private static let walletColumns = """
        id, project, customer_id, asset, network, address, version, \(utc("created_at")), \(utc("registered_at")),
        refused_reason, halted_reason
        """

    /// The newest static wallets, newest first.
    public func wallets(
        project: String?, customer: String?, limit: Int64
    ) async throws -> [ViewRow<WalletColumns>] {
        try await rows(
            """
            SELECT \(Self.walletColumns) FROM confirmd.static_wallet v
            WHERE ($1 IS NULL OR project = $1) AND ($2 IS NULL OR customer_id = $2)
            ORDER BY v.created_at DESC, id LIMIT $3
            """, [.text(project), .text(customer), .int8(limit)])
    }

    /// The wallet with this id, read at one moment; nil when there is none.
    public func wallet(_ id: UUID) async throws -> ViewRow<WalletDetail>? {
        try await row(
            """
            SELECT \(Self.walletColumns), (\(Self.deposits(of: "wallet_id"))) AS deposits
            FROM confirmd.static_wallet WHERE id = $1
            """, [.uuid(id)])
    }
}
