public import Chain
public import Foundation
public import Payments
import Postgres

extension Store {
    /// The dossiers of every owner that a step touches, all from one moment: the owners of `keys`, those with a
    /// deposit of this lane's network due at a tip of height `due`, and `owners`.
    ///
    /// - Parameter deposits: deposits that the step may find again; a wallet's old ones come only when named here.
    public func dossiers(
        keys: [WatchKey] = [], due: Int64? = nil, owners: [UUID] = [], deposits: [UUID] = []
    ) async throws -> [Dossier] {
        let rows = try await connection.query(
            "SELECT * FROM confirmd_data.dossiers($1, $2, $3, $4, $5) AS dossier",
            [
                .text(lane), .byteaArray(keys.map(\.bytes)), .int8(due), .uuidArray(owners), .uuidArray(deposits),
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
