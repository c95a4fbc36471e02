import Foundation
import Logging
import ServiceLifecycle
import Synchronization
import Telemetry
import UnixSignals
import Watcher

/// Reads the configuration again at every SIGHUP. A file that can't be used changes nothing, and is told for as long as it is
/// so; what needs a restart is told too.
final class ReloadService: Service {
    private let path: String
    private let started: Configuration
    private let workers: [LaneWorker]
    private let startup: Startup
    private let manager: ServiceManager
    private let metrics: Metrics
    private let logger: Logger
    private let problem = Mutex<String?>(nil)

    init(
        _ path: String, started: Configuration, workers: [LaneWorker], startup: Startup, manager: ServiceManager,
        metrics: Metrics, logger: Logger
    ) {
        self.path = path
        self.started = started
        self.workers = workers
        self.startup = startup
        self.manager = manager
        self.metrics = metrics
        self.logger = logger
    }

    /// Why the configuration that was read last is not in force; nil when it is.
    var refusal: String? {
        problem.withLock { $0 }.map { "the configuration can't be used, the former one stays in force: \($0)" }
    }

    func run() async {
        note(success: true)
        await cancelWhenGracefulShutdown { await self.reloadWhenTold() }
    }

    private func reloadWhenTold() async {
        var running = started
        let signals = await UnixSignalsSequence(trapping: .sighup)
        startup.reached(.reloadable)
        for await _ in signals {
            manager.tell(.reloading)
            if let reloaded = reload(running) { running = reloaded }
            manager.tell(.ready)
        }
    }

    /// What runs from now on; nil when nothing changes.
    private func reload(_ running: Configuration) -> Configuration? {
        let change: ConfigurationChange
        do {
            change = try ConfigurationChange(from: running, startedWith: started, to: Configuration.read(path))
        } catch {
            note(success: false)
            let others = error.problems.count > 1 ? " (and \(error.problems.count - 1) more)" : ""
            problem.withLock { [problems = error.problems] in $0 = problems.first.map { "\($0)\(others)" } }
            for problem in error.problems {
                logger.error("the configuration can't be used; nothing changes", metadata: ["problem": "\(problem)"])
            }
            return nil
        }
        for setting in change.waiting {
            logger.warning("a change counts from the next restart", metadata: ["setting": "\(setting)"])
        }
        for network in change.networks {
            workers.first { $0.lane == network.network }?.reload(network.publication)
        }
        note(success: true)
        problem.withLock { $0 = nil }
        logger.info("reloaded", metadata: ["networks": "\(change.networks.map(\.network).joined(separator: ","))"])
        return change.configuration
    }

    private func note(success: Bool) {
        metrics.set(.reloadSuccessful, to: success ? 1 : 0)
        if success { metrics.set(.reloadSuccessTime, to: Date().timeIntervalSince1970) }
    }
}
