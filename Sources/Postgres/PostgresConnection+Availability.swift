extension PostgresConnection {
    /// Does the work again until the database answers, with growing pauses and for ever.
    ///
    /// For reads and for what may be repeated: it also repeats after an outcome that is unknown. Ends with the work's
    /// value, with the first error that waiting can't cure, or with `.canceled`.
    ///
    /// - Parameter onFailure: Told of each failure and how long the pause after it will be.
    public nonisolated(nonsending) func untilAvailable<Value, Failure: Error>(
        backoff: ReconnectBackoff = ReconnectBackoff(),
        onFailure: (PostgresError, _ pause: Duration) -> Void = { _, _ in },
        _ work: (PostgresConnection) async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        var attempt = 0
        while true {
            do throws(Failure) { return try await work(self) } catch {
                guard let fault = error as? PostgresError, fault.disposition == .retry, fault.code != .canceled else {
                    throw error
                }
                let pause = backoff.delay(attempt: attempt, jitter: .random(in: 0...1))
                onFailure(fault, pause)
                attempt += 1
                guard (try? await Task.sleep(for: pause)) != nil else {
                    let canceled = PostgresError(.canceled, "the task was canceled; \(fault.message)")
                    throw canceled as? Failure ?? error
                }
            }
        }
    }
}
