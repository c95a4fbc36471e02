internal import Foundation
internal import Synchronization

/// Runs an actor's jobs on one thread of its own, in order.
///
/// Swift's cooperative pool has one thread a core; a call that blocks there holds up everything else. Here only the
/// actor's own callers wait.
final class ThreadExecutor: SerialExecutor {
    private struct State {
        var jobs: [UnownedJob] = []
        var isStopped = false
    }

    private let state = Mutex(State())

    /// Also signaled by every new job, so that a job that waits idly can make room.
    let wakeup = Wakeup()

    /// Starts the thread, which keeps the executor alive until `stop`.
    ///
    /// - Parameter name: What process lists show; Linux keeps 15 bytes of it.
    init(name: String) {
        Thread.detachNewThread {
            Thread.current.name = name
            self.run()
        }
    }

    /// Whether a job waits for the running one to end.
    var hasWaitingJobs: Bool { state.withLock { !$0.jobs.isEmpty } }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.jobs.append(job) }
        wakeup.signal()
    }

    /// Ends the thread once there are no more jobs.
    func stop() {
        state.withLock { $0.isStopped = true }
        wakeup.signal()
    }

    private func run() {
        while true {
            let (job, isStopped) = state.withLock { state in
                (state.jobs.isEmpty ? nil : state.jobs.removeFirst(), state.isStopped)
            }
            if let job {
                job.runSynchronously(on: asUnownedSerialExecutor())
            } else if isStopped {
                return
            } else {
                _ = wakeup.wait(until: nil)
            }
        }
    }
}
