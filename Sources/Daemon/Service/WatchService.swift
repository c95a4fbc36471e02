import Logging
import Postgres
import ServiceLifecycle
import Store
import Watcher

/// Waits for a database whose schema fits, then works in every lane until told to stop.
struct WatchService: Service {
    let database: PostgresConfiguration
    let workers: [LaneWorker]
    let startup: Startup
    let logger: Logger

    func run() async throws {
        guard try await cancelWhenGracefulShutdown({ try await isDatabaseReady() }) else { return }
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                for worker in workers { group.addTask { await worker.run() } }
            }
        } onGracefulShutdown: {
            for worker in workers { worker.stop() }
        }
    }

    /// Waits for ever for a database that can't be reached; false when the waiting was ended, an error when the schema
    /// does not fit.
    private func isDatabaseReady() async throws -> Bool {
        let connection = PostgresConnection(configuration: database, logger: logger)
        var lastReason: String?
        do {
            let standing = try await connection.untilAvailable(
                onFailure: { error, _ in
                    startup.reached(.databaseTried)
                    // Once for each reason: an outage may be long.
                    if error.message != lastReason {
                        logger.warning("waiting for the database", metadata: ["reason": "\(error.message)"])
                    }
                    lastReason = error.message
                },
                { connection async throws(PostgresError) in try await Migrator(connection).standing() })
            try standing.requireFit()
            startup.reached(.databaseTried)
            // Asked again and not waited for: the database just answered, and the lanes wait for it themselves.
            for flaw in (try? await DurabilityFlaw.find(connection)) ?? [] {
                logger.warning("the database may lose commits", metadata: ["reason": "\(flaw.words)"])
            }
            return true
        } catch let error as PostgresError where error.code == .canceled {
            return false
        }
    }
}
