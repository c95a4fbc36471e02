public import Foundation
public import Postgres

extension Store {
    /// Takes the network's lane when nobody holds it: the new epoch, or nil.
    public func acquireLane(holder: UUID, host: String, timeToLive: Duration) async throws(PostgresError) -> Int64? {
        let rows = try await connection.query(
            "SELECT epoch FROM confirmd_data.acquire_lane($1, $2, $3, make_interval(secs => $4::text::float8))",
            [.text(network), .uuid(holder), .text(host), .text(String(timeToLive.components.seconds))])
        return try rows.first.map { row throws(PostgresError) in try row.decode("epoch", as: Int64.self) }
    }

    /// Prolongs a lease that is still ours; false when it is not.
    public func renewLane(holder: UUID, epoch: Int64, timeToLive: Duration) async throws(PostgresError) -> Bool {
        try await connection.query(
            "SELECT confirmd_data.renew_lane($1, $2, $3, make_interval(secs => $4::text::float8)) AS held",
            [.text(network), .uuid(holder), .int8(epoch), .text(String(timeToLive.components.seconds))]
        ).only.decode("held")
    }

    /// Gives the lane back, so that another daemon need not wait for the lease to run out.
    public func releaseLane(holder: UUID, epoch: Int64) async throws(PostgresError) {
        _ = try await connection.query(
            "SELECT confirmd_data.release_lane($1, $2, $3)", [.text(network), .uuid(holder), .int8(epoch)])
    }
}
