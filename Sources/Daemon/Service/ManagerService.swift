import Logging
import ServiceLifecycle

/// Keeps systemd informed: one line on how things are, and that everything turns, for as long as it does.
struct ManagerService: Service {
    let manager: ServiceManager
    /// How things are, on one line.
    let status: @Sendable () -> String
    /// The lanes whose worker has not turned for `stillnessMaximum`.
    let standstills: @Sendable () -> [String]
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
            var still: [String] = []
            // A third of the time-out: one that is lost does no harm.
            let interval = manager.watchdogTimeout.map { min($0 / 3, .seconds(1)) } ?? .seconds(1)
            while !Task.isCancelled {
                let status = status()
                if status != told { manager.tell(.status(status)) }
                told = status
                let known = still
                still = standstills()
                if still.isEmpty, manager.watchdogTimeout != nil { manager.tell(.watchdog) }
                if !still.isEmpty, still != known {
                    logger.critical(
                        "a worker does not turn any more; the watchdog is no longer fed",
                        metadata: ["lanes": "\(still.joined(separator: ","))"])
                }
                try? await Task.sleep(for: interval)
            }
        }
    }
}
