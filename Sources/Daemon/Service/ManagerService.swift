import Logging
import ServiceLifecycle
import Watcher

/// Keeps systemd informed: one line on how things are, and that everything turns, for as long as it does.
struct ManagerService: Service {
    let manager: ServiceManager
    let workers: [LaneWorker]
    let readiness: @Sendable () -> Readiness
    let logger: Logger

    /// Whatever a worker waits for has an end before this.
    static let stillnessMaximum: Duration = .seconds(90)

    func run() async throws {
        guard manager.isListening else { return try await gracefulShutdown() }
        await withGracefulShutdownHandler {
            await inform()
        } onGracefulShutdown: {
            manager.tell(.stopping, .extendTimeout(.seconds(15)), .status("leaving"))
        }
    }

    private func inform() async {
        await cancelWhenGracefulShutdown {
            var told: String?
            // A third of the time-out: one that is lost does no harm.
            let interval = manager.watchdogTimeout.map { min($0 / 3, .seconds(1)) } ?? .seconds(1)
            while !Task.isCancelled {
                let status = readiness().line
                if status != told { manager.tell(.status(status)) }
                told = status
                let still = workers.filter { $0.stillness > Self.stillnessMaximum }
                if still.isEmpty {
                    if manager.watchdogTimeout != nil { manager.tell(.watchdog) }
                } else {
                    logger.critical(
                        "a worker does not turn any more; the watchdog is no longer fed",
                        metadata: ["lanes": "\(still.map(\.lane).joined(separator: ","))"])
                }
                try? await Task.sleep(for: interval)
            }
        }
    }
}
