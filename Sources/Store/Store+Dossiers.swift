import Chain
import Foundation
public import Payments
import Postgres

extension Store {
    public func dossiers(_ query: DossierQuery) async throws -> [Dossier] {
        let rows = try await connection.query(
            "SELECT * FROM confirmd_data.dossiers($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) AS dossier",
            [
                .text(lane), .byteaArray(query.keys.map(\.bytes)), .int8(query.due?.tip), .uuidArray(query.owners),
                .uuidArray(query.deposits), .int8(query.above),
                .jsonb(query.due.map { StoredFinality.text($0.finality) }), .bool(query.needsOpen),
                .int8(query.sightedBefore), .bool(query.retriesSetAside),
            ])
        var texts: [DossierText] = []
        texts.reserveCapacity(rows.count)
        for row in rows {
            let text = try row.decode("dossier", as: String.self)
            if !text.hasPrefix("[") {
                texts.append(DossierText(head: text))
            } else if !texts.isEmpty {
                texts[texts.count - 1].deposits.append(text)
            }
        }
        return try texts.map { text throws(MalformedRow) in try text.dossier(retriesSetAside: query.retriesSetAside) }
    }
}
