import Foundation
import TestSupport
import Testing

/// What keeps the outbox and the server's log from being trimmed is told.
@Suite("Retention", .inTurns, .enabled(if: Litecoind.isInstalled, "litecoind is not installed"))
struct RetentionTests {
    @Test(
        "An outbox that nobody acknowledges, and a replication slot that nobody reads, are told by status and metrics")
    func told() async throws {
        let server = try await PrivatePostgres(settings: "wal_level = logical\n")
        let shop = try await Shop(on: try await Litecoind(), server: server)
        let silence = "no consumer acknowledges events: nothing of the outbox is ever dropped"
        try await shop.following { daemon in
            try await eventually("the metrics say so") {
                let metrics = try await daemon.get("/metrics").body
                return metrics.contains("confirmd_outbox_consumers 0")
                    && metrics.contains("confirmd_replication_slot_lag_bytes 0")
            }
            #expect(try await shop.installation.run("status").stdout.contains(silence))
            try await shop.database.execute(
                """
                SELECT confirmd.acknowledge('books', 1, 0);
                SELECT pg_create_logical_replication_slot('debezium', 'pgoutput');
                SELECT pg_logical_emit_message(false, 'test', repeat('x', 5000000));
                """)
            let status = try await shop.installation.run("status").stdout
            #expect(!status.contains(silence))
            #expect(status.contains(/replication slot debezium: is read by nobody, [2-9] MB of WAL are kept for it/))
            try await eventually("the metrics say so") {
                let metrics = try await daemon.get("/metrics").body
                return metrics.contains("confirmd_outbox_consumers 1")
                    && metrics.contains(/confirmd_replication_slot_lag_bytes [2-9]/)
            }
        }
    }
}
