import Telemetry

/// A call of the database that nothing waits for: it is repeated soon, or time does the same.
enum UnawaitedCall: String, CaseIterable {
    case registrations, commands, siblings, notification, release
}

extension Metrics {
    /// What the database answers; nil where it fails, which is counted and no more.
    @discardableResult
    func passingOver<Value>(
        _ call: UnawaitedCall, of lane: String, isolation: isolated (any Actor)? = #isolation,
        _ body: () async throws -> Value
    ) async -> Value? {
        do {
            return try await body()
        } catch {
            add(to: .databaseFailuresPassedOver, lane, call.rawValue)
            return nil
        }
    }
}
