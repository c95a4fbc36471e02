public import Sync

/// Where workers have their time and their tasks from: the system's, or a simulation's, in which both are in the hands of
/// one seed.
public struct Runtime: Sendable {
    /// A monotonic clock.
    public let now: @Sendable () -> Instant
    /// Returns after this time, or at once with an error when the task is canceled.
    public let sleep: @Sendable (Duration) async throws -> Void
    /// Where tasks run; nil is Swift's own pool.
    public let executor: (any TaskExecutor)?

    public init(
        now: @escaping @Sendable () -> Instant, sleep: @escaping @Sendable (Duration) async throws -> Void,
        executor: (any TaskExecutor)?
    ) {
        self.now = now
        self.sleep = sleep
        self.executor = executor
    }

    public static let system = Runtime(
        now: { [start = ContinuousClock.now] in Instant(ContinuousClock.now - start) },
        sleep: { try await Task.sleep(for: $0) }, executor: nil)

    /// A task of its own, which belongs to nobody else's.
    func task(_ body: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
        Task(executorPreference: executor, operation: body)
    }
}
