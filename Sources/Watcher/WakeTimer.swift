import Sync

/// Wakes somebody once, at the time that was asked for last: each wake begets the next, and there is never more than one.
final class WakeTimer {
    private let runtime: Runtime
    private var sleeping: Task<Void, Never>?

    init(_ runtime: Runtime) {
        self.runtime = runtime
    }

    func wake(at instant: Instant, _ wake: @escaping @Sendable () -> Void) {
        sleeping?.cancel()
        let pause = instant - runtime.now()
        sleeping = runtime.task { [runtime] in
            try? await runtime.sleep(pause)
            if !Task.isCancelled { wake() }
        }
    }

    func cancel() { sleeping?.cancel() }
}
