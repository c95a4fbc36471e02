extension PostgresConnection {
    /// Does the work again until the database answers, with growing pauses and for ever.
    ///
    /// For reads and for what may be repeated: it also repeats after an outcome that is unknown. Ends with the work's
    /// value, with the first error that waiting can't cure, or with `.cancelled`.
    ///
    /// - Parameter onFailure: Told of each failure and how long the pause after it will be.
    public nonisolated(nonsending) func untilAvailable<Value>(
        backoff: ReconnectBackoff = ReconnectBackoff(),
        onFailure: (PostgresError, _ pause: Duration) -> Void = { _, _ in },
        _ work: (PostgresConnection) async throws(PostgresError) -> Value
    ) async throws(PostgresError) -> Value {
        var attempt = 0
        while true {
            do { return try await work(self) } catch {
                guard error.disposition == .retry, error.code != .cancelled else { throw error }
                let pause = backoff.delay(attempt: attempt, jitter: .random(in: 0...1))
                onFailure(error, pause)
                attempt += 1
                do { try await Task.sleep(for: pause) } catch {
                    throw PostgresError(.cancelled, "the task was cancelled while the database was out of reach")
                }
            }
        }
    }
}
