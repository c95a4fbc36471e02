import Postgres
import ServiceLifecycle
import Store
import Synchronization

/// What was last seen in the database of the networks and of who settles payments: looked up once a second, so that a health check answers at once
/// however the database fares.
final class DatabaseObserver: Service {
    enum Observation: Sendable {
        case none
        case networks([NetworkColumns], settlementHolder: String?, at: ContinuousClock.Instant)
        case failed(reason: String)
    }

    /// An answer that is older says nothing any more.
    static let freshness: Duration = .seconds(5)

    private let reader: Reader
    private let last = Mutex(Observation.none)

    init(_ database: PostgresConfiguration) {
        var database = database
        database.connectTimeout = .seconds(2)
        database.statementTimeout = .seconds(2)
        database.silenceGrace = .seconds(1)
        reader = Reader(PostgresConnection(configuration: database, logger: .silent))
    }

    var observation: Observation { last.withLock { $0 } }

    /// Looks once a second until told to stop.
    func run() async {
        await cancelWhenGracefulShutdown { await self.observe() }
    }

    private func observe() async {
        while !Task.isCancelled {
            let seen: Observation
            do {
                seen = .networks(
                    try await reader.networks().map(\.columns),
                    settlementHolder: try await reader.settlementHolder(), at: .now)
            } catch {
                seen = .failed(reason: (error as? PostgresError)?.message ?? "\(error)")
            }
            last.withLock { $0 = seen }
            try? await Task.sleep(for: .seconds(1))
        }
    }
}
