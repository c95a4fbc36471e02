public import Foundation
public import Postgres

extension Store {
    /// Takes the lane when nobody holds it: the new epoch, or nil.
    public func acquireLane(holder: UUID, host: String, timeToLive: Duration) async throws(PostgresError) -> Int64? {
        let row = try await connection.query(
            """
            SELECT a.epoch, here.* FROM confirmd_data.lineage($5) AS here
            LEFT JOIN confirmd_data.acquire_lane($1, $2, $3, $4::interval) AS a ON true
            """,
            [.text(lane), .uuid(holder), .text(host), .interval(timeToLive), .jsonb(lineage.known)]
        ).only
        try lineage.note(row)
        return try row.decode("epoch", as: Int64?.self)
    }

    /// Prolongs a lease that is still ours; false when it is not.
    public func renewLane(holder: UUID, epoch: Int64, timeToLive: Duration) async throws(PostgresError) -> Bool {
        let row = try await connection.query(
            """
            SELECT confirmd_data.renew_lane($1, $2, $3, $4::interval) AS held, here.*
            FROM confirmd_data.lineage($5) AS here
            """,
            [.text(lane), .uuid(holder), .int8(epoch), .interval(timeToLive), .jsonb(lineage.known)]
        ).only
        try lineage.note(row)
        return try row.decode("held")
    }

    /// Gives the lane back, so that another daemon need not wait for the lease to run out.
    public func releaseLane(holder: UUID, epoch: Int64) async throws(PostgresError) {
        _ = try await connection.query(
            "SELECT confirmd_data.release_lane($1, $2, $3)", [.text(lane), .uuid(holder), .int8(epoch)])
    }
}
