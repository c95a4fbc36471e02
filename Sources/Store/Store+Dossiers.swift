import Chain
import Foundation
public import Payments
import Postgres

extension Store {
    public func dossiers(_ query: DossierQuery) async throws -> [Dossier] {
        let rows = try await connection.query(
            "SELECT * FROM confirmd_data.dossiers($1, $2, $3, $4, $5, $6, $7, $8, $9) AS dossier",
            [
                .text(lane), .byteaArray(query.keys.map(\.bytes)), .int8(query.due?.tip), .uuidArray(query.owners),
                .uuidArray(query.deposits), .int8(query.above),
                .jsonb(query.due.map { StoredFinality.text($0.finality) }), .bool(query.needsOpen),
                .int8(query.sightedBefore),
            ])
        let decoder = JSONDecoder()
        var found: [DossierRow] = []
        found.reserveCapacity(rows.count)
        for row in rows {
            let text = try row.decode("dossier", as: String.self)
            if text.hasPrefix("[") {
                let more = try decoder.decode([DossierRow.DepositRow].self, from: Data(text.utf8))
                guard !found.isEmpty else { throw MalformedRow("deposits without an owner") }
                found[found.count - 1].deposits += more
            } else {
                found.append(try decoder.decode(DossierRow.self, from: Data(text.utf8)))
            }
        }
        return try found.map { row throws(MalformedRow) in try row.dossier() }
    }
}
