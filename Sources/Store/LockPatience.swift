public import Postgres
import Synchronization

/// Waits for locks in short turns, so that nobody waits behind it for long, and says who holds them.
public final class LockPatience: Sendable {
    private let observer: Reader?
    private let application: String
    private let tell: @Sendable (LockHolder) -> Void
    private let told = Mutex<Set<LockHolder>>([])

    /// - Parameters:
    ///   - configuration: How the sessions that wait connect; a further one looks who keeps them.
    ///   - tell: Gets each holder once.
    public init(_ configuration: PostgresConfiguration, tell: @escaping @Sendable (LockHolder) -> Void) {
        observer = Reader(PostgresConnection(configuration: configuration))
        application = configuration.applicationName
        self.tell = tell
    }

    /// Says nothing.
    public init() {
        observer = nil
        application = ""
        tell = { _ in }
    }

    /// Does the work again for as long as it fails for want of a lock.
    @discardableResult
    public func whileLocked<Value: Sendable>(_ work: () async throws -> Value) async throws -> Value {
        let watch = observer.map { observer in Task { await self.look(through: observer) } }
        defer { watch?.cancel() }
        var pause = Duration.seconds(1)
        while true {
            do { return try await work() } catch let error as PostgresError where Self.isRace(error) {
                try await Task.sleep(for: pause)
                pause = min(pause * 2, .seconds(8))
            }
        }
    }

    /// A lock that others had for too long, or what two programs made at the same moment.
    private static func isRace(_ error: PostgresError) -> Bool {
        error.code == .lockTimeout || error.code == .conflict
            || ["23505", "42P06", "42P07"].contains(error.sqlState)
                && error.constraint.map { $0.hasPrefix("pg_") } != false
    }

    private func look(through observer: Reader) async {
        while !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(400))
            let holders = try? await observer.lockHolders(keeping: application, longerThan: .milliseconds(300))
            for holder in holders ?? [] where told.withLock({ $0.insert(holder).inserted }) { tell(holder) }
        }
    }
}
