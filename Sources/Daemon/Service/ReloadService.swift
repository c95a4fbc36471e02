import Foundation
import Logging
import ServiceLifecycle
import Telemetry
import UnixSignals
import Watcher

/// Reads the configuration again at every SIGHUP. A file that can't be used changes nothing, and is told; what needs a
/// restart is told too.
struct ReloadService: Service {
    let path: String
    let started: Configuration
    let workers: [LaneWorker]
    let startup: Startup
    let manager: ServiceManager
    let metrics: Metrics
    let logger: Logger

    func run() async {
        note(success: true)
        await cancelWhenGracefulShutdown {
            var running = started
            let signals = await UnixSignalsSequence(trapping: .sighup)
            startup.reached(.reloadable)
            for await _ in signals {
                manager.tell(.reloading)
                if let reloaded = reload(running) { running = reloaded }
                manager.tell(.ready)
            }
        }
    }

    /// What runs from now on; nil when nothing changes.
    private func reload(_ running: Configuration) -> Configuration? {
        let change: ConfigurationChange
        do {
            change = try ConfigurationChange(from: running, startedWith: started, to: Configuration.read(path))
        } catch {
            note(success: false)
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
        logger.info("reloaded", metadata: ["networks": "\(change.networks.map(\.network).joined(separator: ","))"])
        return change.configuration
    }

    private func note(success: Bool) {
        metrics.set(.reloadSuccessful, to: success ? 1 : 0)
        if success { metrics.set(.reloadSuccessTime, to: Date().timeIntervalSince1970) }
    }
}
