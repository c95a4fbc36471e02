public import Chain
import Foundation
public import Logging
public import Postgres
import Store
import Synchronization

/// Follows one network for as long as the daemon lives: takes the network's lane, works under it, and begins again
/// from the database after anything that might have left memory and database apart. A node or database that is out of
/// reach is waited for; nothing ends the worker but `stop` or cancellation.
public final class NetworkWorker: Sendable {
    private let settings: NetworkSettings
    private let nodes: [any ChainNode]
    private let addresses: any AddressFormat
    private let database: PostgresConfiguration
    private let host: String
    private let logger: Logger
    private let keeper: LaneKeeper
    private let shared = Mutex(Shared())

    private struct Shared {
        var status = WorkerStatus.starting
        var session: NetworkSession?
        var isStopping = false
    }

    /// - Parameters:
    ///   - host: who the database calls the holder of the lane.
    ///   - logger: its lines get the network's name.
    public init(
        settings: NetworkSettings, nodes: [any ChainNode], addresses: any AddressFormat,
        database: PostgresConfiguration, host: String, logger: Logger
    ) {
        self.settings = settings
        self.nodes = nodes
        self.addresses = addresses
        self.database = database
        self.host = host
        var logger = logger
        logger[metadataKey: "network"] = "\(settings.network)"
        self.logger = logger
        // A renewal that takes longer than the lease lasts is worth nothing.
        var quick = database
        quick.statementTimeout = .seconds(4)
        keeper = LaneKeeper(
            Store(PostgresConnection(configuration: quick, logger: logger), network: settings.network), host: host)
    }

    public var network: String { settings.network }

    public var status: WorkerStatus { shared.withLock(\.status) }

    /// Works until `stop` or cancellation. When it returns, the step that was running is finished and the lane is free.
    public func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.keeper.run() }
            var running: Task<Void, Never>?
            for await change in keeper.changes {
                switch change {
                case .granted(let epoch):
                    logger.info("took the lane", metadata: ["epoch": "\(epoch)"])
                    running = Task { await self.work(under: epoch) }
                case .conceded:
                    logger.info("gave up the lane")
                    running?.cancel()
                    await running?.value
                    running = nil
                case .refused:
                    if status != .standby { logger.info("another daemon follows this network; standing by") }
                    set(.standby)
                case .failed(let reason):
                    if case .waitingForDatabase = status {
                    } else {
                        logger.warning("database: waiting", metadata: ["reason": "\(reason)"])
                    }
                    set(.waitingForDatabase(reason: reason))
                }
            }
            running?.cancel()
            await running?.value
        }
    }

    /// Ends `run`: the step that is running is finished first, then the lane is given back.
    public func stop() {
        let session = shared.withLock { shared in
            shared.isStopping = true
            return shared.session
        }
        guard let session else { return keeper.stop() }
        session.stop()
    }

    private func set(_ status: WorkerStatus) {
        shared.withLock { $0.status = status }
    }

    /// One session after another under one epoch, until the epoch is over.
    private func work(under epoch: Int64) async {
        while !Task.isCancelled {
            let session = NetworkSession(
                settings: settings, nodes: nodes, addresses: addresses,
                store: Store(PostgresConnection(configuration: database, logger: logger), network: settings.network),
                epoch: epoch, host: host, logger: logger, tell: { self.set($0) })
            let isStopping = shared.withLock { shared in
                shared.session = session
                return shared.isStopping
            }
            if isStopping { break }
            let pause = await session.run()
            let mustStop = shared.withLock { shared in
                shared.session = nil
                return shared.isStopping
            }
            if mustStop { break }
            guard let pause else { return }
            try? await Task.sleep(for: pause)
        }
        if shared.withLock(\.isStopping) { keeper.stop() }
    }
}
