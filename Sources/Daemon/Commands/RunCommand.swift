import ArgumentParser
import Foundation
import Logging
import NodeHTTP
import ServiceLifecycle
import Store
import Telemetry
import UnixSignals
import Watcher

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Follow every configured network and settle payments until stopped.",
        discussion: """
            The schema must be up to date (confirmd migrate). A database or node that is out of reach is waited for. \
            SIGTERM and SIGINT finish the running transaction, give up the networks to other daemons, and end it. SIGHUP \
            reads the configuration again.

              confirmd run --config /etc/confirmd/confirmd.yaml --log-level debug
            """)

    @OptionGroup var config: ConfigurationOption

    @Option(
        help: ArgumentHelp(
            "The least that is logged.", valueName: Logger.Level.allCases.map(\.rawValue).joined(separator: "|")),
        transform: level)
    var logLevel: Logger.Level = .info

    func run() async throws {
        let manager = ServiceManager()
        do { try await run(manager) } catch {
            // `systemctl status` goes on to show it.
            if let failure = CommandFailure(presenting: error) { manager.tell(.status("failed: \(failure.line)")) }
            throw error
        }
    }

    private func run(_ manager: ServiceManager) async throws {
        let configuration = try Configuration.read(config.path)
        if let emptiness = configuration.emptiness(at: config.path) { throw emptiness }
        let metrics = Metrics()
        metrics.begin(.logLinesLost)
        metrics.set(.processStart, to: Date().timeIntervalSince1970)
        let writer = LogWriter.standardError { metrics.add(to: .logLinesLost) }
        defer { writer.flush(within: .seconds(1)) }
        LoggingSystem.bootstrap { [logLevel] _ in ServiceLog(level: logLevel, writer) }
        let logger = Logger(label: "confirmd")
        for warning in configuration.warnings {
            logger.warning("the configuration is not as it should be", metadata: ["warning": "\(warning)"])
        }
        try await Self.services(configuration, config.path, manager, metrics, logger).run()
    }

    /// Stopped in reverse order: the endpoints tell how things are to the end. Ten seconds are what is promised.
    private static func services(
        _ configuration: Configuration, _ path: String, _ manager: ServiceManager, _ metrics: Metrics, _ logger: Logger
    ) -> ServiceGroup {
        metrics.set(.buildInfo, Version.text, String(Migration.all.last?.number ?? 0), to: 1)
        for network in configuration.networks {
            metrics.set(.maxBlockGap, network.network, to: network.publication.maximumBlockGap / .seconds(1))
        }
        let startup = Startup { manager.tell(.ready) }
        let database = configuration.main.database
        let lineage = Lineage { logger.error("a database is refused", metadata: ["reason": "\($0)"]) }
        let stores = { lane in
            PostgresLaneStore.opener(of: lane, in: database, lineage: lineage, logger: logger)
        }
        let http = HTTPClient()
        let workers = configuration.networks.map { network in
            LaneWorker(
                following: network.settings, nodes: network.nodes.map { network.adapter.node(http, $0) },
                addresses: network.adapter.addresses, stores: stores(network.network), host: Host.name,
                metrics: metrics, logger: logger)
        }
        let budgets = NodeBudgets(configuration.networks)
        let lookBacks = Dictionary(
            configuration.networks.map { ($0.network, $0.lookBackInForce) }, uniquingKeysWith: { $1 })
        let settlement = LaneWorker(
            settlementIn: stores(Store.settlementLane), host: Host.name, metrics: metrics, logger: logger)
        let observer = DatabaseObserver(database, lineage, metrics: metrics, logger: logger)
        let readiness: @Sendable () -> Readiness = {
            Readiness(
                workers.map { ($0.lane, $0.status) }, settlement: settlement.status, observer.observation, now: .now)
        }
        let endpoints = Endpoints(
            address: configuration.main.listen,
            hosts: ExpectedHosts(Host.names + [configuration.main.listen.host] + configuration.main.listenNames),
            answers: EndpointAnswers(
                readiness: readiness,
                status: {
                    var overview: DatabaseObserver.Overview?
                    if case .seen(let seen, _) = observer.observation { overview = seen }
                    return StatusDocument(
                        workers, settlement: settlement, readiness(), overview, budgets, lookBacks: lookBacks)
                }, metrics: metrics,
                onScrape: {
                    metrics.note(budgets)
                    metrics.noteProcess()
                }), onOpen: { startup.reached(.listening) })
        logger.info(
            "starting",
            metadata: [
                "networks": "\(workers.map(\.lane).joined(separator: ","))", "database": "\(database)",
                "listen": "\(configuration.main.listen)",
            ])
        let watch = WatchService(database: database, workers: workers + [settlement], startup: startup, logger: logger)
        let reload = ReloadService(
            path, started: configuration, workers: workers, startup: startup, manager: manager, metrics: metrics,
            logger: logger)
        let information = ManagerService(
            manager: manager,
            status: { [reload.refusal, readiness().line].compactMap(\.self).joined(separator: "; ") },
            standstills: {
                (workers + [settlement]).filter { $0.stillness > ManagerService.stillnessMaximum }.map(\.lane)
            }, logger: logger)
        let services: [any Service] = [endpoints, observer, reload, watch, information]
        var group = ServiceGroupConfiguration(
            // Where one can't go on the others still end in order.
            services: services.map { .init(service: $0, failureTerminationBehavior: .gracefullyShutdownGroup) },
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        group.maximumGracefulShutdownDuration = .seconds(8)
        group.maximumCancellationDuration = .seconds(1)
        return ServiceGroup(configuration: group)
    }
}

@Sendable private func level(_ text: String) throws -> Logger.Level {
    guard let level = Logger.Level(rawValue: text) else {
        throw ValidationError("'\(text)' is not a log level; the default is info.")
    }
    return level
}
