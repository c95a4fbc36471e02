import Sync
import Watcher

/// Where the tasks of one daemon run. It may be paused, as by SIGSTOP, and killed: then everything that its tasks wait
/// for ends at once without an answer, and so do they.
///
/// `@unchecked Sendable`: only the thread of its `Loop` touches it.
final class Host: TaskExecutor, @unchecked Sendable {
    let name: String
    let loop: Loop
    private(set) var isPaused = false
    private(set) var isDead = false
    /// What became ready during the pause.
    var parked: [UnownedJob] = []
    private var waiting: [Int: () -> Void] = [:]
    private var waits = 0

    init(name: String, loop: Loop) {
        self.name = name
        self.loop = loop
    }

    func enqueue(_ job: consuming ExecutorJob) { loop.enqueue(UnownedJob(job), of: self) }

    var runtime: Runtime {
        Runtime(
            now: { [loop] in Instant(loop.now) },
            sleep: { pause in
                let slept: Void? = await self.wait { wake in self.loop.after(pause) { wake(()) } }
                if slept == nil { throw CancellationError() }
            }, executor: self)
    }

    func pause() { isPaused = true }

    func proceed() {
        isPaused = false
        let jobs = parked
        parked = []
        for job in jobs { loop.enqueue(job, of: self) }
    }

    func kill() {
        isDead = true
        if isPaused { proceed() }
        let ends = waiting.sorted { $0.key < $1.key }.map(\.value)
        for end in ends { end() }
    }

    /// Waits until what `begin` was handed is called; nil when the task is canceled or the host dies before.
    func wait<Value: Sendable>(_ begin: (@escaping (Value) -> Void) -> Void) async -> Value? {
        let promise = Promise<Value>()
        waits += 1
        let number = waits
        defer { waiting[number] = nil }
        let answer = await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                promise.wait(continuation)
                guard !isDead, !Task.isCancelled else { return promise.end(nil) }
                waiting[number] = { promise.end(nil) }
                begin { promise.end($0) }
            }
        } onCancel: {
            promise.end(nil)
        }
        // Whoever tries again at once must not keep those from running who would tell it to stop.
        if answer == nil { await Task.yield() }
        return answer
    }
}

/// An answer that is waited for by one task. The first end counts.
///
/// `@unchecked Sendable`: only the thread of the simulation touches it; a task is canceled there too.
private final class Promise<Value: Sendable>: @unchecked Sendable {
    private var continuation: UnsafeContinuation<Value?, Never>?
    private var isEnded = false

    func wait(_ continuation: UnsafeContinuation<Value?, Never>) {
        if isEnded { continuation.resume(returning: nil) } else { self.continuation = continuation }
    }

    func end(_ value: Value?) {
        guard !isEnded else { return }
        isEnded = true
        continuation?.resume(returning: value)
        continuation = nil
    }
}
