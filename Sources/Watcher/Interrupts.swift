import Chain

/// Questions to nodes that a step waits for. A node that keeps us waiting must not keep us from leaving: what a step only
/// reads may be cut short.
final class Interrupts {
    private let runtime: Runtime
    private var cuts: [Int: @Sendable () -> Void] = [:]
    private var count = 0

    init(_ runtime: Runtime) {
        self.runtime = runtime
    }

    /// The answer to a question, which ends with an error of the node's own when it is cut short.
    func answer<Value: Sendable>(
        isolation: isolated (any Actor)? = #isolation, to ask: @escaping @Sendable () async throws(NodeError) -> Value
    ) async throws(NodeError) -> Value {
        let asking = Task(executorPreference: runtime.executor) { await Watcher.answer(ask) }
        count += 1
        let number = count
        cuts[number] = { asking.cancel() }
        defer { cuts[number] = nil }
        return try await withTaskCancellationHandler {
            await asking.value
        } onCancel: {
            asking.cancel()
        }.get()
    }

    func cutShort() { for cut in cuts.values { cut() } }
}
