public import Chain
public import Foundation
import Postgres

extension Store {
    /// Whose recorded deposits these outputs of the network's transactions are, whatever became of the deposits; those that
    /// are nobody's are left out.
    public func owners(ofOutputs outputs: [Outpoint]) async throws -> [Outpoint: Set<UUID>] {
        let rows = try await connection.query(
            """
            SELECT s.place, d.owner_id
            FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS s (transaction, locator, place)
            JOIN confirmd_data.deposit d
                ON encode(d.transaction, 'hex') = s.transaction AND d.network = $1 AND d.locator = s.locator
            """,
            [
                .text(lane), .textArray(outputs.map { Hex.encode($0.transaction.bytes) }),
                .textArray(outputs.map { Locator.output($0.index).description }),
            ])
        var owners: [Outpoint: Set<UUID>] = [:]
        for row in rows {
            let place: Int64 = try row.decode("place")
            owners[outputs[Int(place) - 1], default: []].insert(try row.decode("owner_id"))
        }
        return owners
    }
}
