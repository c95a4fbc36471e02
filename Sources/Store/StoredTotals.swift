import BigInt
import Payments

/// How an owner's deposits add up, as `confirmd_data.owner.totals` keeps it.
struct StoredTotals: Codable {
    let network: String
    let asset: String
    let ordinal: Int32
    let status: Deposit.Status
    let late: Bool
    let pending: Bool
    let sufficient: Bool
    let count: Int
    /// In base units.
    let gross: String

    private init(_ kind: DepositTotals.Kind, _ total: DepositTotals.Total) {
        network = kind.network
        asset = kind.asset
        ordinal = kind.ordinal
        status = kind.status
        late = kind.late
        pending = kind.isOpen
        sufficient = kind.isSufficient
        count = total.count
        gross = total.gross.description
    }

    static func text(_ totals: DepositTotals) -> String {
        JSONObject.text(totals.totals.map { StoredTotals($0.key, $0.value) })
    }

    static func totals(_ rows: [StoredTotals]) throws(MalformedRow) -> DepositTotals {
        var totals: [DepositTotals.Kind: DepositTotals.Total] = [:]
        for row in rows {
            // Sums have no bound but how many deposits there can be.
            guard row.count > 0, row.gross.utf8.count <= 120, let gross = BigUInt(row.gross, radix: 10) else {
                throw MalformedRow("\(row.count) deposits of \(row.gross)")
            }
            let kind = DepositTotals.Kind(
                network: row.network, asset: row.asset, ordinal: row.ordinal, status: row.status, late: row.late,
                isOpen: row.pending, isSufficient: row.sufficient)
            totals[kind] = DepositTotals.Total(count: row.count, gross: gross)
        }
        return DepositTotals(totals)
    }
}
