public import Foundation
import Postgres

/// An invoice or wallet that asks for payments to an address.
public struct WatcherColumns: Decodable, Sendable {
    /// `invoice` or `wallet`.
    public let kind: String
    public let id: UUID
    public let project: String
    /// The creator's name for it: an order, a customer.
    public let reference: String
    public let asset: String
    public let address: String
    public let createdAt: String
    public let registeredAt: String?
    /// The same in seconds since 1970.
    public let registeredTime: Int64?
    public let refusedReason: String?
    /// The least that is credited, of a wallet's asset.
    public let minDeposit: String
}

/// An address of an invoice or wallet, and whether it is watched.
public struct RegistrationColumns: Decodable, Sendable {
    public let network: String
    public let asset: String
    public let address: String
    public let registeredAt: String?
    public let refusedReason: String?
}

extension Reader {
    /// The addresses of an invoice or wallet, in the order of its options; none where there is neither.
    public func registrations(of owner: UUID) async throws -> [ViewRow<RegistrationColumns>] {
        try await rows(
            """
            SELECT network, asset, address, \(Self.utc("registered_at")), refused_reason
            FROM (SELECT ordinal, network, asset, address, registered_at, refused_reason
                  FROM confirmd.invoice_option WHERE invoice_id = $1
                  UNION ALL
                  SELECT 0, network, asset, address, registered_at, refused_reason
                  FROM confirmd.static_wallet WHERE id = $1) o ORDER BY ordinal
            """, [.uuid(owner)])
    }

    /// Who asks for payments to one of these addresses, as their creators wrote them.
    public func watchers(network: String, addresses: [String]) async throws -> [ViewRow<WatcherColumns>] {
        let asked = """
            v.asset, v.address, created_at, registered_at, refused_reason,
            (SELECT min_deposit::text FROM confirmd.asset a WHERE a.asset = v.asset) AS min_deposit
            """
        return try await rows(
            """
            SELECT kind, id, project, reference, asset, address, \(Self.utc("created_at")),
                   \(Self.utc("registered_at")), extract(epoch FROM registered_at)::bigint AS registered_time,
                   refused_reason, min_deposit
            FROM (SELECT 'invoice' AS kind, i.id, i.project, i.order_id AS reference, \(asked)
                  FROM confirmd.invoice_option v JOIN confirmd.invoice i ON i.id = v.invoice_id
                  WHERE v.network = $1 AND v.address = ANY ($2)
                  UNION ALL
                  SELECT 'wallet', v.id, v.project, v.customer_id, \(asked)
                  FROM confirmd.static_wallet v WHERE v.network = $1 AND v.address = ANY ($2)) w
            ORDER BY w.created_at, id LIMIT 1000
            """, [.text(network), .textArray(addresses)])
    }
}
