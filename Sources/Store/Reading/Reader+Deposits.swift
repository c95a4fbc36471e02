public struct DepositColumns: Decodable, Sendable {
    public let asset: String
    public let status: String
    public let reason: String?
    public let late: Bool
    public let gross: String
    public let fee: String?
    public let net: String?
    public let confirmations: Int64
    /// Confirmations to be credited, and to be final.
    public let required: Int64
    public let finalRequired: Int64
    public let transaction: String
    public let locator: String
    public let seenAt: String
}

extension Reader {
    /// The newest deposits of an owner, newest first, as a JSON array; `owner` is the view's column for its kind.
    static func deposits(of owner: String) -> String {
        """
        SELECT coalesce(json_agg(d), '[]') FROM (
            SELECT id, network, asset, address, transaction, locator, status, reason, late,
                   \(amount("gross")), \(amount("fee")), \(amount("net")), confirmations, required, final_required,
                   \(utc("seen_at")), block_height, block_hash, \(utc("block_time")), block_index, \(utc("recorded_at"))
            FROM confirmd.deposit v WHERE \(owner) = $1
            ORDER BY v.seen_at DESC, id LIMIT 1000) d
        """
    }
}
