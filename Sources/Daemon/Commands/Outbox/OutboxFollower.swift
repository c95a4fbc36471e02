import Glibc
import Postgres
import ServiceLifecycle
import Store
import UnixSignals

/// Prints events as they come, and stops cleanly when told to.
struct OutboxFollower: Service {
    let connection: PostgresConnection
    let position: Int64
    let limit: Int64?

    private static let pageMaximum: Int64 = 500
    /// The notification is a hint: what it misses is found by looking.
    private static let pollInterval: Duration = .seconds(1)

    func runUntilSignaled() async throws {
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: self, successTerminationBehavior: .gracefullyShutdownGroup)],
                gracefulShutdownSignals: [.sigint, .sigterm], logger: .silent))
        try await group.run()
    }

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown { try await follow() }
        } catch let error as PostgresError where error.code == .canceled {
        }
    }

    private func follow() async throws {
        let reader = Reader(connection)
        var place = OutboxPlace(position: position)
        var left = limit ?? .max
        try await whenAvailable { try await reader.listenForEvents() }
        while left > 0 {
            let page = min(left, Self.pageMaximum)
            let (rows, turn) = try await whenAvailable { [place] in
                let rows = try await reader.outbox(after: place.position, limit: page)
                return (rows, try await reader.outboxTurn(since: place.incarnation ?? .max))
            }
            if try place.turn(turn) { continue }
            write(rows.map { $0.json + "\n" }.joined())
            place.position = rows.last?.position ?? place.position
            left -= Int64(rows.count)
            if rows.count < page {
                _ = try await whenAvailable { try await connection.nextNotification(timeout: Self.pollInterval) }
            }
        }
    }

    /// Does it again until the database answers; says so once, for the silence would look like no events.
    private func whenAvailable<Value>(_ work: () async throws -> Value) async throws -> Value {
        var attempt = 0
        while true {
            do { return try await work() } catch let error as PostgresError
                where error.disposition == .retry && error.code != .canceled
            {
                if attempt == 0 {
                    Output.tell("the database can't be reached, waiting for it: \(error.message)\n")
                }
                try? await Task.sleep(for: ReconnectBackoff().delay(attempt: attempt, jitter: 0))
                attempt += 1
            }
        }
    }
}
