public import Chain
public import Foundation
public import Payments
import Postgres

extension Store {
    public func dossiers(
        keys: [WatchKey], due: Reach?, above: Int64?, owners: [UUID], deposits: [UUID]
    ) async throws -> [Dossier] {
        let rows = try await connection.query(
            "SELECT * FROM confirmd_data.dossiers($1, $2, $3, $4, $5, $6, $7) AS dossier",
            [
                .text(lane), .byteaArray(keys.map(\.bytes)), .int8(due?.tip), .uuidArray(owners), .uuidArray(deposits),
                .int8(above), .jsonb(due.map { StoredFinality.text($0.finality) }),
            ])
        let decoder = JSONDecoder()
        var dossiers: [Dossier] = []
        dossiers.reserveCapacity(rows.count)
        for row in rows {
            let json = Data(try row.decode("dossier", as: String.self).utf8)
            dossiers.append(try decoder.decode(DossierRow.self, from: json).dossier())
        }
        return dossiers
    }
}
