import Postgres
import Sync
import TestSupport
import Testing

@testable import Watcher

@Suite("Catching up on a slow database")
struct FetchAheadTests {
    @Test("While no step commits, no more blocks are fetched than the window holds; then the rest")
    func bounded() async throws {
        let watched = try await Watched(blocks: 1_000, age: 100_000)
        let limit = NetworkMachine.Settings(nodeCount: 1, start: .tip, maxReorgDepth: 1).blocksBufferedMaximum
        // The first run comes to its start, then every commit waits.
        try await watched.following(start: .height(1)) {
            try await eventually("the start is committed") {
                try await watched.database.value("SELECT tip_height IS NOT NULL FROM confirmd.network") == "t"
            }
        }
        let connection = PostgresConnection(configuration: try PostgresConfiguration(url: watched.database.url))
        let tip = try #require(
            try await watched.database.value("SELECT tip_height FROM confirmd.network").flatMap { Int($0) })
        let before = watched.chain.fetched
        try await connection.executeScript(
            """
            CREATE FUNCTION public.wait() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
            BEGIN
                PERFORM pg_advisory_xact_lock(7);
                RETURN NEW;
            END $$;
            CREATE TRIGGER wait BEFORE UPDATE OF step ON confirmd_data.lane FOR EACH ROW EXECUTE FUNCTION public.wait();
            """
        )
        _ = try await connection.query("SELECT pg_advisory_lock(7)::text AS locked")
        let rollbacks = "SELECT xact_rollback FROM pg_stat_database WHERE datname = current_database()"
        let rolledBack = try await watched.database.value(rollbacks)
        try await watched.following(start: .height(1)) {
            try await eventually("the window is full") { watched.chain.fetched - before >= min(limit, 999 - tip) }
            // It gives up waiting after five seconds, and tries again: time enough to fetch the whole chain.
            try await eventually("a commit was given up") {
                try await watched.database.value(rollbacks) != rolledBack
            }
            #expect(watched.chain.fetched - before == min(limit, 999 - tip))
            _ = try await connection.query("SELECT pg_advisory_unlock(7)::text AS unlocked")
            try await watched.cursorReachesTip()
        }
        // A session that the waiting has cost its lease or its connection leaves a window to the next one.
        #expect((0...limit).contains(watched.chain.fetched - before - (999 - tip)))
    }
}
